"""A typed question in; its pieces in order out: words, phrases, filters, ORs, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from .query_dates import read_days, read_side
from .query_terms import NAMES, SORTS, Atom, Field, Note, NoteKind, Sort, needs_quotes

TEXT_READ: Final = 20_000
"""Characters of a question that are read."""
ATOM_KEPT: Final = 200
"""Characters of one word or phrase that are asked for."""

_ORS: Final = frozenset(("OR", "|", "||", "أو", "او"))
_PIECE: Final = re.compile(
    r"(?P<minus>-+(?=\S))?(?:(?P<field>[^\W\d_]+):(?P<exact>=?))?"
    r'(?:"(?P<straight>[^"]*)"|«(?P<angled>[^»]*)»|“(?P<curled>[^”]*)”|(?P<bare>[^\s"«»“”()]+))?'
)
_QUOTES: Final = '"«»“”'
_WASTE: Final = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}


@dataclass(frozen=True, slots=True)
class Either:
    """An OR between what stands before it and what stands after; `text` as typed."""

    text: str


Piece = Atom | Either | Sort | Note


def tidy(text: str) -> str:
    r"""Bring `text` to one form: presentation forms to letters, marks that nobody sees away, single spaces.

    >>> tidy("ﻻ\u200f  شيء\n")
    'لا شيء'
    """
    seen = "".join(_WASTE.get(unicodedata.category(letter), letter) for letter in text)
    # Folding may make what is waste or space, and a second round then changes nothing more.
    folded = unicodedata.normalize("NFKC", seen)
    return " ".join("".join(_WASTE.get(unicodedata.category(letter), letter) for letter in folded).split())


def cut_pieces(text: str) -> Iterator[Piece]:
    """Yield the pieces of `text`. Whatever is no filter, quote or OR is words, with a note that says why."""
    if len(text) > TEXT_READ:
        yield Note(NoteKind.CUT)
    left = tidy(text[:TEXT_READ])
    at = 0
    while at < len(left):
        found = _PIECE.match(left, at)
        if found is None or found.end() == at:
            if left[at] in "()":
                yield Note(NoteKind.PARENTHESES)
            elif left[at] in _QUOTES:
                yield Note(NoteKind.UNCLOSED_QUOTE)
            at += 1
        else:
            at = found.end()
            yield from _read(found)


def _read(found: re.Match[str]) -> Iterator[Piece]:
    name, bare, negated = found["field"], found["bare"], found["minus"] is not None
    quoted = next((found[kind] for kind in ("straight", "angled", "curled") if found[kind] is not None), None)
    if name is not None:
        yield from _filter(found, " ".join((quoted if quoted is not None else bare or "").split()), quoted is not None)
    elif quoted is not None:
        yield from make_atom(Atom(quoted.replace('"', " "), phrase=True, negated=negated))
    elif bare in _ORS and not negated:
        yield Either(bare)
    elif bare is not None:
        yield from make_atom(Atom(bare.rstrip("*"), prefix=bare.endswith("*"), negated=negated))


def _filter(found: re.Match[str], value: str, quoted: bool) -> Iterator[Piece]:
    meaning, negated = NAMES.get(found["field"].lower()), found["minus"] is not None
    words = [*re.split(r":", f"{found['field']} {value}")]
    if meaning is None or not value.strip(" *="):
        if meaning is None and not value.startswith("//"):
            yield Note(NoteKind.UNKNOWN_FIELD, found["field"])
        elif meaning is not None:
            yield Note(NoteKind.EMPTY_FILTER, f"{found['field']}:")
        yield from _as_words(words, negated)
    elif meaning == "sort":
        sort = SORTS.get(value.lower())
        yield sort or Note(NoteKind.BAD_SORT, value)
        if sort is None:
            yield from _as_words(words, negated)
    elif meaning in ("date", "after", "before", "until"):
        days = read_days(value) if meaning == "date" else read_side(value, meaning)
        if days is None:
            yield Note(NoteKind.BAD_DATE, f"{found['field']}:{value}")
            yield from _as_words(words, negated)
        else:
            yield Atom(str(days), Field.DATE, negated=negated)
    else:
        field = Field(meaning)
        made = Atom(value, field, field is Field.TITLE and quoted, exact=bool(found["exact"]), negated=negated)
        yield from make_atom(made)


def _as_words(parts: list[str], negated: bool) -> Iterator[Piece]:
    for part in parts:
        for word in part.split():
            if word not in _ORS:
                yield from make_atom(Atom(word.strip("-*="), negated=negated))


def make_atom(atom: Atom) -> Iterator[Atom]:
    """Yield `atom` with its text as it can be asked for; nothing if it has no letter and no digit."""
    text = " ".join(atom.text[:ATOM_KEPT].replace('"', " ").split())
    if atom.field is not None or not atom.phrase:
        text = text.strip("*- " if atom.field is None else " *")
    if any(letter.isalnum() for letter in text):
        phrase = atom.phrase or (atom.field is Field.TITLE and needs_quotes(text))
        phrase = phrase or (atom.field is None and _is_no_word(text))
        yield replace(atom, text=text, phrase=phrase, prefix=atom.prefix and not phrase)


def _is_no_word(text: str) -> bool:
    """Tell what would be read as something else by itself, a filter, an OR or two words: in quotes it is what it is."""
    found = _PIECE.match(text)
    return text in _ORS or found is None or found["field"] is not None or found.end() < len(text)
