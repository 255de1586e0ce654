"""Two headlines and their alignment enter; what makes them two headlines, whatever they share, leaves."""

from __future__ import annotations

from collections.abc import Iterator

from .same_align import Alignment, Pair
from .same_contrasts import are_converse, are_opposed, takes
from .same_kinds import DATE, FILLER, HEAD, NEGATOR, NUMBER, PLAIN, STOP, UNIT, WordKind, harms, transfers
from .same_words import Headline, Word

_ROYAL = frozenset(
    {"محمد", "الحسن", "الملك", "ملك", "البابا", "السلطان", "الامبراطور", "القيصر", "عبدالله", "فيليب", "تشارلز"}
)
_TITLES = frozenset({"الملك", "الامير", "الشيخ", "البابا", "السلطان", "الملكه", "الاميره"})
_FIRST = "1."
"""`أول` is praise as often as a count: without it a headline may still be the same."""
_TWO, _TWOS = "2", ("ين", "ان")
_MANY = ("ين", "ون", "ان", "ات")
DENIAL, _OUTCOME, _BEING = "denial", "outcome", "وجود"
_DROWNED = frozenset({"غرق", "اختناق", "دهس", "صعق", "تسمم", "شنق", "انتحار"})
"""Deaths that are said by how they came."""
_ELSEWHERE = {"say:", "loc:"}
"""An office does not exclude a place."""
_IDLE = frozenset({STOP, FILLER})
_TO = frozenset({"الي", "علي", "لصالح"})
_WITH = frozenset({"مع", "بين", "و"})


def objections(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Give the reasons why `a` and `b` cannot be one headline: numbers, dates, names, denial, turned claims, roles.

    Each is looked for when it is asked for: to know that there is one, the first will do.
    """
    yield from _numbers(a, b, shared)
    yield from _counted(a, b, shared)
    yield from _one_or_many(a, b, shared)
    yield from _conflicts(shared, DATE, "another day")
    yield from _conflicts(shared, UNIT, "another unit")
    yield from _names(shared)
    yield from _titles(a, b, shared)
    yield from _opposites(a, b, shared)
    yield from _denials(a, b, shared)
    yield from _turns(a, b, shared)
    yield from _roles(a, b, shared)
    yield from _converses(a, b, shared)


def _of(words: tuple[Word, ...], kind: WordKind) -> list[str]:
    return [word.text for word in words if word.kind is kind]


def _conflicts(shared: Alignment, kind: WordKind, reason: str) -> Iterator[str]:
    left, right = _of(shared.only_a, kind), _of(shared.only_b, kind)
    if left and right:
        yield f"{reason}: {' '.join(left)} / {' '.join(right)}"


def _numbers(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    left = [word for word in shared.only_a if _counts(word, a)]
    right = [word for word in shared.only_b if _counts(word, b)]
    if left and right:
        yield f"another number: {_text(left)} / {_text(right)}"
    met = {pair.a.place: pair.b for pair in shared.pairs}, {pair.b.place: pair.a for pair in shared.pairs}
    inner = [word for word in left if _is_inside(word, [pair.a for pair in shared.pairs]) and not _is_two(word, met[0])]
    inner += [
        word for word in right if _is_inside(word, [pair.b for pair in shared.pairs]) and not _is_two(word, met[1])
    ]
    inner = [word for word in inner if word.text != _FIRST]
    if inner and not (left and right):
        yield f"a number in one only: {_text(inner)}"


def _is_two(number: Word, met: dict[int, Word]) -> bool:
    """Tell whether a number is a two that the other headline may say by a dual: `دبلوماسيين`, `دبلوماسيين اثنين`."""
    if number.text != _TWO:
        return False
    counted = met.get(number.place + 1)
    return counted is not None and counted.text.endswith(_TWOS)


def _counted(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where a number counts one thing here and another there, which both have: `3 جنود`, `3 مهربين`."""
    partner = {pair.b.place: pair.a for pair in shared.pairs}
    partner_a = {pair.a.place: pair.b for pair in shared.pairs}
    for pair in shared.pairs:
        one, two = _next(pair.a, a), _next(pair.b, b)
        if not pair.a.text.isdigit() or one is None or two is None:
            continue
        met, meets = partner.get(two.place), partner_a.get(one.place)
        elsewhere = [word for word in (met, meets) if word is not None]
        if any(not word.senses.isdisjoint(harms()) for word in (one, two)):
            continue  # `3 شهداء`: how many were killed, whoever they were
        if elsewhere and met is not one and not any(word.name for word in (one, two, *elsewhere)):
            yield f"{pair.a.text} counts another thing: {one.text} / {two.text}"


def _one_or_many(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where one was killed, hurt or held here, and several there: `استشهاد فلسطيني`, `استشهاد فلسطينيين`."""
    for pair in shared.pairs:
        if pair.a.text == pair.b.text or pair.a.kind is NUMBER or not (_suffers(pair.a, a) and _suffers(pair.b, b)):
            continue
        one, two = sorted((pair.a, pair.b), key=lambda word: len(word.text))
        if any(two.text == form + end for form in (one.text, one.text.removesuffix("ا")) for end in _MANY):
            yield f"one or many: {one.text} / {two.text}"


def _suffers(word: Word, headline: Headline) -> bool:
    before = headline.words[word.place - 1] if word.place else None
    return before is not None and not before.senses.isdisjoint(harms())


def _next(word: Word, headline: Headline) -> Word | None:
    """Give the plain word that a number stands before."""
    after = headline.words[word.place + 1 : word.place + 2]
    return after[0] if after and after[0].kind is PLAIN else None


def _counts(word: Word, headline: Headline) -> bool:
    """Tell whether a number says how many or which one; a king's does not (`الملك عبدالله الثاني`)."""
    if word.kind is not NUMBER:
        return False
    before = headline.words[max(0, word.place - 2) : word.place]
    return not (_is_rank(word) and any(near.text in _ROYAL for near in before))


def _is_rank(word: Word) -> bool:
    return word.text.endswith(".")


def _is_inside(word: Word, paired: list[Word]) -> bool:
    """Tell whether a number counts a shared word or stands among them: before or behind, it adds and denies nothing."""
    places = {other.place for other in paired}
    return bool(places) and (word.place + 1 in places or min(places) < word.place < max(places))


def _names(shared: Alignment) -> Iterator[str]:
    left = [word for word in shared.only_a if word.name]
    right = [word for word in shared.only_b if word.name]
    left = [word for word in left if not any(_is_part(word, other) for other in right)]
    right = [word for word in right if not any(_is_part(word, other) for other in shared.only_a if other.name)]
    if any({str(one.name)[:4], str(two.name)[:4]} != _ELSEWHERE for one in left for two in right):
        yield f"another name: {_text(left)} / {_text(right)}"


def _titles(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where a name that begins with a title meets a part of it behind another one: `الملك فهد`, `الأمير فهد`."""
    for pair in shared.pairs:
        for whole, part, headline in ((pair.a, pair.b, b), (pair.b, pair.a, a)):
            title = headline.words[part.place - 1] if part.place else None
            if " " in whole.text and not part.name and title and title.kind is HEAD:
                first = whole.text.split()[0]
                if first in _TITLES and first not in title.forms:
                    yield f"another title: {whole.text} / {title.text} {part.text}"


def _is_part(one: Word, two: Word) -> bool:
    """Tell whether one name holds the other: `جنوب لبنان`, `لبنان`; two states are two (`جنوب السودان`, `السودان`)."""
    if _is_state(one) and _is_state(two):
        return False
    words, others = set(one.text.split()), set(two.text.split())
    return words <= others or others <= words


def _is_state(word: Word) -> bool:
    return bool(word.name and word.name[:4] == "loc:" and word.name[4:].isupper())


def _opposites(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where each says alone what excludes what the other says: `ترفع`, `تخفض`; of what is denied nothing."""
    left, right = ([word for word in words if word.kind not in _IDLE] for words in (shared.only_a, shared.only_b))
    met = [(one, two) for one in left for two in right]
    met += [(pair.a, pair.b) for pair in shared.pairs if pair.a.text != pair.b.text]
    denied = (_denied(a), _denied(b)) if met else (set(), set())
    for one, two in met:
        if are_opposed(one.text, two.text) and (one.place in denied[0]) == (two.place in denied[1]):
            yield f"opposites: {one.text} / {two.text}"


def _denials(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    denied_a, denied_b = _denied(a), _denied(b)
    refuted = {word.place for word, _ in _refuted(a, b, shared)}
    for pair in shared.pairs:
        if (pair.a.place in denied_a) != (pair.b.place in denied_b) and pair.a.place not in refuted:
            yield f"denied in one only: {pair.a.text}"


def _refuted(a: Headline, b: Headline, shared: Alignment) -> list[tuple[Word, Word]]:
    """Find what one headline denies with a particle and the other with a verb: `لا كسوف`, `ينفي حدوث كسوف`.

    Gives the word of `a` that is denied, and the verb.
    """
    denied_a, denied_b = _denied(a), _denied(b)
    verbs_a, verbs_b = _deniers(shared.only_a, a), _deniers(shared.only_b, b)
    by_a = [(pair.a, verbs_b[pair.b.place]) for pair in shared.pairs if _is_no(pair.a, denied_a, pair.b, verbs_b)]
    by_b = [(pair.a, verbs_a[pair.a.place]) for pair in shared.pairs if _is_no(pair.b, denied_b, pair.a, verbs_a)]
    return by_a + by_b


def without_refuters(a: Headline, b: Headline, shared: Alignment) -> Alignment:
    """Leave out the verbs that deny what the other headline denies with a particle, for they add nothing."""
    if not any(word.turns == DENIAL for word in (*shared.only_a, *shared.only_b)):
        return shared
    verbs = [verb for _, verb in _refuted(a, b, shared)]
    only_a, only_b = (
        tuple(word for word in words if not any(word is verb for verb in verbs))
        for words in (shared.only_a, shared.only_b)
    )
    return Alignment(shared.pairs, only_a, only_b)


def _is_no(one: Word, denied: set[int], two: Word, verbs: dict[int, Word]) -> bool:
    return one.place in denied and two.place in verbs


def _deniers(alone: tuple[Word, ...], headline: Headline) -> dict[int, Word]:
    """Map the place of the first word with content behind each verb of denial to that verb."""
    found = {}
    for verb in alone:
        if verb.turns == DENIAL:
            behind = headline.words[verb.place + 1 :]
            object_ = next((word for word in behind if _BEING not in word.forms and word.kind not in _IDLE), None)
            if object_ is not None:
                found[object_.place] = verb
    return found


def _denied(headline: Headline) -> set[int]:
    """Find the places of the words that a negator stands before, past what says nothing: `عدم تسجيل إصابات`."""
    denied, open_ = set(), False
    for word in headline.words:
        if word.kind is NEGATOR:
            open_ = True
        elif open_ and word.kind is not STOP:
            denied.add(word.place)
            open_ = word.kind is FILLER
    return denied


def _turns(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    verbs = [verb for _, verb in _refuted(a, b, shared)]
    told = any(pair.a.kind is NUMBER and _counts(pair.a, a) for pair in shared.pairs)
    last = (max((p.a.place for p in shared.pairs), default=0), max((p.b.place for p in shared.pairs), default=0))
    both = {word.turns for word in shared.only_a} & {word.turns for word in shared.only_b}
    for words, end in ((shared.only_a, last[0]), (shared.only_b, last[1])):
        for word in words:
            if word.turns == _OUTCOME and told and not (_DROWNED.isdisjoint(a.grips) and _DROWNED.isdisjoint(b.grips)):
                continue  # `غرق 14 مهاجرا`: how many died is said in both
            if word.turns and word.turns not in both and word.place < end and not any(word is verb for verb in verbs):
                yield f"turned in one only: {word.text} ({word.turns})"


def _roles(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where two change places and all else keeps its own: `X accuses Y`, `Y accuses X`."""
    by_a = sorted(shared.pairs, key=lambda pair: pair.a.place)
    by_b = sorted(shared.pairs, key=lambda pair: pair.b.place)
    moved = [rank for rank, (one, two) in enumerate(zip(by_a, by_b, strict=True)) if one is not two]
    if len(moved) != 2 or len(by_a) < 3 or by_a[moved[0]] is not by_b[moved[1]]:
        return
    one, two = by_a[moved[0]], by_b[moved[0]]
    first, second = moved
    if any(not pair.a.senses.isdisjoint(transfers()) or are_converse(pair.a.text, pair.b.text) for pair in by_a):
        return  # a player joins a club, the club signs the player
    around_verb = any(pair.a.text[0] in "يت" for pair in by_a[first + 1 : second])
    both_named = bool((one.a.name or one.b.name) and (two.a.name or two.b.name))
    equals = any(_stands_with(*at) for at in _places(one, two, a, b)) and not any(pair.a.turns for pair in shared.pairs)
    if (both_named or around_verb) and not equals:
        yield f"roles swapped: {one.a.text} / {two.a.text}"


def _converses(a: Headline, b: Headline, shared: Alignment) -> Iterator[str]:
    """Object where one gives what the other takes, unless who takes is to whom it is given: `أ تشتري`, `بيع … لأ`."""
    for pair in shared.pairs:
        if not are_converse(pair.a.text, pair.b.text):
            continue
        is_taken = takes(pair.a.text)
        verb = pair.a if is_taken else pair.b
        gives, giver = (pair.b, b) if is_taken else (pair.a, a)
        met = [(one.a, one.b) if is_taken else (one.b, one.a) for one in shared.pairs]
        if not any(one.place < verb.place and _is_given_to(two, gives, giver) for one, two in met):
            yield f"turned about: {pair.a.text} / {pair.b.text}"


def _is_given_to(word: Word, verb: Word, headline: Headline) -> bool:
    """Tell whether a word stands behind `ل` or `إلى`, past those of its title, or behind the verb of giving."""
    if word.place == verb.place + 1:
        return True
    before = [near.text for near in headline.words[max(0, word.place - 2) : word.place]]
    return (word.text[0] == "ل" and len(word.forms) > 1) or any(near in _TO or near.startswith("ل") for near in before)


def _places(one: Pair, two: Pair, a: Headline, b: Headline) -> list[tuple[Word, Headline]]:
    return [(one.a, a), (two.a, a), (one.b, b), (two.b, b)]


def _stands_with(word: Word, headline: Headline) -> bool:
    """Tell whether a word is joined to another as an equal: `مصر وقطر`, `مع قطر`."""
    before = {near.text for near in headline.words[max(0, word.place - 3) : word.place]}
    return not before.isdisjoint(_WITH) or (word.text.startswith("و") and len(word.forms) > 1)


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in words)
