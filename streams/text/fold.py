"""A headline as printed enters; its canonical words and the fingerprint made of them leave."""

from __future__ import annotations

import html
import re
from typing import Final

from schemas.identity import digest

from .affixes import strip_affixes
from .letters import fold

__all__ = ["canonical", "fold", "headline_id"]

_SPLIT_NUMBER: Final = re.compile(r"(?<=\d)[,،٬](?=\d{3}(?!\d))")


def canonical(headline: str) -> str:
    """Reduce `headline` to the folded words that make it that headline: no label before, no site name after.

    >>> canonical("عاجل | مقتل ١٬٢٠٠ شخص في زلزال.. (فيديو) - الجزيرة نت")
    'مقتل 1200 شخص في زلزال'
    >>> canonical("شاهد عيان: الحريق بدأ ليلاً")
    'شاهد عيان الحريق بدا ليلا'
    """
    return fold(_SPLIT_NUMBER.sub("", strip_affixes(html.unescape(headline)))) or fold(headline)


def headline_id(headline: str) -> str:
    """Identify `headline` by the fingerprint of its canonical words: one id for all its orthographic forms.

    >>> headline_id("بالفيديو.. الأمير يصل إلى القاهرة") == headline_id("الامير يصل الى القاهره - الجزيرة نت")
    True
    >>> headline_id("الأمير يصل إلى القاهرة") == headline_id("الأمير يصل إلى الدوحة")
    False
    """
    return digest("headline", canonical(headline))
