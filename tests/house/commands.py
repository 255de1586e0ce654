"""The README, CONTRIBUTING and docs/ enter; every command that they print leaves, as it stands there.

A command is what a `sh` or `console` block holds, and in the running text a span of code that begins with a program
and says what to do with it. What is one in the blocks of `WALKED` pages is followed there from top to bottom.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
WALKED = {"README.md": "test_readme.py", "docs/tutorial.md": "test_tutorial.py"}
"""Pages whose blocks a test of their own runs in order, with what they answer."""

PROGRAMS = (
    *("sada", "make", "python", "python3", "pip", "pytest", "pre-commit", "git", "curl", "openssl", "jq", "sudo"),
    *("docker", "kubectl", "systemctl", "journalctl", "cp", "mv", "mkdir", "install", "echo", "cat", "grep", "."),
)
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_BEGINS = re.compile(rf"(?:SADA_\w+=\S+ )*(?:{'|'.join(map(re.escape, PROGRAMS))}) +\S")
_REMARK = re.compile(r"\s+# .*$")


class Command(NamedTuple):
    """A command, the page where it stands, and whether in a block."""

    text: str
    page: str
    block: bool


def pages() -> list[Path]:
    """List what is read: the README, CONTRIBUTING, and all of docs/."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands() -> Iterator[Command]:
    """Find every command of the documents, in order; the same one again where it stands again."""
    for page in pages():
        name, text = page.relative_to(ROOT).as_posix(), page.read_text(encoding="utf-8")
        for kind, block in _BLOCK.findall(text):
            if kind in {"sh", "console"}:
                yield from (Command(one, name, True) for one in of_block(dedent(block)))
        yield from (Command(one, name, False) for one in of_prose(_BLOCK.sub("", text)))


def of_block(block: str) -> Iterator[str]:
    r"""Part a block into its commands: a line each, or more where a quote or a document goes on.

    >>> list(of_block("sada up  # with four\ncurl x -d '{\n}'\n"))
    ['sada up', "curl x -d '{\n}'"]
    >>> list(of_block("cat > a <<'END'\nsada up\nEND\n"))
    ["cat > a <<'END'\nsada up\nEND"]
    """
    begun: list[str] = []
    for line in block.splitlines():
        begun.append(line)
        text = "\n".join(begun)
        if _is_whole(text):
            if bare := _REMARK.sub("", text).strip():
                yield bare
            begun = []
    assert not begun, f"a command that does not end: {begun}"


def _is_whole(text: str) -> bool:
    inline = re.search(r"<<'?(\w+)'?$", text.partition("\n")[0])
    if inline:
        return text.endswith(f"\n{inline[1]}")
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return True


def of_prose(text: str) -> Iterator[str]:
    """Find the commands among the code of running text.

    >>> list(of_prose("`sada up` starts it, `sada` is the program, `inbox/` is not one; `make test JOBS=2` tests."))
    ['sada up', 'make test JOBS=2']
    """
    spans = (" ".join(span.split()) for part in text.split("\n\n") for span in _SPAN.findall(part))
    return (span for span in spans if _BEGINS.match(span))


def stray_blocks() -> list[str]:
    """List blocks that hold a command but do not say that they do."""
    return [
        f"{page.name}: {block.splitlines()[0]}"
        for page in pages()
        for kind, block in _BLOCK.findall(page.read_text(encoding="utf-8"))
        if kind in {"", "text", "bash"} and _BEGINS.match(block)
    ]
