"""Words enter; what finds all of them in a text in one pass leaves (Aho and Corasick, 1975)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import ahocorasick

from streams.native import compiled

_OFTEN: Final = " اليمروهنتبعدسفقحك\nجصشط،خ."
"""What news writes most, in that order. The library looks a character up one by one among those that may follow."""
_NEVER: Final = "\uffff"
"""No character: a word with it is in no text but a damaged one."""
_MOST_LETTERS: Final = 255
"""Different letters in all words that the compiled automaton has room for."""
_native: Final[Any] = compiled("automaton")

Hit = tuple[int, int]
"""Where the last letter of a word stands, and the word's number."""


def finder(words: Sequence[str]) -> Callable[[str], Iterable[Hit]]:
    """Give what lists the hits of `words`, of which none is empty or given twice, by place, the longest first.

    Costs about 4 microseconds for 1,000 characters, 15 where nothing is compiled.

    >>> list(finder(["قال", "وقال"])("روسيةوقال"))
    [(8, 1), (8, 0)]
    """
    if _native is None or len(set("".join(words))) > _MOST_LETTERS:
        return finder_in_python(words)
    find: Callable[[str], Iterable[Hit]] = _native.Automaton(list(words)).find
    return find


def finder_in_python(words: Sequence[str]) -> Callable[[str], Iterable[Hit]]:
    """Do what `finder` does where nothing is compiled."""
    automaton, count = ahocorasick.Automaton(), len(words)
    for number, word in enumerate(dict.fromkeys([*words, *(letter + _NEVER for letter in _OFTEN)])):
        automaton.add_word(word, number)
    automaton.make_automaton()
    return lambda text: [hit for hit in automaton.iter(text) if hit[1] < count]
