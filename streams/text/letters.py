"""Text as printed enters; the same words in one spelling leave."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

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
    ArabicNormalizer and DecimalDigitFilter have a rule, this is the same rule. Costs about 4 microseconds a headline.

    >>> fold("«الأُمَّـــة» العربيّة… ٢٠٢٥")
    'الامه العربيه 2025'
    >>> fold("الرئيس الإیراني یلتقی BBC") == fold("الرئيس الايرانى يلتقي bbc")
    True
    """
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
