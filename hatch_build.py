"""Compiles what stands in streams/native, for whoever builds or installs Sada: `python hatch_build.py` for a checkout.

A machine without a C compiler, or without Python's headers, gets the same program in Python alone: slower, no poorer.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import chdir
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
SOURCES = "streams/native"
DIRECTIVES = {"language_level": "3", "boundscheck": False, "wraparound": False, "cdivision": True}


def compile_in_place(sources: Iterable[Path]) -> list[Path]:
    """Compile each of `sources` beside itself; return what was made: nothing of what the compiler refused."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext
    from setuptools.errors import PlatformError

    with chdir(ROOT), tempfile.TemporaryDirectory() as scratch:
        named = {".".join(path.with_suffix("").parts): str(path) for path in sources}
        wanted = [Extension(name, [path]) for name, path in named.items()]
        made = cythonize(wanted, build_dir=scratch, compiler_directives=DIRECTIVES, quiet=True)
        for extension in made:
            extension.optional = True  # what the compiler refuses is told, and left out
        command = build_ext(Distribution({"ext_modules": made, "packages": [SOURCES.replace("/", ".")]}))
        command.inplace, command.build_temp, command.build_lib = True, scratch, scratch
        command.parallel = os.cpu_count() or 1
        command.ensure_finalized()
        found = [Path(command.get_ext_fullpath(name)).absolute() for name in named]
        for path in found:  # not written over: whoever runs has loaded it
            path.unlink(missing_ok=True)
        try:
            command.run()
        except PlatformError as error:  # a system where no compiler is known
            print(f"nothing is compiled: {error}")
        return [path for path in found if path.exists()]


def sources() -> list[Path]:
    """List what is to be compiled, relative to the checkout."""
    return sorted(path.relative_to(ROOT) for path in (ROOT / SOURCES).glob("*.pyx"))


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand, outside of a build
    pass
else:

    class CompileHook(BuildHookInterface[Any]):
        """Puts what is compiled into the wheel, which then is one for this platform alone."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Compile; without a compiler the wheel is one for all platforms, as before."""
            made = compile_in_place(sources())
            if made:
                build_data["artifacts"] += [f"/{path.relative_to(ROOT).as_posix()}" for path in made]
                build_data["pure_python"] = False
                build_data["infer_tag"] = True


if __name__ == "__main__":
    found = compile_in_place(sources())
    print("compiled:", ", ".join(path.name for path in found) or "nothing: no C compiler here, or none that works")
    sys.exit(0)
