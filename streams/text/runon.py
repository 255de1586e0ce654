"""Headlines printed one behind the other with nothing between them enter; where each begins, and the story, leaves."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .lexicon import rows
from .newswords import past_verbs
from .pieces import fold_layout

_LETTERS: Final = re.compile(r"[^\w]+")
_LEAST, _MOST, _USUAL = 4, 16, 8
"""Words of a headline: fewest, most, and how many most have."""
_LONGEST_RUN: Final = 160
_PRESENT: Final = re.compile(r"[يت][^\W\d_]{3,7}$")
_NOT_LEADING: Final = ("ال", "وال", "بال", "لل", "و", "ب", "ل", "ف", "ك")
_COST_OF_CUT: Final = 2.2


def begins_story(words: list[str]) -> int | None:
    """Find the word at which the lead begins behind headlines: a past verb of news that nothing before it governs.

    >>> begins_story("نبذة عن أبرز لاعبي المنتخب سجل المهاجم الهدف الثاني في المباراة".split())
    5
    """
    verbs = past_verbs()
    for at, word in enumerate(words[:_LONGEST_RUN]):
        folded = _bare(word)
        if at < _LEAST or folded not in verbs:
            continue
        before = _bare(words[at - 1])
        if before not in _governing() and not words[at - 1].endswith((":", "..", "،")):
            return at
    return None


def cut_headlines(words: list[str]) -> list[tuple[int, int]]:
    """Cut a run of headlines into single ones: the cuts that leave the likeliest beginnings and usual lengths."""
    count = len(words)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(-1e9, 0)] * count
    gains = [begins(words, at) for at in range(count)]
    for end in range(_LEAST, count + 1):
        options = [
            (best[start][0] + (gains[start] - _COST_OF_CUT if start else 0.0) - abs(end - start - _USUAL) * 0.12, start)
            for start in range(max(0, end - _MOST), end - _LEAST + 1)
        ]
        best[end] = max(options)
    cuts: list[tuple[int, int]] = []
    end = count
    while end > 0:
        start = best[end][1]
        cuts.append((start, end))
        end = start
    return cuts[::-1]


def begins(words: list[str], at: int) -> float:
    """Weigh whether a headline begins at `words[at]`, by the form of the words on either side."""
    if at == 0:
        return 0.0
    word, before = words[at], words[at - 1]
    folded, last = _bare(word), _bare(before)
    following = _bare(words[at + 1]) if at + 1 < len(words) else ""
    gain = 0.0
    gain += 3.0 * word.endswith(":") + 2.5 * (word in {"«", '"'} or word[0] in "«“")
    gain += 3.5 * before.endswith(("؟", "!", ".", "…")) * (not before.endswith(".."))
    gain += 1.0 * last.isdigit() - 2.0 * folded.isdigit()
    gain -= 4.0 * (last in _governing()) + 3.0 * (folded in _governing())
    gain -= 3.0 * before.endswith((":", "،", "..", "-", "–")) + 2.0 * (before[0] in '«“"(' and before[-1] not in '»”")')
    gain -= 1.5 * word.startswith(_NOT_LEADING[:3]) + 1.5 * (word.startswith(_NOT_LEADING[3:4]) and len(word) > 3)
    gain -= 1.0 * (folded.startswith(("ب", "ل")) and len(folded) > 4)
    gain += 2.0 * bool(_PRESENT.match(following)) * (not folded.startswith("ال")) * (not _PRESENT.match(folded))
    gain += 1.5 * (following in _governing() and following not in {"و", "ان"} and not word.startswith("ال"))
    gain += 1.0 * (following.startswith(("لل", "ل")) and len(following) > 4)
    gain += 0.8 * (word[:1] in "إأآ")
    gain -= 2.5 * bool(_PRESENT.match(folded)) * (last not in _governing())
    return gain


@cache
def _governing() -> frozenset[str]:
    return frozenset(fold_layout(row[0]) for row in rows("governing_words.tsv"))


def _bare(word: str) -> str:
    return _LETTERS.sub("", fold_layout(word))
