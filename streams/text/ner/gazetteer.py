"""The .tsv lists of names enter; a lookup from folded words to who or what they mean leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from schemas import EntityKind
from streams.text.lexicon import CITIES, COUNTRIES, LEXICON, ORGANISATIONS, PEOPLE, PLACES

from .clitics import CLITICS, readings
from .tokens import fold_word, words

_LISTS: Final = {
    PEOPLE: EntityKind.PERSON,
    PLACES: EntityKind.PLACE,
    ORGANISATIONS: EntityKind.ORGANISATION,
    CITIES: EntityKind.PLACE,
    COUNTRIES: EntityKind.PLACE,
}
"""Of two lists that know a name the one before holds."""


class GazetteerError(ValueError):
    """A row of a list that cannot be read; the text says which."""


@dataclass(frozen=True, slots=True)
class Known:
    """Someone or something that a list knows; `country` is an ISO 3166-1 alpha-2 code."""

    entity_id: str
    kind: EntityKind
    name: str
    name_en: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A form of a known name as folded words; a `doubtful` one is also a common word or someone else's name."""

    key: tuple[str, ...]
    known: Known
    doubtful: bool


@lru_cache(maxsize=4_096)
def fold_name(name: str) -> tuple[str, ...]:
    """Reduce a name to its folded words, عبد joined to what it serves.

    >>> fold_name("عبد الفتّاح السيسى") == fold_name("عبدالفتاح السيسي")
    True
    """
    folded = [fold_word(text) for text in words(name).texts]
    joined: list[str] = []
    for word in folded:
        if joined and joined[-1] == "عبد":
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


class Gazetteer:
    """Names known by lists, looked up by their folded words."""

    def __init__(self, aliases: Iterable[Alias], not_names: Iterable[str] = ()) -> None:
        self.by_key: dict[tuple[str, ...], Alias] = {}
        self._not_names = frozenset(map(fold_word, not_names))
        self._by_first: dict[str, list[Alias]] = {}
        for alias in aliases:
            self._add(alias)
        for found in self._by_first.values():
            found.sort(key=lambda alias: -len(alias.key))

    def _add(self, alias: Alias) -> None:
        held = self.by_key.get(alias.key)
        if held is not None and (alias.doubtful or not held.doubtful):
            return
        self.by_key[alias.key] = alias
        for printed in _printed_forms(alias):
            first = self._by_first.setdefault(printed.key[0], [])
            first[:] = [other for other in first if other.key != printed.key] + [printed]

    @property
    def first_words(self) -> list[str]:
        """List the folded words with which names begin, whether they are none of their own or not."""
        return list(self._by_first)

    def get(self, name: str) -> Alias | None:
        """Find the alias that `name` is in any spelling, or nothing."""
        return self.by_key.get(fold_name(name))

    def openings(self, word: str) -> tuple[tuple[int, tuple[Alias, ...]], ...]:
        """List the names that the printed `word` may open: (clitic letters, aliases, longest first)."""
        folded, known = fold_word(word), self._by_first
        if folded[:1] not in CLITICS:
            found = [(0, folded)] if folded in known else []
        else:
            found = [reading for reading in readings(folded) if reading[1] in known]
        if not found or folded in self._not_names:
            return ()
        return tuple((clitic, tuple(known[stem])) for clitic, stem in found)


def _printed_forms(alias: Alias) -> Iterator[Alias]:
    """Yield `alias`, and with عبد standing alone where its first word has it joined."""
    yield alias
    first = alias.key[0]
    if first.startswith("عبدال"):
        yield replace(alias, key=("عبد", first[3:], *alias.key[1:]))


def read_rows(path: Path) -> Iterator[list[str]]:
    """Read the rows of a list: fields parted by tabs, `#` opens a comment line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


def read_aliases(path: Path, kind: EntityKind) -> Iterator[Alias]:
    """Read one list of names: entity_id, Arabic name, English name, other forms parted by `|`, country.

    Raises:
        GazetteerError: a row with too few fields or an id of another kind.
    """
    for row in read_rows(path):
        prefix = kind.value.lower() + ":"
        if len(row) < 3 or not row[0].startswith(prefix):
            raise GazetteerError(f"{path.name}: expected {prefix}…, Arabic name, English name, found {row!r}")
        country = row[4] if len(row) > 4 and row[4] else None
        known = Known(row[0], kind, row[1], row[2], country)
        forms = row[3].split("|") if len(row) > 3 and row[3] else []
        doubted = "?" + row[1] in forms
        for form in [row[1], *forms]:
            doubtful = form.startswith("?") or (doubted and form == row[1])
            yield Alias(fold_name(form.lstrip("?")), known, doubtful)


@cache
def load_gazetteer(folder: Path = LEXICON) -> Gazetteer:
    """Read the lists of `folder`; cached.

    Raises:
        GazetteerError: a row that cannot be read.
    """
    aliases = [alias for name, kind in _LISTS.items() for alias in read_aliases(folder / name, kind)]
    not_names = [row[0] for row in read_rows(folder / "not_names.tsv")]
    return Gazetteer(aliases, not_names)
