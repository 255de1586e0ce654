"""What follows a date label's word enters; whether a date does, or the word is the verb of a sentence, leaves."""

from __future__ import annotations

import re
from typing import Final

from .dates import find_dates

_DIGIT: Final = re.compile(r"\d")
_NEAR: Final = 40
"""Characters behind the label in which its date begins."""
_AGO, _AGO_NEAR = "منذ", 12
_DATE_LIKE: Final = re.compile(r"\d\s?[/.:-]\s?\d|\d{8}")
_MOST_BEFORE, _MOST_BEHIND = 5, 14
"""Words that may stand between the label and its date (`في الشروق يوم`), and behind the date (a clock, a name)."""
_DAY: Final = re.compile(
    r"(?:ال)?(?:احد|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت)(?!\w)|اليوم|امس|(?:ال)?(?:ساعه|تاريخ|توقيت|خبر|مقال|موضوع)(?!\w)"
)
_SUBJECT: Final = "ال"
"""With what a noun begins that stands behind a verb, and there is no day."""


def is_date_label(rest: str, *, spaced: bool) -> bool:
    """Tell whether a date follows in `rest`, folded text behind a label; `spaced`: nothing but a blank parts them.

    >>> is_date_label("12/5/2025 الساعه 10:30", spaced=True), is_date_label("في الشروق يوم 21 - 06 - 2012", spaced=True)
    (True, True)
    >>> is_date_label("المركز ارقام 2024 عن الجسور", spaced=True), is_date_label("10 فرق لترميم الجسر", spaced=True)
    (False, False)
    """
    near = rest[:_NEAR]
    if _AGO in near[:_AGO_NEAR]:
        return True
    if _DIGIT.search(near) is None:
        return False
    return not spaced or _stands_before_date(rest.strip())


def _stands_before_date(rest: str) -> bool:
    if rest.startswith(_SUBJECT) and _DAY.match(rest) is None:
        return False
    found = next(iter(find_dates(rest[: 2 * _NEAR], None)), None)
    if found is None:
        return _DATE_LIKE.search(rest[:_NEAR]) is not None and len(rest.split()) <= _MOST_BEHIND
    before, behind = rest[: found.start].split(), rest[found.end :].split()
    return len(before) <= _MOST_BEFORE and len(behind) <= _MOST_BEHIND and not (behind and _is_sentence(rest, before))


def _is_sentence(rest: str, before: list[str]) -> bool:
    """Tell whether a full stop ends what follows, and more than a preposition stands before the date."""
    return rest.endswith(".") and len(before) > 1
