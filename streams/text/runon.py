"""Headlines printed one behind the other with nothing between them enter; where each begins, and the story, leaves."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from .lexicon import GAZETTEER, rows
from .newswords import past_verbs
from .pieces import fold_layout

_SIGNS: Final = re.compile(r"[^\w]+")
FEWEST, MOST = 3, 18
"""Words of the shortest and of the longest headline."""
_LEAST_BEFORE: Final = 4
_LONGEST_RUN: Final = 160
_PRESENT: Final = re.compile(r"[يت]\w{3,7}$")
_ARTICLE: Final = ("ال", "وال", "بال", "لل", "فال")
_LENGTH_WEIGHT: Final = 1.0
"""How much the usual length of headlines counts beside what their words tell."""
_NEVER: Final = -1e6
_APART: Final = 3.0
"""How much likelier a headline begins at a wide space than at any word."""
_QUOTED_WORDS: Final = 8
_UNSEEN_LENGTH: Final = -9.0


def begins_story(words: list[str]) -> int | None:
    """Find the word at which the lead begins behind headlines: a past verb of news that nothing before it governs.

    >>> begins_story("نبذة عن أبرز لاعبي المنتخب سجل المهاجم الهدف الثاني في المباراة".split())
    5
    """
    for at, word in enumerate(words[:_LONGEST_RUN]):
        folded = bare(word)
        if at < _LEAST_BEFORE or not (folded in past_verbs() or (folded[:1] == "و" and folded[1:] in past_verbs())):
            continue
        if bare(words[at - 1]) not in _governing() and not words[at - 1].endswith((":", "..", "،")):
            return at
    return None


def cut_headlines(words: list[str], apart: set[int] | None = None) -> list[tuple[int, int]]:
    """Cut a run of headlines into single ones: the cuts whose beginnings and lengths are the likeliest together.

    `apart` are the words with a wider space before them, if the run has such spaces: headlines begin only there.
    """
    count = len(words)
    weights = _weights()
    folded = [bare(word) for word in words]
    gains = [0.0] + [_NEVER] * (count - 1)
    for at in range(1, count) if apart is None else sorted(apart):
        gains[at] = sum(weights.get(name, 0.0) for name in features(words, folded, at))
        gains[at] += _APART if apart is not None else 0.0
    best: list[tuple[float, int]] = [(0.0, 0)] + [(_NEVER, 0)] * count
    for end in range(min(FEWEST, count), count + 1):
        starts = range(max(0, end - MOST), max(1, end - FEWEST + 1))
        best[end] = max((best[start][0] + gains[start] + _length(end - start), start) for start in starts)
    cuts: list[tuple[int, int]] = []
    end = count
    while end > 0:
        start = best[end][1]
        cuts.append((start, end))
        end = start
    return cuts[::-1]


def features(words: list[str], folded: list[str], at: int) -> list[str]:
    """Name what tells whether a headline begins at `words[at]`: signs, function words and affixes around it."""
    found = ["bias", *_signs(words, at)]
    for name, index in (("p", at - 1), ("n", at), ("nn", at + 1), ("pp", at - 2)):
        if 0 <= index < len(folded):
            found += _word(name, folded[index])
    before, word = folded[at - 1], folded[at]
    following = folded[at + 1] if at + 1 < len(folded) else ""
    first, pairs = _names()
    found += ["n:name"] * (word in first) + ["p:name"] * (before in first) + ["innames"] * ((before, word) in pairs)
    if _PRESENT.match(following) and not word.startswith("ال"):
        found.append("nn:present")
    if _PRESENT.match(word):
        found.append("n:present")
    found.append(f"{'al' if before.startswith('ال') else 'x'}-{'al' if word.startswith('ال') else 'x'}")
    return found


def bare(word: str) -> str:
    """Fold a word and drop the signs on it."""
    return _SIGNS.sub("", fold_layout(word))


def _signs(words: list[str], at: int) -> list[str]:
    before, word = words[at - 1], words[at]
    found: list[str] = []
    if before[-1] in "؟!":
        found.append("p:ask")
    elif before.endswith(".."):
        found.append("p:dots")
    elif before[-1] in ':،,؛-–"»”).':
        found.append("p:open" if before[-1] in ":،,؛-–" else "p:stop" if before[-1] == "." else "p:closeq")
    for name, index in (("n", at), ("nn", at + 1)):
        if index < len(words):
            found += [f"{name}:colon"] * words[index].endswith(":") + [f"{name}:dots"] * words[index].endswith("..")
    if word[0] in '"«“(':
        found.append("n:openq")
    if before[0] in '"«“(' and before[-1] not in '"»”)':
        found.append("p:inq")
    near = " ".join(words[max(0, at - _QUOTED_WORDS) : at])
    if any(near.count(opens) > near.count(closes) for opens, closes in ("«»", "“”", "()")):
        found.append("inq")
    return found


def _word(name: str, word: str) -> list[str]:
    if word in _governing():
        return [f"{name}:gov", f"{name}=gov:{word}"]
    if not word or word.isdigit():
        return [f"{name}:num" if word else f"{name}:none"]
    found = [f"{name}:al" if word.startswith(_ARTICLE) else f"{name}:indef"]
    if name != "pp":
        found += [f"{name}:s1{word[-1:]}", f"{name}:s2{word[-2:]}", f"{name}:a1{word[:1]}", f"{name}:a2{word[:2]}"]
    if name in {"n", "p"}:
        found.append(f"{name}:l{min(len(word), 7)}")
    return found


def _length(words: int) -> float:
    return _LENGTH_WEIGHT * _weights().get(f"length:{words}", _UNSEEN_LENGTH)


@cache
def _weights() -> dict[str, float]:
    return {name: float(weight) for name, weight in rows("headline_starts.tsv")}


@cache
def _governing() -> frozenset[str]:
    return frozenset(fold_layout(row[0]) for row in rows("governing_words.tsv"))


@cache
def _names() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Collect the first words of the gazetteers' names, and the pairs of words inside them."""
    first: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for table in GAZETTEER:
        for row in rows(table):
            for form in (row[1], *row[3].split("|")):
                words = fold_layout(form.lstrip("?")).split()
                first.update(words[:1])
                pairs.update(pairwise(words))
    return frozenset(first), frozenset(pairs)
