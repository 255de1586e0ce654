"""The words of two headlines enter; who meets whom leaves, and which words stand in one headline only."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from .letters import fold
from .lexicon import rows
from .same_kinds import DATE, FILLER, HEAD, NEGATOR, NUMBER, PLAIN, STOP, UNIT
from .same_words import Headline, Word

WEIGHTS: Final = {
    PLAIN: 1.0,
    NUMBER: 1.0,
    DATE: 0.8,
    UNIT: 0.8,
    HEAD: 0.35,
    FILLER: 0.35,
    NEGATOR: 0.0,
    STOP: 0.0,
}
"""What a word weighs that both headlines have, or that one has and the other dropped."""
_TYPO_LENGTH: Final = 6
"""Letters from which a missing or swapped letter is a misprint, not another word."""
_FOREIGN: Final = str.maketrans("غكقط", "جججت")
_SURE_LENGTH: Final = 8
"""Letters from which a wrong letter is."""


class Pair(NamedTuple):
    """Two words that say the same; `level` from 1 (the same word) down to what they share."""

    a: Word
    b: Word
    level: float


class Alignment(NamedTuple):
    """What two headlines share, and what each says alone."""

    pairs: tuple[Pair, ...]
    only_a: tuple[Word, ...]
    only_b: tuple[Word, ...]


_NO_GRIPS: Final[frozenset[str | int]] = frozenset()


@cache
def _given_names() -> frozenset[str]:
    return frozenset(fold(row[0]) for row in rows("given_names.tsv"))


def _may_vary(a: Word, b: Word) -> bool:
    """Tell whether two words that are not equal may still mean one thing: two different names never do."""
    if a.kind is NUMBER or b.kind is NUMBER or (a.name and b.name):
        return False
    return _given_names().isdisjoint(a.forms) or _given_names().isdisjoint(b.forms)


def _equal(a: Word, b: Word) -> bool:
    if a.kind is NUMBER or b.kind is NUMBER:
        return a.text == b.text
    if a.name and b.name:
        return a.key == b.key
    return a.text == b.text or not frozenset(a.forms).isdisjoint(b.forms)


def _inflected(a: Word, b: Word) -> bool:
    return _may_vary(a, b) and not frozenset(a.roots).isdisjoint(b.roots)


def _synonym(a: Word, b: Word) -> bool:
    return _may_vary(a, b) and not a.senses.isdisjoint(b.senses)


def _family_names(a: Word, b: Word) -> bool:
    """Tell whether two words may be family names, which a letter keeps apart: `الشهري`, `الشمري`; `حكمي`, `حكيمي`."""
    short = min(len(a.text), len(b.text)) < _TYPO_LENGTH
    return a.text[-1] == b.text[-1] == "ي" and (short or a.text.startswith("ال"))


def _rooted(a: Word, b: Word) -> bool:
    alike = any(len(bones) > 2 and bones in b.skeletons for bones in a.skeletons)
    return alike and _may_share_root(a, b) and (not _place(a, b) or _is_slip(a, b))


def _may_share_root(a: Word, b: Word) -> bool:
    """Tell whether a common root says anything: not for titles and bodies (`الاجتماعية`, `جامعة`) or family names."""
    return _may_vary(a, b) and not _family_names(a, b) and a.kind is not HEAD and b.kind is not HEAD


def _is_slip(a: Word, b: Word) -> bool:
    return any(OSA.distance(x, y, score_cutoff=1) <= 1 for x in a.forms for y in b.forms)


def _place(a: Word, b: Word) -> bool:
    return any(word.name and word.name.startswith("loc:") for word in (a, b))


def _nearly_rooted(a: Word, b: Word) -> bool:
    alike = not (frozenset(a.skeletons).isdisjoint(b.skeletons) or a.name or b.name)
    return alike and _may_share_root(a, b)


def _part_of_name(a: Word, b: Word) -> bool:
    """Tell whether one is a name of several words and the other one of them: `الملك عبدالله الثاني`, `عبدالله`."""
    if bool(a.name) == bool(b.name) or a.kind is NUMBER or b.kind is NUMBER:
        return False
    whole, part = (a, b) if a.name else (b, a)
    return str(whole.name).startswith(("per:", "say:")) and part.kind is PLAIN and part.text in whole.text.split()


def _misprinted(a: Word, b: Word) -> bool:
    """Tell whether a letter is swapped, missing or too many; another letter makes another word (`الشرطة`, `الشركة`)."""
    one, two = a.least, b.least
    if min(len(one), len(two)) < _TYPO_LENGTH or abs(len(one) - len(two)) > 1 or a.name or b.name:
        return False
    if not _may_vary(a, b) or _family_names(a, b) or OSA.distance(one, two, score_cutoff=1) > 1:
        return False
    other_letters = sum(x != y for x, y in zip(one, two, strict=False)) if len(one) == len(two) else 0
    return other_letters != 1 or len(one) >= _SURE_LENGTH


def _respelled(a: Word, b: Word) -> bool:
    """Tell whether a foreign name is written with another letter for its g, k or t: `نيكاراغوا`, `نيكاراجوا`."""
    one, two = a.least, b.least
    if len(one) != len(two) or len(one) < _TYPO_LENGTH or not _may_vary(a, b):
        return False
    return one.translate(_FOREIGN) == two.translate(_FOREIGN)


_Test = Callable[[Word, Word], bool]
_TESTS: Final[tuple[tuple[_Test, float, bool, int], ...]] = (
    (_equal, 1.0, True, 0),
    (_inflected, 1.0, True, 0),
    (_part_of_name, 0.95, False, 0),
    (_synonym, 0.9, True, 0),
    (_respelled, 0.95, False, _TYPO_LENGTH),
    (_rooted, 0.85, True, 0),
    (_misprinted, 0.9, False, _TYPO_LENGTH),
    (_nearly_rooted, 0.7, True, 0),
)
"""How two words may meet, the surest way first, at what level, whether they must have a form in common for it, and how
many letters each must have."""


def may_meet(a: Word, b: Word) -> bool:
    """Tell whether two words with no form in common may still meet: a part of a name, another spelling, a misprint."""
    if (a.name is None) is not (b.name is None) and _part_of_name(a, b):
        return True
    if len(a.least) < _TYPO_LENGTH or len(b.least) < _TYPO_LENGTH:
        return False
    return _respelled(a, b) or _misprinted(a, b)


def could_share(a: Headline, b: Headline) -> float:
    """Give the most weight that two headlines can share, misprints apart, without pairing their words."""
    return sum([WEIGHTS[word.kind] for word in a.words if not b.grips.isdisjoint(word.grips)])


def align(a: tuple[Word, ...], b: tuple[Word, ...]) -> Alignment:
    """Pair the content words of two headlines, the surest pairs first; order plays no part."""
    left = [word for word in a if WEIGHTS[word.kind]]
    right = [word for word in b if WEIGHTS[word.kind]]
    twice = len({word.text for word in left}) < len(left) or len({word.text for word in right}) < len(right)
    near = _near(left, right)
    no_names = not any(word.name for word in (*left, *right))
    pairs: list[Pair] = []
    for test, level, gripped, letters in _TESTS:
        if test is _part_of_name and no_names:
            continue
        for word in left[:]:
            if gripped:
                if word.place not in near:
                    continue
                others = [other for other in near[word.place] if test(word, other) and other in right]
            elif len(word.least) < letters:
                continue
            else:
                others = [other for other in right if test(word, other)]
            if twice and others:
                others = [other for other in others if not _has_nearer(other, word, left, test)]
            if others:
                other = others[0] if len(others) == 1 else min(others, key=lambda one: abs(one.place - word.place))
                left.remove(word)
                right.remove(other)
                pairs.append(Pair(word, other, level))
        if not (left and right):
            break
    return Alignment(tuple(pairs), tuple(left), tuple(right))


def _near(left: list[Word], right: list[Word]) -> dict[int, list[Word]]:
    """Map the place of each word of `left` that has a form in common with words of `right` to these, in their order."""
    mine = _NO_GRIPS.union(*[word.grips for word in left])
    held = [other for other in right if not mine.isdisjoint(other.grips)]
    theirs = _NO_GRIPS.union(*[other.grips for other in held])
    found = {}
    for word in left:
        if not theirs.isdisjoint(word.grips):
            grips = frozenset(word.grips)
            found[word.place] = [other for other in held if not grips.isdisjoint(other.grips)]
    return found


def _has_nearer(other: Word, word: Word, left: list[Word], test: _Test) -> bool:
    """Tell whether `other` meets a word that stands nearer to its own place than `word` does."""
    reach = abs(other.place - word.place)
    return any(abs(other.place - rival.place) < reach and test(rival, other) for rival in left)
