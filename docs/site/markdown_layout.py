"""Markdown as people lay it out here (and GitHub reads it) in, as Python-Markdown reads it alike out."""

from __future__ import annotations

import re
from collections.abc import Iterator

FENCE = re.compile(r"\s*(```+|~~~+)")
ITEM = re.compile(r"( *)([-*]|\d+\.) +(?=\S)")
BLOCK = re.compile(r"\s*(#|\||>|```|~~~|!\[|<)")
INDENT = 4


def relay(markdown: str) -> str:
    r"""Set what belongs to a list item four columns in, and part lists and tables from the text before them.

    >>> print(relay("Two:\n- one\n  more\n- two"))
    Two:
    <BLANKLINE>
    - one
        more
    - two
    """
    return "\n".join(_lines(markdown.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    depths: list[int] = []
    fence, before = "", ""
    for line in lines:
        opened = FENCE.match(line)
        item = None if fence else ITEM.match(line)
        indent = len(line) - len(line.lstrip(" "))
        if line.strip() and not fence:
            lazy = before.strip() and not item and not BLOCK.match(line)
            while depths and indent < depths[-1] and not lazy:
                depths.pop()
        if _must_part(line, before, item, depths, bool(fence)):
            yield ""
        yield _shift(line, depths)
        if item:
            depths.append(item.end())
        if opened:
            fence = "" if fence and opened[1].startswith(fence) else fence or opened[1]
        before = line


def _must_part(line: str, before: str, item: re.Match[str] | None, depths: list[int], fenced: bool) -> bool:
    """Whether a list, a table or a block of code begins right behind a line of text."""
    if fenced or not before.strip() or BLOCK.match(before) or ITEM.match(before):
        return False
    if item:
        return not depths and not before.startswith(" ")
    return line.lstrip().startswith(("|", "```"))


def _shift(line: str, depths: list[int]) -> str:
    if not line.strip() or not depths:
        return line
    inner = max(len(line) - len(line.lstrip(" ")) - depths[-1], 0)
    return " " * (INDENT * len(depths) + inner) + line.lstrip(" ")
