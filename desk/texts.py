"""A key and a language in, what the desk says out: the catalogue is texts.toml, Arabic first, English beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale

from .dates import show_number

LANGUAGES: Final = ("ar", "en")
ISOLATE, END = "\u2068", "\u2069"


@dataclass(frozen=True)
class Texts:
    """The catalogue in one language."""

    language: str

    @property
    def direction(self) -> str:
        """Which way it is written."""
        return "rtl" if self.language == "ar" else "ltr"

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key`; what is put in stands isolated, so that it orders itself.

        >>> Texts("ar")("nav.search")
        'البحث'
        """
        text = load_texts()[key][LANGUAGES.index(self.language)]
        return text.format(**{name: f"{ISOLATE}{value}{END}" for name, value in values.items()}) if values else text

    def has(self, key: str) -> bool:
        """Tell whether the catalogue knows `key`."""
        return key in load_texts()

    def named(self, group: str, slug: str) -> str:
        """Return the text of a slug that code made (a reason, a stage); one without a text stands for itself."""
        return self(f"{group}.{slug}") if self.has(f"{group}.{slug}") else slug

    def count(self, key: str, number: int) -> str:
        """Return the text that says so many in this language's grammar.

        >>> Texts("ar").count("articles", 2), Texts("en").count("articles", 2)
        ('مقالان', '\u20682\u2069 articles')
        """
        form = Locale(self.language).plural_form(number)
        form = form if self.has(f"{key}.{form}") and self(f"{key}.{form}") else "other"
        return self(f"{key}.{form}", n=show_number(number, self.language))


@cache
def load_texts() -> Mapping[str, tuple[str, str]]:
    """Read the catalogue: each key's text in Arabic and in English."""
    groups = tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{name}": (texts[0], texts[1]) for group, entries in groups.items() for name, texts in entries.items()
    }
