"""Two headlines, as printed or as keys, enter; the verdict whether they are one, how sure, and why leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from .fold import CUT, headline_key
from .same_align import WEIGHTS, Alignment, align, could_share, may_meet
from .same_guards import DENIAL, objections, without_refuters
from .same_kinds import FILLER, NUMBER, PLAIN, STOP
from .same_slots import LINKS, replaced
from .same_words import Headline, Word, analyse

THRESHOLD: Final = 0.5
REPLACED: Final = 0.75
"""What one replaced word costs: more than any number of dropped ones, for it may be another person, place or claim."""
ADDED: Final = 1.0
ONLY_ADDED: Final = 0.8
"""What all the weight that one headline has more costs where each word of the other is in it."""
_OBJECTED: Final = 0.2
"""Highest score of a pair that a guard objects to."""
_FEWEST, _FEW = 2.0, 2.8
"""Weight that two unequal headlines must share, and two of which one says more; below it nothing can be told."""
_MISPRINT: Final = 1.0
"""Weight of the one word that may be shared although no form of it is: a misprint, or a part of a name."""
_CONTENT: Final = frozenset({PLAIN, NUMBER})
_IDLE: Final = 2
"""Words that each of two headlines may have alone and still be the same, if they are misprints or parts of names."""
_SOFTER: Final = 0.65
"""How much less than one with content a word weighs at most that weighs anything."""
_CUT_WORDS: Final = 3
_BEGIN: Final = 5
"""Letters that a headline of three words has at least."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two headlines are the same, from 0 (nothing shared) to 1 (the same words), and the reasons."""

    same: bool
    score: float
    why: tuple[str, ...]


_NOTHING: Final = Verdict(False, 0.0, ("too little shared",))


def same(a: str, b: str) -> Verdict:
    """Tell whether `a` and `b` are one headline: the same event and claim, small changes of wording allowed.

    Another number, person, place, stage or polarity makes another headline. The order of `a` and `b` plays no part.
    Decided on their keys alone (`headline_key`).

    >>> same("ترمب: لا نستبعد لقاء بوتين", "عاجل | ترامب: لا نستبعد لقاء بوتين").same
    True
    >>> same("الكرملين لا يستبعد اللقاء", "الكرملين يستبعد اللقاء").why
    ('denied in one only: يستبعد',)
    """
    return compare(headline_key(a), headline_key(b))


def compare(a: str, b: str) -> Verdict:
    """Tell whether the headlines of the keys `a` and `b` are the same, one cut off from the other included.

    Costs about 100 microseconds for headlines not seen lately.
    """
    if a == b:
        return Verdict(True, 1.0, ("the same words",))
    first, second = in_order(a, b)
    return Verdict(True, 0.97, ("cut off",)) if is_cut_from(first, second) else weigh(first, second)


def weigh(first: Headline, second: Headline) -> Verdict:
    """Tell whether two headlines (`in_order`), neither of which is the beginning of the other, are the same."""
    if first.folded == second.folded:
        return Verdict(True, 1.0, ("the same words",))
    verdict, objected = _judge(first, second)
    if verdict.same or objected or not _other_reading(first, second):
        return verdict
    by_words, _ = _judge(analyse(first.key, 1), analyse(second.key, 1), is_by_words=True)
    return by_words if by_words.same else verdict


def in_order(a: str, b: str) -> tuple[Headline, Headline]:
    """Read two keys, the one that is shorter first, so that order plays no part in what is said of them."""
    one, two = keys_in_order(a, b)
    return analyse(one), analyse(two)


def keys_in_order(a: str, b: str) -> tuple[str, str]:
    """Put the key that is shorter first."""
    return (b, a) if _length(b) < _length(a) else (a, b)


def _length(key: str) -> tuple[int, bool, str]:
    cut = key.endswith(CUT)
    return len(key) - cut, not cut, key


def are_apart(a: Headline, b: Headline) -> bool:
    """Tell whether two headlines have words that nothing in the other can meet, so that comparing them is idle."""
    if a.cut or b.cut:
        return a.cut is not b.cut and (_begins_otherwise(a, b) if a.cut else _begins_otherwise(b, a))
    left, right = _unmet(a, b), _unmet(b, a)
    if not (left and right):
        return (bool(left or right) and _share_little(a, b, 0)) or _contrast(a, b)
    if min(len(left), len(right)) > _IDLE or (any(map(_says_how_many, left)) and any(map(_says_how_many, right))):
        return True
    met = [(one, two) for one in left for two in right if may_meet(one, two)]
    left = [word for word in left if not any(word is one for one, _ in met)]
    right = [word for word in right if not any(word is two for _, two in met)]
    return (
        (min(len(left), len(right)) >= _IDLE and not _other_reading(a, b))
        or _share_little(a, b, len(met))
        or (not _other_reading(a, b) and any(_in_one_place(one, two, a, b) for one in left for two in right))
        or _contrast(a, b)
    )


def _begins_otherwise(cut: Headline, whole: Headline) -> bool:
    """Tell whether a cut headline has a word that nothing in its whole can meet, nor go on from where it is torn."""
    return any(
        not any(
            may_meet(word, other) or (word is cut.words[-1] and other.text.startswith(word.text))
            for other in whole.words
        )
        for word in reversed(cut.words)
        if _tells(word) and whole.grips.isdisjoint(word.grips)
    )


def _contrast(a: Headline, b: Headline) -> bool:
    """Tell whether two words that can meet nothing stand in one place, so that what they cost is more than is allowed.

    Unlike two words with content alone (`_in_one_place`), one of them may be a title, a body or a filler.
    """
    left, right = _alone(a, b), _alone(b, a)
    return (
        bool(left and right)
        and not _other_reading(a, b)
        and any(
            (one.kind is not FILLER or two.kind is not FILLER)
            and _are_in_gap(one, two, a, b)
            and not any(may_meet(one, other) for other in b.words)
            and not any(may_meet(two, other) for other in a.words)
            for one in left
            for two in right
        )
    )


def _alone(a: Headline, b: Headline) -> list[Word]:
    """Give the words of `a` that replace others, and of which no form is in `b`."""
    return [
        word
        for word in a.words
        if WEIGHTS[word.kind] and b.grips.isdisjoint(word.grips) and word.text not in LINKS and word.turns != DENIAL
    ]


def _are_in_gap(one: Word, two: Word, a: Headline, b: Headline) -> bool:
    """Tell whether two words stand behind one word (or open both headlines before one) that meets itself alone."""
    near, other = _beside(one, a, -1), _beside(two, b, -1)
    if near is None and other is None:
        near, other = _beside(one, a, 1), _beside(two, b, 1)
    if near is None or other is None or near.text != other.text or near.key != other.key:
        return False
    grips = frozenset(near.grips)
    return all(sum(not grips.isdisjoint(word.grips) for word in each.words) == 1 for each in (a, b))


def _beside(word: Word, headline: Headline, step: int) -> Word | None:
    """Give the next word before or behind another that weighs anything."""
    words = headline.words[word.place + 1 :] if step > 0 else headline.words[: word.place][::-1]
    return next((one for one in words if WEIGHTS[one.kind]), None)


def _in_one_place(one: Word, two: Word, a: Headline, b: Headline) -> bool:
    """Tell whether two words that meet nothing stand behind the same word (or before it) that each headline has once.

    Whoever pairs the words comes to the same then: one replaces the other, which makes another headline.
    """
    near, other = _beside(one, a, -1), _beside(two, b, -1)
    if near is None and other is None:
        near, other = _beside(one, a, 1), _beside(two, b, 1)
    text = near and near.text
    return text == (other and other.text) and all(sum(word.text == text for word in each.words) == 1 for each in (a, b))


def _other_reading(a: Headline, b: Headline) -> bool:
    """Tell whether `weigh` may read the two in another way: a name of several words in one only."""
    return bool(_long_names(a) ^ _long_names(b))


def _says_how_many(word: Word) -> bool:
    return word.kind is NUMBER and word.text[-1] != "."


def _share_little(a: Headline, b: Headline, met: int) -> bool:
    """Tell whether two whole headlines share too little, with `met` words paired that have no form in common, at best.

    What one says more is known as far as the words that are paired weigh the same on both sides.
    """
    if a.cut or b.cut or _long_names(a) or _long_names(b):
        return False
    shared = (could_share(a, b) + could_share(b, a)) / 2 + met
    if shared >= _FEW:
        return False
    soft = sum(0 < WEIGHTS[word.kind] < 1 for word in (*a.words, *b.words))
    added = abs(_weight(a.words) - _weight(b.words)) - _SOFTER * soft
    return added >= 1 or (shared < _FEWEST and added > 0)


def _unmet(a: Headline, b: Headline) -> list[Word]:
    """Give the words with content, of `a`, no form of which is in `b`: a misprint or a part of a name at best."""
    grips = b.grips
    words = a.words[:-1] if a.cut else a.words
    return [word for word in words if word.kind in _CONTENT and grips.isdisjoint(word.grips)]


def is_cut_from(short: Headline, whole: Headline) -> bool:
    """Tell whether `short` begins `whole`: with whole words, or cut inside a word if it is printed as cut off."""
    if is_cut_in_print(short.key, whole.key):
        return True
    return short.folded[:_BEGIN] == whole.folded[:_BEGIN] and _begins(short.folded, whole.folded, short.cut, whole.cut)


def is_cut_in_print(short: str, whole: str) -> bool:
    """Tell of two keys what `is_cut_from` tells, without reading them: as they are printed."""
    if short[:_BEGIN] != whole[:_BEGIN]:
        return False
    return _begins(short.removesuffix(CUT), whole.removesuffix(CUT), short.endswith(CUT), whole.endswith(CUT))


def _begins(short: str, whole: str, is_cut: bool, is_whole_cut: bool) -> bool:
    if not whole.startswith(short) or short.count(" ") < _CUT_WORDS - 1:
        return False
    if len(short) == len(whole):
        return is_cut and not is_whole_cut
    return whole[len(short)] == " " or (is_cut and not short[-1].isdigit())


def _long_names(headline: Headline) -> set[str]:
    """Give the names whose several words were joined, so that a part of one in another headline was not seen."""
    return {word.name for word in headline.words if word.name and " " in word.text}


def _judge(a: Headline, b: Headline, *, is_by_words: bool = False) -> tuple[Verdict, bool]:
    """Give the verdict, and whether a guard objects, so that no other reading of the words can mend it.

    Where names are read by words (`is_by_words`) a word said elsewhere may be half of another name.
    """
    if could_share(a, b) < _FEWEST - _MISPRINT and a.words and b.words:
        return _NOTHING, True
    shared = _without_tail(a, b)
    if alone := _begun_otherwise(a, b, shared):
        return Verdict(False, _OBJECTED, (f"cut off, and begins otherwise: {' '.join(alone)}",)), True
    found = _measured(a, b, shared, is_by_words=is_by_words)
    if found.score is None:
        return Verdict(False, round(min(0.4, found.weight / 10), 3), _NOTHING.why), False
    if reasons := [*objections(a, b, shared)]:
        return Verdict(False, min(found.score, _OBJECTED), tuple(reasons)), True
    why = tuple(found.reasons + _changes(found.told)) or ("the same words",)
    return Verdict(found.score >= THRESHOLD, found.score, why), False


def are_same(first: Headline, second: Headline) -> bool:
    """Tell what `weigh` tells, without score and reasons: nothing is looked at that can change nothing any more."""
    if first.folded == second.folded:
        return True
    may_mend = _other_reading(first, second)
    is_same, objected = _judge_in_short(first, second, may_mend=may_mend)
    if is_same or objected or not may_mend:
        return is_same
    return _judge_in_short(analyse(first.key, 1), analyse(second.key, 1), is_by_words=True)[0]


def _judge_in_short(
    a: Headline, b: Headline, *, may_mend: bool = False, is_by_words: bool = False
) -> tuple[bool, bool]:
    """Tell what `_judge` tells; guards are asked only where it matters, be it for the other reading."""
    if could_share(a, b) < _FEWEST - _MISPRINT and a.words and b.words:
        return False, True
    shared = _without_tail(a, b)
    if _begun_otherwise(a, b, shared):
        return False, True
    score = _measured(a, b, shared, is_by_words=is_by_words).score
    is_near = score is not None and score >= THRESHOLD
    if score is None or not (is_near or may_mend):
        return False, False
    objected = any(True for _ in objections(a, b, shared))
    return is_near and not objected, objected


class _Measured(NamedTuple):
    """What two headlines share, and how sure it is by that; no score where too little is shared."""

    told: Alignment
    weight: float
    score: float | None
    reasons: list[str]


def _measured(a: Headline, b: Headline, shared: Alignment, *, is_by_words: bool) -> _Measured:
    told = without_refuters(a, b, shared)
    weight = sum([pair.level * (WEIGHTS[pair.a.kind] + WEIGHTS[pair.b.kind]) / 2 for pair in told.pairs])
    added = abs(_weight(told.only_a) - _weight(told.only_b))
    if weight < _FEW and (added >= 1 or (weight < _FEWEST and added)):
        return _Measured(told, weight, None, [])
    swap = replaced(told, 0.0 if is_by_words else weight)
    if weight < _FEWEST and swap.cost:
        return _Measured(told, weight, None, [])
    dropped = (ADDED if swap.cost or weight <= _FEW else ONLY_ADDED) * added / (weight + added or 1)
    return _Measured(told, weight, round(max(0.0, 1 - REPLACED * swap.cost - dropped), 3), swap.reasons)


def _begun_otherwise(a: Headline, b: Headline, shared: Alignment) -> list[str]:
    """Give what only one of two headlines says, where one is cut off, before the cut."""
    if a.cut is b.cut:
        return []
    return [word.text for word in (*shared.only_a, *shared.only_b) if _tells(word)]


def _without_tail(a: Headline, b: Headline) -> Alignment:
    """Align; where one headline is cut off, what the other says after the cut is no difference."""
    shared = align(a.words, b.words)
    if not (a.cut or b.cut) or not shared.pairs:
        return shared
    end_a = max(pair.a.place for pair in shared.pairs)
    end_b = max(pair.b.place for pair in shared.pairs)
    tail_a = [word for word in shared.only_a if word.place > end_a]
    tail_b = [word for word in shared.only_b if word.place > end_b]
    if a.cut and b.cut and _goes_on(tail_a, a, tail_b) and _goes_on(tail_b, b, tail_a):
        return shared
    only_a = tuple(w for w in shared.only_a if not (w in tail_a and (b.cut or _is_torn(w, a, tail_b))))
    only_b = tuple(w for w in shared.only_b if not (w in tail_b and (a.cut or _is_torn(w, b, tail_a))))
    return Alignment(shared.pairs, only_a, only_b)


def _goes_on(tail: list[Word], headline: Headline, other: list[Word]) -> bool:
    """Tell whether a headline has a word of its own behind the last that is shared, not torn."""
    return any(_tells(word) and not _is_torn(word, headline, other) for word in tail)


def _is_torn(word: Word, headline: Headline, tail: list[Word]) -> bool:
    """Tell whether the last word of a headline that is cut is the beginning of the one with which the other goes on."""
    if not headline.cut or word.place != len(headline.words) - 1:
        return False
    return bool(tail) and tail[0].text.startswith(word.text)


def _tells(word: Word) -> bool:
    return word.kind in _CONTENT


def _weight(words: tuple[Word, ...]) -> float:
    return sum([WEIGHTS[word.kind] for word in words])


def _changes(shared: Alignment) -> list[str]:
    reasons = [f"{pair.a.text} ~ {pair.b.text}" for pair in shared.pairs if pair.level < 1]
    for side, words in (("shorter", shared.only_a), ("longer", shared.only_b)):
        plain = [word.text for word in words if word.kind is not STOP]
        if plain:
            reasons.append(f"only in the {side}: {' '.join(plain)}")
    return reasons
