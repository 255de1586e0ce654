"""A headline as printed enters; its key (the canonical words) and the fingerprint made of it leave."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

from schemas.identity import digest

from .affixes import begins_with_label, strip_affixes
from .dates import find_dates
from .letters import fold, fold_plain
from .same_numbers import with_whole_numbers

__all__ = ["CUT", "canonical", "fold", "headline_id", "headline_key", "key_id"]

CUT: Final = "…"
"""Ends the key of a headline that is printed as cut off."""
_LONGEST: Final = 600
"""Characters that are read of a headline; what is longer is a paragraph that some rule took for one."""
_SAID: Final = re.compile(r"^(?:صحيف[ةه]|صحف|تقرير|مصدر|مصادر|دراس[ةه]|خبراء|شهود عيان|شهود|وسائل [إا]علام)\s*:\s*")
"""Who said it, where that is nobody: the claim is the same without."""
_TIME: Final = re.compile(r"\d:[0-5]\d")
_TORN: Final = re.compile(r"&#?[A-Za-z0-9]{0,6}(?=…|\.\.)")
"""A character reference in which a headline is cut off."""
_CUT_OFF: Final = re.compile(r"[\s\u200e\u200f]*(?:(?:\.{2,}|…)[\s\u200e\u200f\"»”)\].…]*$|(?:\.{3,}|…)\s*[-–—|»/•:])")
"""What stands behind a headline that is cut off: dots and nothing, or more than two dots and a site's name."""


def canonical(headline: str) -> str:
    """Reduce `headline` to the folded words that make it that headline: no label before, no site name after.

    >>> canonical("عاجل | مقتل ١٬٢٠٠ شخص في زلزال.. (فيديو) - الجزيرة نت")
    'مقتل 1200 شخص في زلزال'
    >>> canonical("شاهد عيان: الحريق بدأ ليلاً")
    'شاهد عيان الحريق بدا ليلا'
    """
    return headline_key(headline).removesuffix(CUT)


def headline_key(headline: str) -> str:
    """Reduce `headline` to its canonical words, and `…` behind them if it is printed as cut off.

    All that decides about headlines is decided on keys, so that no printed form has a say by coming first.
    A decimal point is written `d` (`1.5` is `1d5`).

    >>> headline_key("• عاجل: ارتفاع النفط 1.5% بعد قرار المنظ...")
    'ارتفاع النفط 1d5 بعد قرار المنظ…'
    >>> headline_key("ارتفاع النفط.. (فيديو)")
    'ارتفاع النفط'
    """
    plain = fold_plain(headline)
    if plain and not begins_with_label(headline):
        return plain
    return key_of_any(headline)


def key_of_any(headline: str) -> str:
    """Reduce any headline, also one with signs, to its canonical words."""
    text = headline[:_LONGEST].replace("ـ", "")
    if "&" in text:
        text = html.unescape(_TORN.sub("", text))
    text = _without_time(text)
    bare = strip_affixes(text)
    said = _SAID.match(bare)
    words = fold(with_whole_numbers(bare[said.end() :] if said else bare)) or fold(text)
    return words + CUT if _is_cut(text, bare) else words


def _is_cut(text: str, bare: str) -> bool:
    """Tell whether dots stand behind `bare` in the `text` that it was taken from, a site's name apart."""
    if "…" not in text and ".." not in text:
        return False
    return _CUT_OFF.match(text, text.rfind(bare) + len(bare)) is not None


def _without_time(text: str) -> str:
    """Cut the date that a list prints behind a headline: one with the time of day, for a date alone may be news."""
    if ":" not in text or not _TIME.search(text):
        return text
    dates = find_dates(text)
    if dates and dates[-1].start and len(text) - dates[-1].end <= 2 and len(text[: dates[-1].start].split()) > 2:
        return text[: dates[-1].start] if _TIME.search(text, dates[-1].start) else text
    return text


@lru_cache(maxsize=8_192)
def headline_id(headline: str) -> str:
    """Identify `headline` by the fingerprint of its key: one id for all its orthographic forms.

    >>> headline_id("بالفيديو.. الأمير يصل إلى القاهرة") == headline_id("الامير يصل الى القاهره - الجزيرة نت")
    True
    >>> headline_id("الأمير يصل إلى القاهرة") == headline_id("الأمير يصل إلى القاهرة…")
    False
    """
    return key_id(headline_key(headline))


def key_id(key: str) -> str:
    """Identify the headline of this key."""
    return digest("headline", key)
