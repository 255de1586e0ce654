"""A text and the names found in it in, its paragraphs in pieces out: plain ones, and names that lead to their pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .answers import Mention


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph; `entity_id`, `kind` and `name` where it names someone."""

    text: str
    entity_id: str | None = None
    kind: str | None = None
    name: str | None = None


Paragraph = tuple[Piece, ...]


def mark_names(body: str, mentions: Iterable[Mention]) -> tuple[Paragraph, ...]:
    r"""Cut `body` into paragraphs and these at its names.

    A mention that does not stand where it says, or stands in an earlier one, is left plain.

    >>> mark_names("زار بوتين\nمصر", [Mention("بوتين", "PER", 4, 9, "per:p", "فلاديمير بوتين")])[0][1]
    Piece(text='بوتين', entity_id='per:p', kind='PER', name='فلاديمير بوتين')
    """
    pieces: list[Piece] = []
    at = 0
    for one in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if one.start < at or body[one.start : one.end] != one.text:
            continue
        pieces += (Piece(body[at : one.start]), Piece(one.text, one.entity_id, one.kind, one.name))
        at = one.end
    pieces.append(Piece(body[at:]))
    return _paragraphs(pieces)


def _paragraphs(pieces: Iterable[Piece]) -> tuple[Paragraph, ...]:
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.entity_id is not None:
            paragraphs[-1].append(piece)
            continue
        first, *rest = piece.text.split("\n")
        paragraphs[-1].append(Piece(first))
        paragraphs += ([Piece(line)] for line in rest)
    kept = (tuple(piece for piece in one if piece.text) for one in paragraphs)
    return tuple(one for one in kept if any(piece.text.strip() for piece in one))
