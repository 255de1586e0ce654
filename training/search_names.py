"""The gazetteer (streams/lexicon) enters; sinks/mappings/synonym_names.txt leaves: what a name may be searched as.

usage: python -m training.search_names
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from streams.text.letters import fold
from streams.text.lexicon import GAZETTEER, PEOPLE, rows

TARGET = Path(__file__).parents[1] / "sinks" / "mappings" / "synonym_names.txt"
LONGEST = 4
"""Words of a form; in a longer one the words themselves find the article."""

_STOP = frozenset(("في", "من", "على", "إلى", "عن", "مع", "the", "of", "for", "and", "on", "in", "de"))
_WORDS = re.compile(r"[\w’'. -]+")
_HEADER = """\
# Forms of one name, one name a line: made of streams/lexicon by training/search_names.py, never edited by hand.
"""


def build() -> str:
    """Compose the file: a line for each set of forms that differ by more than spelling folding joins."""
    lines = dict.fromkeys(", ".join(forms) for forms in _groups() if len({_key(form) for form in forms}) > 1)
    return _HEADER + "\n".join(lines) + "\n"


def _groups() -> Iterator[list[str]]:
    for file in GAZETTEER:
        for row in rows(file):
            sure = [
                row[1],
                row[2],
                _plain(row[2]),
                *(form for form in row[3].split("|") if form and not form.startswith("?")),
            ]
            forms = _distinct([form for form in sure if _usable(form)])
            if file == PEOPLE:
                yield from _person(forms, row[2])
            else:
                yield forms


def _person(forms: list[str], english: str) -> Iterator[list[str]]:
    """Part short names from full ones: «ترمب» is «ترامب», and need not be a Donald."""
    short = [form for form in forms if " " not in form]
    last = english.split()[-1:]
    yield _distinct([*short, *last, *map(_plain, last)]) if short else short
    yield [form for form in forms if " " in form]


def _plain(english: str) -> str:
    """Leave the accents away, as people type."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", english) if not unicodedata.combining(letter))


def _usable(form: str) -> bool:
    words = form.split()
    return 0 < len(words) <= LONGEST and not _STOP & {word.lower() for word in words} and bool(_WORDS.fullmatch(form))


def _distinct(forms: list[str]) -> list[str]:
    """Keep the first of the forms that folding joins."""
    return list({_key(form): form for form in reversed(forms)}.values())[::-1]


def _key(form: str) -> str:
    return fold(form).lower()


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
