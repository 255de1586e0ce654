"""A backend without a model: a title word enters, the unknown person's name that it opens leaves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from schemas import EntityKind

from .backends import WordSpan
from .titles import Titles
from .tokens import fold_word

_LONGEST: Final = 3
_NO_NAMES: Final = frozenset(
    fold_word(word)
    for word in re.findall(
        r"\w+",
        "في من إلى على عن مع بعد قبل خلال إن أن إنه أنه التي الذي الذين هو هي هذا هذه ذلك تلك لم لن لا قد كان كانت "
        "ما بين عند حتى كما لكن أو ثم بل حول ضد منذ أمس اليوم غدا أول قال قالت أكد أكدت أعلن أعلنت أضاف أوضح شدد "
        "دعا وصل التقى بحث استقبل زار يزور يؤكد يعلن يقول يبحث يصل يلتقي وقال وأكد وأضاف وأعلن بن باسم",
    )
)


class Announced:
    """Finds persons behind a title and its adjectives: two or three words that may be a name."""

    def __init__(self, titles: Titles) -> None:
        self._titles = titles

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the announced persons; sentences do not matter, a mark ends a name."""
        found: list[WordSpan] = []
        position = 0
        while position < len(texts):
            end = self._name_end(texts, position)
            if end - position >= 2 and self._titles.announces(texts, position):
                found.append(WordSpan(position, end, EntityKind.PERSON))
                position = end
            else:
                position += 1
        return found

    def _name_end(self, texts: Sequence[str], position: int) -> int:
        end = position
        while end < len(texts) and end - position < _LONGEST and self._may_be_name(texts[end], first=end == position):
            end += 1
        return end

    def _may_be_name(self, word: str, *, first: bool) -> bool:
        folded = fold_word(word)
        if not folded.isalpha() or folded in _NO_NAMES or len(folded) < 2:
            return False
        opens_no_name = first and folded.startswith(("ال", "لل", "وال", "بال"))
        return not (opens_no_name or folded.endswith(("يه", "ات")) or self._titles.is_title(word))
