"""Printed keyword lines and the folded article enter; the keywords leave, one phrase each."""

from __future__ import annotations

import re
from typing import Final

from .pieces import fold_layout

_SEPARATED: Final = re.compile(r"\s*[،,؛;|•·#\n/]\s*|\s+[-–—]\s+|\s{3,}|\t+")
_EDGES: Final = " \t\u00a0:.،,؛;|-–—•·#\u200e\u200f"
_LONGEST_PHRASE: Final = 5
_LONGEST_LINE: Final = 120
"""Words of a keyword line that are cut; what lies behind is no keyword any more."""


def cut_keywords(lines: list[str], body: str) -> tuple[str, ...]:
    """Cut keyword lines into phrases: at separators, or by what the article itself repeats.

    >>> cut_keywords(["المغرب، الرباط، السياسة"], "")
    ('المغرب', 'الرباط', 'السياسة')
    >>> cut_keywords(["مجلس الأمن روسيا"], "دعت روسيا مجلس الامن الي الانعقاد")
    ('مجلس الأمن', 'روسيا')
    """
    keywords: dict[str, None] = {}
    for line in lines:
        parts = [part.strip(_EDGES) for part in _SEPARATED.split(line)]
        parts = [part for part in parts if part]
        if len(parts) == 1 and len(lines) == 1:
            parts = _by_article(parts[0].split()[:_LONGEST_LINE], f" {body} ")
        keywords.update(dict.fromkeys(parts))
    return tuple(keywords)


def _by_article(words: list[str], body: str) -> list[str]:
    """Choose the cuts that make the phrases most at home in the article: dynamic programming over the words."""
    folded = [fold_layout(word) for word in words]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        options = (
            (best[start][0] + _worth(folded[start:end], folded, body), start)
            for start in range(max(0, end - _LONGEST_PHRASE), end)
        )
        best.append(max(options))
    cuts: list[str] = []
    end = len(words)
    while end:
        start = best[end][1]
        cuts.append(" ".join(words[start:end]))
        end = start
    return cuts[::-1]


def _worth(phrase: list[str], line: list[str], body: str) -> float:
    text = " ".join(phrase)
    if len(phrase) == 1:
        return 0.0
    if f" {text} " in body or f" {text}" in body:
        return 1.2 * (len(phrase) - 1)
    return -2.0 * (len(phrase) - 1)
