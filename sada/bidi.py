"""Text of either direction in, the order in which a terminal without Unicode's rules must be given it out.

The rules of Unicode's annex 9 as far as single lines need them that hold no marks of direction (`present.tame` takes
those out); Arabic letters in the forms in which they join, since such terminals do not join them either.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "BN"})
_LAM, _TATWEEL = "\u0644", "\u0640"


class _Forms(NamedTuple):
    """What a letter looks like by its neighbours; null where it has no such form."""

    isolated: str | None = None
    final: str | None = None
    initial: str | None = None
    medial: str | None = None


class _Cluster(NamedTuple):
    """A letter and the marks that stand on it."""

    letter: str
    marks: str = ""


def reorder(text: str) -> str:
    """Return `text`, one line, as it is seen from left to right, its Arabic letters joined.

    >>> reorder("باب 12 (open)") == "(open) 12 \ufe8f\ufe8e\ufe91"
    True
    """
    clusters = _join(_clusters(text))
    levels = _levels([unicodedata.bidirectional(one.letter) or "L" for one in clusters])
    return "".join(
        (_MIRRORED.get(clusters[at].letter, clusters[at].letter) if levels[at] % 2 else clusters[at].letter)
        + clusters[at].marks
        for at in _visual(levels)
    )


def _clusters(text: str) -> list[_Cluster]:
    found: list[_Cluster] = []
    for letter in text:
        if found and unicodedata.category(letter) == "Mn":
            found[-1] = _Cluster(found[-1].letter, found[-1].marks + letter)
        else:
            found.append(_Cluster(letter))
    return found


@lru_cache(maxsize=1)
def _forms() -> tuple[dict[str, _Forms], dict[str, _Forms]]:
    """Read from Unicode's own data what each letter looks like, and lam with each alef."""
    letters: dict[str, dict[str, str]] = {}
    ligatures: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF + 1), *range(0xFE80, 0xFEFC + 1)):
        kind, *parts = unicodedata.decomposition(chr(code)).split() or [""]
        base = "".join(chr(int(part, 16)) for part in parts)
        if len(base) == 1:
            letters.setdefault(base, {}).setdefault(kind.strip("<>"), chr(code))
        elif len(base) == 2 and base[0] == _LAM and code >= 0xFEF5:
            ligatures.setdefault(base[1], {})[kind.strip("<>")] = chr(code)
    return {one: _Forms(**forms) for one, forms in letters.items()}, {
        one: _Forms(**forms) for one, forms in ligatures.items()
    }


def _join(clusters: list[_Cluster]) -> list[_Cluster]:
    """Give each Arabic letter the form that its neighbours ask for; lam and alef become one."""
    letters, ligatures = _forms()
    joined: list[_Cluster] = []
    at = 0
    while at < len(clusters):
        one = clusters[at]
        after = clusters[at + 1].letter if at + 1 < len(clusters) else ""
        before = at > 0 and _joins_on(clusters[at - 1].letter, letters)
        if one.letter == _LAM and after in ligatures:
            form = ligatures[after].final if before else ligatures[after].isolated
            joined.append(_Cluster(form or one.letter, one.marks + clusters[at + 1].marks))
            at += 2
            continue
        joined.append(_Cluster(_form(one.letter, before, after, letters), one.marks))
        at += 1
    return joined


def _form(letter: str, before: bool, after: str, letters: dict[str, _Forms]) -> str:
    forms = letters.get(letter)
    if forms is None:
        return letter
    behind = forms.initial is not None and _joins_back(after, letters)
    if before and forms.final is not None:
        return (forms.medial if behind else forms.final) or letter
    return (forms.initial if behind else forms.isolated) or letter


def _joins_on(letter: str, letters: dict[str, _Forms]) -> bool:
    """Tell whether `letter` joins what follows it."""
    return letter == _TATWEEL or (letter in letters and letters[letter].initial is not None)


def _joins_back(letter: str, letters: dict[str, _Forms]) -> bool:
    """Tell whether `letter` joins what stands before it."""
    return letter == _TATWEEL or (letter in letters and letters[letter].final is not None)


def _levels(types: list[str]) -> list[int]:
    """Return the level of each cluster: even runs from left to right, odd from right to left."""
    base = next((0 if one == "L" else 1 for one in types if one in {"L", "R", "AL"}), 0)
    ends = [base] * len(types)
    for at in range(len(types) - 1, -1, -1):  # white space at the end of a line stands where the line ends
        if types[at] not in {"WS", "S", "B"}:
            break
        ends[at] = -1
    strong = _resolve_neutral(_resolve_weak(list(types), base), base)
    levels = []
    for kind, end in zip(strong, ends, strict=True):
        level = {"R": 1, "L": 2 * base}.get(kind, 2)
        levels.append(base if end < 0 else level)
    return levels


def _resolve_weak(types: list[str], base: int) -> list[str]:
    """Decide what numbers and the signs about them belong to (rules W2 to W7)."""
    last = "R" if base else "L"
    for at, kind in enumerate(types):
        if kind in {"L", "R", "AL"}:
            last = kind
        elif kind == "EN" and last == "AL":
            types[at] = "AN"
    types = ["R" if kind == "AL" else kind for kind in types]
    for at in range(1, len(types) - 1):
        before, after = types[at - 1], types[at + 1]
        if before == after and (
            (types[at] == "ES" and before == "EN") or (types[at] == "CS" and before in {"EN", "AN"})
        ):
            types[at] = before
    _spread_numbers(types)
    types = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in types]
    last = "R" if base else "L"
    for at, kind in enumerate(types):
        if kind in {"L", "R"}:
            last = kind
        elif kind == "EN" and last == "L":
            types[at] = "L"
    return types


def _spread_numbers(types: list[str]) -> None:
    """Let signs such as % and $ go with the number beside them."""
    for order in (range(1, len(types)), range(len(types) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for at in order:
            if types[at] == "ET" and types[at + step] == "EN":
                types[at] = "EN"


def _resolve_neutral(types: list[str], base: int) -> list[str]:
    """Let what has no direction follow its neighbours where they agree, else the line (rules N1, N2)."""
    own = "R" if base else "L"
    at = 0
    while at < len(types):
        end = at
        while end < len(types) and types[end] in _NEUTRAL:
            end += 1
        if end > at:
            before = _side(types[at - 1]) if at else own
            after = _side(types[end]) if end < len(types) else own
            types[at:end] = [before if before == after else own] * (end - at)
        at = max(end, at + 1)
    return types


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"


def _visual(levels: list[int]) -> list[int]:
    """Return the places in the order in which they are seen (rule L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    return order
