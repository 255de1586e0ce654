"""Words and rules of our own, and the tagger's lists of names, enter; sentences and headlines of news leave, by chance.

Words are drawn as language has them: a few all the time, most hardly ever (Zipf-Mandelbrot), and those that an article
is about more often in it than elsewhere. `python -m bench.variety` holds the outcome against natural text.
"""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import accumulate, chain
from math import ceil
from typing import Final, TypeVar

from .words import kinds, lines

SLOTS: Final = 1 << 16
"""Places in a table of words; each word has as many as it is likely."""
WAYS: Final = 1024
"""Places among the ways of a rule."""
RANKS: Final = {
    **dict.fromkeys(("mnoun", "fnoun", "adj"), (60, 1.3)),
    **dict.fromkeys(("verb", "fverb"), (40, 1.5)), "act": (80, 1.5), "alien": (3000, 0.7),
    "plural": (90, 1.3), "city": (10, 0.8), "nisba": (50, 0.5), "syllable": (60, 1.0), "prep": (1, 1.2),
    "given": (10, 0.9), "set": (300, 0.9), "series": (30, 1.0), "link": (0.5, 1.2), "org": (40, 1.0),
    "known": (20, 1.0), "aside": (20, 1.0), "when": (20, 1.0),
}  # fmt: skip
"""How many ranks of a kind are about equally likely, and how fast likelihood falls below; (5, 1) if nothing is said."""
MADE: Final = {"alien": ("name", 30_000), "set": ("phrase", 30_000), "series": ("stem", 300)}
"""Kinds made by a rule, and how many: phrases that recur, what headlines of one series begin with, foreign names."""
ABOUT: Final = ("mnoun", "fnoun", "adj", "plural", "known", "given", "city", "country", "org", "set")
"""Kinds of which each article has its own few."""
THEME: Final = 16
"""How many it has; every fourth word of the kind is one of them."""
LENGTHS: Final = range(28, 100)
"""Characters of a headline."""
_PART: Final = re.compile(r"\{(\w+)\}")
_GLUE: Final = (
    (" + ", ""), ("+ ", ""), ("« ", "«"), (" »", "»"), ("( ", "("), (" )", ")"), (" ..", ".."), (" .", "."),
    (" ،", "،"), (" :", ":"), (" ؟", "؟"), (" %", "%"), (" لال", " لل"), (" ولال", " ولل"),
)  # fmt: skip
_T = TypeVar("_T")
_NUMBERS: Final = struct.Struct("<256H")


class Rule:
    """The ways to say something, each as often as it is likely; a part is a text, a table, a rule or a kind's place."""

    def __init__(self) -> None:
        self.ways: list[tuple[str | list[str] | int | Rule, ...]] = []


class Writer:
    """Says things that belong together, as those in one article do: equal for equal chances."""

    def __init__(self, chance: random.Random, rules: dict[str, Rule] | None = None, *, about: bool = True) -> None:
        self._draw = _numbers(chance)
        self._rules = rules or grammar()
        self._tables = [tables()[kind] for kind in ABOUT]
        self._theme = [[table[self._draw()] for _ in range(THEME)] for table in self._tables] if about else None

    def say(self, rule: str, times: int = 1) -> str:
        """Say something by the rule of that name, so many times."""
        said: list[str] = []
        for _ in range(times):
            self._put(self._rules[rule], said)
        text = " ".join(said)
        for parted, glued in _GLUE:
            text = text.replace(parted, glued)
        return text

    def _put(self, rule: Rule, said: list[str]) -> None:
        draw = self._draw
        for part in rule.ways[draw() & (WAYS - 1)]:
            what = part.__class__
            if what is Rule:
                self._put(part, said)
            elif what is str:
                said.append(part)
            elif what is list:
                said.append(part[draw()])
            else:
                number, theme = draw(), self._theme
                said.append(theme[part][number & 15] if theme and not number & 0x30 else self._tables[part][number])

    def headline(self) -> str:
        """Write a headline."""
        while len(text := self.say("headline")) not in LENGTHS:
            pass
        return text


@lru_cache(maxsize=32_768)
def headline(number: int) -> str:
    """Write headline `number`: always the same one, and nearly always another than those of other numbers."""
    return Writer(random.Random(f"headline/{number}"), about=False).headline()


def sentence(chance: random.Random) -> str:
    """Write one sentence."""
    return Writer(chance, about=False).say("text")


def _numbers(chance: random.Random) -> Callable[[], int]:
    """Give what draws numbers of 16 bits without end."""
    return chain.from_iterable(iter(lambda: _NUMBERS.unpack(chance.randbytes(_NUMBERS.size)), ())).__next__


@cache
def tables() -> dict[str, list[str]]:
    """Give each kind as a table of `SLOTS` words, to be drawn from by a number of 16 bits."""
    made = {kind: _spread(words, kind) for kind, words in kinds().items()}
    chance = random.Random(12)
    numbers = [10 ** chance.triangular(0.3, 4.8, 0.6) for _ in range(SLOTS)]
    made["n"] = [f"{n:.1f}" if n < 60 and chance.random() < 0.15 else f"{int(n):,}" for n in numbers]
    made["year"] = [str(2026 - min(60, int(chance.paretovariate(0.7)))) for _ in range(SLOTS)]
    made["ordinal"] = [str(chance.randint(1, 30)) for _ in range(SLOTS)]
    return made | {kind: [""] * SLOTS for kind in MADE}


def _spread(words: list[str], kind: str) -> list[str]:
    flat, fall = RANKS.get(kind, (5, 1.0))
    return _dealt(words, [(rank + flat) ** -fall for rank in range(len(words))], SLOTS)


def _dealt(things: list[_T], shares: list[float], places: int) -> list[_T]:
    made: list[_T] = []
    sums = list(accumulate(shares))
    for thing, upto in zip(things, sums, strict=True):
        made += [thing] * (ceil(upto * places / sums[-1]) - len(made))
    return made[:places]


@cache
def grammar() -> dict[str, Rule]:
    """Read the rules, and have them say the phrases that recur."""
    read: dict[str, list[tuple[int, list[str]]]] = {}
    for line in lines("grammar.txt"):
        head, _, said = line.partition(" = ")
        name, weight = head.split()
        read.setdefault(name, []).append((int(weight), said.split()))
    rules = {name: Rule() for name in read}
    for name, ways in read.items():
        parts = [tuple(_part(word, rules) for word in said) for _, said in ways]
        rules[name].ways = _dealt(parts, [weight for weight, _ in ways], WAYS)
    writer = Writer(random.Random(13), rules, about=False)
    for kind, (rule, number) in MADE.items():
        tables()[kind][:] = _spread([writer.say(rule) for _ in range(number)], kind)
    return rules


def _part(word: str, rules: dict[str, Rule]) -> str | list[str] | int | Rule:
    found = _PART.fullmatch(word)
    if not found:
        return word
    kind = found[1]
    if kind in rules:
        return rules[kind]
    return ABOUT.index(kind) if kind in ABOUT else tables()[kind]
