"""The parts behind a related-marker enter; headlines with a teaser under each leave, if they are such a list."""

from __future__ import annotations

from typing import Final

from .newswords import continues
from .page import Page, is_boilerplate, overlap
from .parts import Part, content
from .sites import Kind
from .tell import is_headline, is_pipes

_CUT_SHORT: Final = ("...", "…", "[...]", "[…]", "..")
_SAYS_AGAIN: Final = 0.25
"""Share of a headline's words that its teaser says again."""
_PASSED: Final = {Kind.LINK_TEXT, Kind.PUBLISHED, Kind.NAVIGATION, Kind.SHARE, Kind.JUNK, Kind.CAPTION, Kind.AUTHOR}


def read_teasers(page: Page, start: int) -> tuple[int, list[int], list[int]]:
    """Find headlines from `start` with one paragraph under each, up to the last paragraph of the page.

    Returns where they end, the indices of the headlines and of the teasers; no headlines if this is no such list.
    """
    heads: list[int] = []
    teasers: list[int] = []
    if page.next_prose[start] >= len(page.parts):  # no paragraph is left that could be a teaser
        return start, heads, teasers
    signs = 0
    at = start
    while (part := page.at(at)) is not None and part.kind not in {Kind.FOOTER, Kind.SOURCE, Kind.KEYWORDS}:
        if part.kind is None and part.prose and not is_boilerplate(part):
            if not _is_teaser(page, at, heads, teasers):
                break
            signs += _has_sign(page, at, heads[-1])
            teasers.append(at)
        elif part.kind is Kind.RELATED and not _is_link(page, at):
            break
        elif part.kind is None and is_headline(part) and not is_boilerplate(part) and not is_pipes(part):
            heads.append(at)
        at += 1
    rest = page.next_prose[at] < len(page.parts)
    if rest or not teasers or signs * 2 < len(teasers) or (len(teasers) == 1 and signs < 1):
        return start, [], []
    return at, heads, teasers


def _is_teaser(page: Page, at: int, heads: list[int], teasers: list[int]) -> bool:
    """Tell whether the paragraph at `at` may stand under the last headline: the first one there, opening a story."""
    if not heads or (teasers and teasers[-1] > heads[-1]) or continues(page.parts[at].words):
        return False
    return all(page.parts[between].kind in _PASSED for between in range(heads[-1] + 1, at))


def _has_sign(page: Page, at: int, head: int) -> bool:
    """Tell whether a paragraph is a teaser: cut short, or a link behind it and its headline's words in it."""
    part, following = page.parts[at], page.at(at + 1)
    if is_cut_short(part):
        return True
    linked = following is not None and (following.kind is Kind.LINK_TEXT or _is_link(page, at + 1))
    return linked and overlap(page.parts[head], set(content(part))) >= _SAYS_AGAIN


def is_cut_short(part: Part) -> bool:
    """Tell whether `part` ends with dots, as what is cut off does."""
    return part.fold.rstrip(" ]").endswith(_CUT_SHORT)


def _is_link(page: Page, at: int) -> bool:
    """Tell whether a marker is the link under a teaser (`اقرأ المزيد`), and opens nothing."""
    part: Part | None = page.at(at)
    return part is not None and part.kind is Kind.RELATED and part.joint == "end" and "المزيد" in part.fold
