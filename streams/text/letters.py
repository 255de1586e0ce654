"""Text as printed enters; the same words in one spelling leave."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, Final

from streams.native import compiled

_LETTERS: Final[dict[str, str]] = {
    **dict.fromkeys("أإآٱٲٳٵ", "ا"),
    **dict.fromkeys("ىیېےۍۑﮮ", "ي"),
    **dict.fromkeys("ةھہەۀۂۃۿ", "ه"),
    **dict.fromkeys("کڪگڭݣڬګ", "ك"),
    "پ": "ب",
    "چ": "ج",
    "ژ": "ج",
    "ڤ": "ف",
    "ڥ": "ف",
    "ڨ": "ق",
    "ڧ": "ق",
    "ۋ": "و",
    "ۆ": "و",
    "ۓ": "ئ",
    "ـ": "",
}
"""Letters that print alike, or that Arabic pages use for one another; hamza on waw and yeh stays, as in Lucene."""

_NOT_ONE_NUMBER: Final = ("<super>", "<sub>", "<fraction>")


class _Folding(dict[int, str]):
    """What each character becomes; worked out when first met, so that one lookup is all the next one costs."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if (letter := _LETTERS.get(character)) is not None:
        return letter
    if "\ufe70" <= character <= "\ufe7f" or unicodedata.category(character) in {"Cf", "Cc", "Cs", "Mn", "Me"}:
        return _fold_mark(character)
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    parts = unicodedata.decomposition(character)
    if parts.startswith("<") and category[0] in "LNS":
        spread = unicodedata.normalize("NFKC", character)
        if parts.startswith(_NOT_ONE_NUMBER):
            spread = f" {spread} "  # 5² is not 52
        if spread != character:
            return "".join(_FOLDING[ord(part)] for part in spread)
    return character.casefold() if category[0] in "LNM" else " "


def _fold_mark(character: str) -> str:
    if character.isspace():
        return " "
    foreign_vowel = unicodedata.category(character) in {"Mn", "Me"} and not unicodedata.name(character, "").startswith(
        ("ARABIC", "COMBINING", "VARIATION")
    )
    return character if foreign_vowel else ""


_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """Fold the spelling of `text` for comparison: words in one form, single spaces, no punctuation.

    Out go vowel marks, tatweel, bidi and zero-width controls; alef, yeh, teh marbuta and Persian letters take one
    form, digits become ASCII, Latin lower case, and every other sign separates words. Where Lucene's
    ArabicNormalizer and DecimalDigitFilter have a rule, this is the same rule. Costs half a microsecond a headline.

    >>> fold("«الأُمَّـــة» العربيّة… ٢٠٢٥")
    'الامه العربيه 2025'
    >>> fold("الرئيس الإیراني یلتقی BBC") == fold("الرئيس الايرانى يلتقي bbc")
    True
    """
    if _folder is not None and (folded := _folder.fold(text)) is not None:
        return str(folded)
    return fold_in_python(text)


def fold_in_python(text: str) -> str:
    """Fold where nothing is compiled, or where a letter depends on those around it."""
    words = text.split()
    if len(words) > _MANY or len(text) > _LONG:
        return _fold(text)
    return " ".join(filter(None, map(_fold_word, words)))


_MANY, _LONG = 40, 600
"""Words and characters of the longest text that is folded word by word: a headline, a label, a name."""


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_FOLDING).split())


_fold_word = lru_cache(maxsize=4_096)(_fold)
"""News says the same words again and again: most words of a headline have been folded before."""


_KNOWN: Final = (*range(0x700), *range(0x2000, 0x2070))
"""What pages in Arabic, and Latin names and signs in them, consist of."""
_VOWELS: Final = frozenset(map(chr, (*range(0x64B, 0x653), 0x670)))
"""Marks that are dropped whatever their order, and that no letter is composed with."""
_DROPPED, _SLOW = "\0", "\1"
_LETTER, _DIGIT, _POINT, _SIGN = 1, 2, 4, 8


def _becomes(character: str) -> str:
    """Give the one letter that `character` becomes wherever it stands; say where it is dropped, or none is given."""
    if unicodedata.combining(character) and character not in _VOWELS:
        return _SLOW
    folded = _fold_character(character) or _DROPPED
    return folded if len(folded) == 1 and unicodedata.normalize("NFC", character) == character else _SLOW


def _kind(character: str) -> int:
    """Tell what `character` may be in a headline: a sign parts labels, names of sites, times and references from it."""
    if character in "[(【.…|–—-:»/•&ـ":
        return _SIGN
    if character.isalpha():
        return _LETTER
    return _DIGIT if character.isdecimal() else _POINT if character in ",٫،٬" else 0


_native: Final[Any] = compiled("fold")
_folder: Final[Any] = _native and _native.Folder(
    "".join(map(_becomes, map(chr, _KNOWN))), bytes(map(_kind, map(chr, _KNOWN)))
)


def fold_plain(headline: str) -> str | None:
    """Fold a headline without signs that part anything from it; None if it has some, or where nothing is compiled."""
    folded: str | None = None if _folder is None else _folder.plain(headline)
    return folded
