"""A tree of Python in, its shape in figures out: how long files and functions are, how much of it is tests.

usage: python -m tests.house.shape [TREE] [--rooms NAME,NAME]   (this checkout and its rooms without arguments)
Lines are all lines of a file, blank ones and comments too. A function's are those of its body without its docstring,
from the first statement to the last: what one has to keep in mind. Tests are the files below a folder `tests`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
ROOMS = ("schemas", "producers", "streams", "sinks", "desk", "sada")
SHORT = 20
"""Lines of a function that is read at a glance."""

CLIENTS = ("faust", "kafka", "aiokafka", "elasticsearch", "pika", "sqlalchemy", "redis", "requests", "aiohttp")
"""Libraries that talk to servers, here and with the peers."""


@dataclass(frozen=True)
class Shape:
    """The figures of a tree."""

    files: tuple[int, ...]
    functions: tuple[int, ...]
    test_lines: int
    broad: int
    clients: int

    @property
    def short(self) -> float:
        """Part of the functions that are short."""
        return sum(lines <= SHORT for lines in self.functions) / len(self.functions)

    @property
    def tests(self) -> float:
        """Lines of tests for each line of source."""
        return self.test_lines / sum(self.files)

    def __str__(self) -> str:
        """Return one fact a line."""
        return "\n".join(
            (
                f"files                    {len(self.files)}, {sum(self.files):,} lines",
                f"lines of a file          {_spread(self.files)}",
                f"lines of a function      {_spread(self.functions)} of {len(self.functions)}",
                f"functions <= {SHORT} lines    {100 * self.short:.1f} %",
                f"test lines per line      {self.tests:.2f}",
                f"broad excepts            {self.broad}",
                f"files with a client      {self.clients}",
            )
        )


def _spread(lines: Sequence[int]) -> str:
    return f"median {median(lines):.0f}, 90 % {quantiles(lines, n=10)[-1]:.0f}, most {max(lines)}"


def sources(tree: Path = ROOT, rooms: Sequence[str] = ROOMS) -> Iterator[Path]:
    """Yield the Python files of `rooms` that are no tests; of the whole tree without rooms."""
    for folder in (tree / room for room in rooms) if rooms else (tree,):
        for path in sorted(folder.rglob("*.py")):
            if not _is_test(path.relative_to(tree)):
                yield path


def bodies(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the name of each function and the lines of its body, its docstring left out."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield node.name, inner[-1].end_lineno - inner[0].lineno + 1 if inner else 0  # type: ignore[operator]


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler takes every exception."""
    names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(name is None or (isinstance(name, ast.Name) and name.id in _BROAD) for name in names)


_BROAD = {"Exception", "BaseException"}


def measure(tree: Path = ROOT, rooms: Sequence[str] = ROOMS) -> Shape:
    """Measure `tree`."""
    texts = [path.read_text(encoding="utf-8") for path in sources(tree, rooms)]
    modules = [ast.parse(text) for text in texts]
    nodes = [node for module in modules for node in ast.walk(module)]
    tests = [path for path in tree.rglob("*.py") if _is_test(path.relative_to(tree))]
    return Shape(
        files=tuple(len(text.splitlines()) for text in texts if text.strip()),
        functions=tuple(lines for module in modules for _, lines in bodies(module)),
        test_lines=sum(len(path.read_text(encoding="utf-8").splitlines()) for path in tests),
        broad=sum(isinstance(node, ast.ExceptHandler) and is_broad(node) for node in nodes),
        clients=sum(any(name in CLIENTS for name in _imported(module)) for module in modules),
    )


def _is_test(path: Path) -> bool:
    """Tell whether a file of the tree is a test; what hidden folders hold (`.venv`) is none of its own."""
    own = not any(part.startswith(".") for part in path.parts)
    return own and ("tests" in path.parts[:-1] or path.name.startswith("test_"))


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    rooms = arguments[arguments.index("--rooms") + 1].split(",") if "--rooms" in arguments else ()
    tree = Path(arguments[0]) if arguments and not arguments[0].startswith("-") else None
    sys.stdout.write(f"{measure() if tree is None else measure(tree, rooms)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
