"""The folded words of a line enter; how much they sound like a site speaking of itself to its readers leaves."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .lexicon import rows

_WORD: Final = re.compile(r"\w+")
_ITSELF: Final = re.compile(
    r"(?:\w+ ){0,3}(?:هذا|هذه) (?:التقرير|المقال|المقاله|الخبر|الموضوع|التحقيق|المحتوي|النص|الماده|الموقع|الصفحه"
    r"|الاعلان|القصه|التدوينه)(?!\w)"
)
"""What a line says of the page it stands on."""
_NAMED: Final = frozenset(["صحيفه", "جريده", "مجله", "موقع", "بوابه", "شبكه"])
_IMPRINT: Final = re.compile(
    r"(?:صحيفه|جريده|مجله|موقع|بوابه|شبكه) (?:\w+ ){0,2}"
    r"(?:يوميه|اسبوعيه|شهريه|الكتروني|الكترونيه|مستقله|مستقل|شامله|اخباري|اخباريه)"
    r"(?: (?:سياسيه|مستقله|مستقل|شامله|شامل|عامه|جامعه|تصدر|يصدر)| [-–|]|$)"
)
"""What a site says of itself under its name."""
_EMBEDDED: Final = re.compile(r"[(]\s?@\w+\s?[)]|(?:[–—-]|بواسطه|shared by)\s+[^@]{0,40}@\w+")
"""Who wrote a post that is embedded in the story: a name and its handle."""
_STRONG: Final = 2
_LEAST, _LEAST_SHARE = 3, 0.4
_LEAST_LONG, _LEAST_LONG_SHARE = 6, 0.3
"""What the weights of a short line's words, and of a long one's, must come to, and to how much for each word."""
_LONG: Final = 12
SHORT: Final = _LONG + 2
"""Words of the longest line whose form alone may tell; a longer one needs one of the `strong_words`."""
_LONGEST: Final = 60


def talks_of_site(words: list[str], folded: str) -> bool:
    """Tell whether a line is the site's own talk (follow us, your e-mail, comments) by the words in it.

    >>> line = "اشترك في قناتنا علي واتساب ليصلك كل جديد"
    >>> talks_of_site(line.split(), line)
    True
    >>> line = "واتساب تتيح تعديل الرسائل بعد ارسالها"
    >>> talks_of_site(line.split(), line)
    False
    """
    if _telling().isdisjoint(words) and not ("هذ" in folded or "©" in folded or "@" in folded):  # as almost all lines
        return False
    size = len(words)
    if size <= SHORT and _says_itself(words, folded):
        return True
    if size > _LONGEST or strong_words().isdisjoint(words):
        return False
    found = [weight for weight in map(_weights().get, _WORD.findall(folded.casefold())) if weight]
    score = sum(found)
    if size > _LONG:
        return score >= _LEAST_LONG and score >= _LEAST_LONG_SHARE * size
    return score >= _LEAST and score >= _LEAST_SHARE * size and len(found) > 1


def _says_itself(words: list[str], folded: str) -> bool:
    """Tell whether a short line by its form is the page's own: its rights, its imprint, who wrote an embedded post."""
    if "©" in folded or ("هذ" in folded and _ITSELF.match(folded) is not None):
        return True
    if "@" in folded and _EMBEDDED.search(folded) is not None:
        return True
    return not _NAMED.isdisjoint(words) and _IMPRINT.search(folded) is not None


@cache
def _telling() -> frozenset[str]:
    return strong_words() | _NAMED


@cache
def _weights() -> dict[str, int]:
    return {word: int(weight) for word, weight in rows("site_talk.tsv")}


@cache
def strong_words() -> frozenset[str]:
    """Collect the words that tell most; a line without any of them is none of the site's."""
    strong = [word for word, weight in _weights().items() if weight >= _STRONG]
    return frozenset(one for word in strong for one in (word, word.capitalize(), word.upper(), f"{word}،", f"{word}."))
