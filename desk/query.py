"""The query language: a typed question in, a frozen `Query` out, and back to text and to a shareable address.

`parse` never raises: what it does not understand is searched as words and told in `notes` (docs/search.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self

from .query_dates import Days, read_days, read_side
from .query_terms import NAMES, SORTS, Atom, Clause, Field, Language, Note, NoteKind, Sort
from .query_tokens import Either, Piece, cut_pieces, make_atom, tidy

__all__ = ["Atom", "Clause", "Days", "Field", "Language", "Note", "NoteKind", "Query", "Sort", "from_params", "parse"]

ATOMS_KEPT: Final = 50
"""Words, phrases and filters of one question that are asked; an index refuses more than about a thousand."""

_FIELD_ORDER: Final = {name: place for place, name in enumerate(Field)}


@dataclass(frozen=True, slots=True)
class Query:
    """A question. All `clauses` must hold; words and phrases first, then filters in the order of `Field`.

    Two are equal if they ask the same, whatever the `notes`. `str(query)` is its canonical text, which `parse` reads
    back to an equal query.
    """

    clauses: tuple[Clause, ...] = ()
    sort: Sort = Sort.RELEVANCE
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        order = () if self.sort is Sort.RELEVANCE else (f"sort:{self.sort}",)
        return " ".join([*map(str, self.clauses), *order])

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.clauses)

    @property
    def text(self) -> str:
        """The canonical text without plain filters, dates and order: what stands in the search box."""
        return " ".join(str(clause) for clause in self.clauses if clause.filter is None)

    @property
    def days(self) -> Days:
        """The days that are asked for; open where none are."""
        return _days(self.clauses)

    @property
    def filters(self) -> tuple[Atom, ...]:
        """The plain filters, dates apart."""
        plain = [clause.filter for clause in self.clauses]
        return tuple(atom for atom in plain if atom is not None and atom.field is not Field.DATE)

    def to_params(self) -> list[tuple[str, str]]:
        """Return the question as parameters of an address; `from_params` reads them back to an equal query.

        >>> parse('النفط person:="دونالد ترامب" date:2024 sort:newest').to_params()
        [('q', 'النفط'), ('person', '=دونالد ترامب'), ('from', '2024-01-01'), ('to', '2024-12-31'), ('sort', 'newest')]
        """
        days = self.days
        values = [
            ("q", self.text),
            *((str(atom.field), f"{'=' if atom.exact else ''}{atom.text}") for atom in self.filters),
            ("from", days.since.isoformat() if days.since else ""),
            ("to", days.until.isoformat() if days.until else ""),
            ("sort", "" if self.sort is Sort.RELEVANCE else str(self.sort)),
        ]
        return [(name, value) for name, value in values if value]

    def with_filter(self, name: Field, value: str, *, exact: bool = True) -> Self:
        """Return the question narrowed to `value` of a field; `exact` takes it as the index has it (a facet's)."""
        atoms = make_atom(Atom(tidy(value), name, exact=exact))
        return self._with([*self.clauses, *(Clause((atom,)) for atom in atoms)])

    def without_filter(self, name: Field, value: str) -> Self:
        """Return the question without the plain filters for `value` of a field."""
        text = tidy(value)
        return self._with(
            [c for c in self.clauses if not (c.filter and (c.filter.field, c.filter.text) == (name, text))]
        )

    def with_days(self, since: date | None, until: date | None) -> Self:
        """Return the question for the days from `since` to `until`, both inclusive, instead of its own."""
        others = [clause for clause in self.clauses if not _is_date(clause)]
        return self._with(others + _date_clauses(Days(since, until)))

    def with_sort(self, sort: Sort) -> Self:
        """Return the question in another order."""
        return replace(self, sort=sort)

    def _with(self, clauses: Iterable[Clause]) -> Self:
        return replace(self, clauses=_in_order(clauses))


def parse(text: str, *, typing: bool = False) -> Query:
    """Read a question. With `typing` the last word may go on, unless a space follows it. Never raises.

    >>> str(parse('شخص:ترامب  النفط أو الغاز -"اسعار الذهب" سنة:٢٠٢٤'))
    'النفط OR الغاز -"اسعار الذهب" person:ترامب date:2024-01-01..2024-12-31'
    >>> [note.say("en") for note in parse("اخبار:مصر").notes]
    ['no field is called “اخبار”; searched as words']
    """
    clauses, notes, sort = _gather(cut_pieces(text))
    clauses, cut = _cut(clauses)
    if typing and clauses and text[-1:].strip():
        clauses[-1] = _open(clauses[-1])
    ordered = _in_order(clauses)
    days = _days(ordered)
    if cut:
        notes.append(Note(NoteKind.CUT))
    if days.empty:
        notes.append(Note(NoteKind.EMPTY_RANGE, str(days)))
    return Query(ordered, sort, tuple(dict.fromkeys(notes)))


def from_params(params: Mapping[str, str] | Iterable[tuple[str, str]]) -> Query:
    """Read the parameters of an address; those that are no part of a question (`page`, …) are left alone. Never raises.

    >>> str(from_params([("q", "النفط"), ("person", "=دونالد ترامب"), ("from", "2024-01-01")]))
    'النفط person:="دونالد ترامب" date:2024-01-01..'
    """
    pairs = list(params.items() if isinstance(params, Mapping) else params)
    query = parse(" ".join(value for name, value in pairs if name == "q"))
    clauses, sort, notes = list(query.clauses), query.sort, list(query.notes)
    for name, value in pairs:
        meaning, text = NAMES.get(name), tidy(value)
        if meaning == "sort":
            sort = SORTS.get(text, sort)
        elif meaning in ("after", "until", "before", "date"):
            days = read_days(text) if meaning == "date" else read_side(text, meaning)
            clauses += _date_clauses(days or Days())
            if text and days is None:
                notes.append(Note(NoteKind.BAD_DATE, text))
        elif meaning is not None:
            exact = text.startswith("=")
            atoms = make_atom(Atom(text.removeprefix("=").strip(), Field(meaning), exact=exact))
            clauses += [Clause((atom,)) for atom in atoms]
    kept, cut = _cut([*_in_order(clauses)])  # in order first: the two ends of a range are one atom
    notes += [Note(NoteKind.CUT)] if cut else []
    return Query(_in_order(kept), sort, tuple(dict.fromkeys(notes)))


def _gather(pieces: Iterator[Piece]) -> tuple[list[Clause], list[Note], Sort]:
    """Put atoms that an OR stands between into one clause."""
    groups: list[list[Atom]] = []
    notes: list[Note] = []
    sort, either = Sort.RELEVANCE, None
    for piece in pieces:
        if isinstance(piece, Note):
            notes.append(piece)
        elif isinstance(piece, Sort):
            sort = piece
        elif isinstance(piece, Either):
            if either or not groups:
                notes.append(Note(NoteKind.LONELY_OR, piece.text))
            else:
                either = piece
        elif either:
            groups[-1].append(piece)
            either = None
        else:
            groups.append([piece])
    if either:
        notes.append(Note(NoteKind.LONELY_OR, either.text))
    return [Clause(tuple(dict.fromkeys(group))) for group in groups], notes, sort


def _cut(clauses: list[Clause]) -> tuple[list[Clause], bool]:
    kept, room = [], ATOMS_KEPT
    for clause in clauses:
        atoms = clause.atoms[:room]
        room -= len(atoms)
        kept += [Clause(atoms)] if atoms else []
    return kept, sum(len(clause.atoms) for clause in clauses) > ATOMS_KEPT


def _open(clause: Clause) -> Clause:
    """Let the last word go on."""
    *others, last = clause.atoms
    opened = last if last.field or last.phrase or last.negated else replace(last, prefix=True)
    return Clause((*others, opened))


def _in_order(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Put words first, then plain filters, each once, and the dates as one range."""
    every = list(clauses)
    words = [clause for clause in every if clause.filter is None]
    plain = dict.fromkeys(clause for clause in every if clause.filter is not None and not _is_date(clause))
    filters = sorted(plain, key=lambda clause: _FIELD_ORDER[clause.atoms[0].field or Field.DATE])
    return (*words, *filters, *_date_clauses(_days(every)))


def _is_date(clause: Clause) -> bool:
    return clause.filter is not None and clause.filter.field is Field.DATE


def _days(clauses: Iterable[Clause]) -> Days:
    days = Days()
    for clause in clauses:
        if _is_date(clause):
            days = days.meet(read_days(clause.atoms[0].text) or Days())
    return days


def _date_clauses(days: Days) -> list[Clause]:
    return [] if days == Days() else [Clause((Atom(str(days), Field.DATE),))]
