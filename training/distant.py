"""An encyclopedia and lists of names enter; its sentences leave, with the names that are surely in them.

The lists know a name of several words wherever it stands, and a page about a person knows the person's last name. So
the self-taught model also learns from names that it would have missed or cut short.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from streams.text.ner.clitics import readings
from streams.text.ner.tokens import fold_word, words

from .harvest import Page, pages

Span = tuple[int, int, str]
Name = tuple[str, ...]

SHORTEST, LONGEST = 6, 60
_KIND_OF_LIST: Final = {
    "PER": "PER", "LOC": "LOC", "ORG": "ORG", "clubs": "ORG", "organisations": "ORG", "places": "LOC"
}  # fmt: skip
_COMMON: Final = 3_000
"""A last name among so many most frequent words is too often something else."""
_SHORT: Final = 3
_BYNAMES: Final = frozenset(
    "الاول الثاني الثالث الرابع الخامس السادس السابع الثامن الكبير باشا".split()  # noqa: SIM905 - one line, not ten
)


class Told(NamedTuple):
    """A sentence and the names that are surely in it, in order."""

    words: list[str]
    names: list[Span]


def told(corpus: Path, named: Iterable[tuple[str, Name]], ranks: Mapping[str, int]) -> Iterator[Told]:
    """Yield the corpus' sentences; `named` are (list, folded name), `ranks` the words by falling frequency."""
    read = list(pages(corpus))
    found = {name: {_KIND_OF_LIST[kind]} for kind, name in named if kind in _KIND_OF_LIST}
    for page in read:
        if page.kind:
            found.setdefault(page.name, set()).add(page.kind)
    openings: dict[str, list[tuple[Name, str]]] = {}
    for name, kinds in found.items():
        if len(name) > 1 and len(kinds) == 1:
            openings.setdefault(name[0], []).append((name, next(iter(kinds))))
    for page in read:
        own = _own(page, ranks)
        for line in page.lines:
            cut = words(line)
            for begin, end in pairwise([*cut.starts, len(cut.texts)]):
                if SHORTEST <= end - begin <= LONGEST:
                    texts = cut.texts[begin:end]
                    yield Told(texts, _names(texts, openings, own))


def _own(page: Page, ranks: Mapping[str, int]) -> list[tuple[Name, str]]:
    """List what a page's own subject may be called on it."""
    if page.kind is None:
        return []
    last = page.name[-1]
    rare = ranks.get(last, _COMMON) >= _COMMON and len(last) > _SHORT and last not in _BYNAMES
    short = [((last,), page.kind)] if page.kind == "PER" and len(page.name) > 1 and rare else []
    return [(page.name, page.kind), *short]


def _names(texts: list[str], openings: Mapping[str, list[tuple[Name, str]]], own: list[tuple[Name, str]]) -> list[Span]:
    folded = [fold_word(text) for text in texts]
    found: list[Span] = []
    for at, word in enumerate(folded):
        if found and at < found[-1][1]:
            continue
        hits = [
            (at + len(name), kind)
            for _, stem in readings(word)
            for name, kind in (*openings.get(stem, ()), *own)
            if name[0] == stem and tuple(folded[at + 1 : at + len(name)]) == name[1:]
        ]
        if hits:
            end, kind = max(hits)
            found.append((at, end, kind))
    return found
