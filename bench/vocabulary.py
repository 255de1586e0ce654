"""Words and rules of our own, and the tagger's lists of names, enter; sentences and headlines of news leave, by chance.

Words are drawn as language has them: a few all the time, most hardly ever (Zipf-Mandelbrot), and those that an article
is about more often in it than elsewhere. `python -m bench.variety` holds the outcome against natural text.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from math import ceil
from typing import Final, TypeVar

from .words import kinds, lines

SLOTS: Final = 1 << 16
"""Places in a table of words; each word has as many as it is likely."""
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
FORMS: Final = {"name": 500, "phrase": 500, "stem": 200, "text": 10_000, "headline": 4_000}
"""Forms that are made of each rule by which something is said."""
FIXED: Final = ("link", "prep", "that", "rel", "aside", "where")
"""Kinds of which a form has its words."""
_GLUE: Final = (
    (" + ", ""), ("+ ", ""), ("« ", "«"), (" »", "»"), ("( ", "("), (" )", ")"), (" ..", ".."), (" .", "."),
    (" ،", "،"), (" :", ":"), (" ؟", "؟"), (" %%", "%%"),
)  # fmt: skip
_T = TypeVar("_T")
_NUMBERS: Final = struct.Struct("<256H")


@dataclass(frozen=True)
class Form:
    """A sentence with gaps (`%s`), and what fills them: the table of a kind, or the place of one in `ABOUT`."""

    text: str
    gaps: tuple[list[str] | int, ...]


class Writer:
    """Says things that belong together, as those in one article do: equal for equal chances."""

    def __init__(
        self, chance: random.Random, forms: dict[str, list[Form]] | None = None, *, about: bool = True
    ) -> None:
        self._draw = _numbers(chance)
        self._forms = forms or all_forms()
        self._tables = [tables()[kind] for kind in ABOUT]
        self._theme = [[table[self._draw()] for _ in range(THEME)] for table in self._tables] if about else None

    def say(self, rule: str, times: int = 1) -> str:
        """Say something by the rule of that name, so many times."""
        forms = self._forms[rule]
        text = " ".join([self._fill(forms[self._draw() % len(forms)]) for _ in range(times)])
        return text.replace(" لال", " لل").replace(" ولال", " ولل")

    def _fill(self, form: Form) -> str:
        draw, theme, words = self._draw, self._theme, []
        for gap in form.gaps:
            number = draw()
            if isinstance(gap, list):
                words.append(gap[number])
            elif theme and not number & 0x30:
                words.append(theme[gap][number & 15])
            else:
                words.append(self._tables[gap][number])
        return form.text % tuple(words)

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
def all_forms() -> dict[str, list[Form]]:
    """Put together the forms of what is said by each rule, and make the phrases that recur."""
    rules = _rules()
    chance = random.Random(13)
    forms = {name: [_form(name, rules, chance) for _ in range(number)] for name, number in FORMS.items()}
    for kind, (rule, number) in MADE.items():
        writer = Writer(chance, forms, about=False)
        tables()[kind][:] = _spread([writer.say(rule) for _ in range(number)], kind)
    return forms


def _rules() -> dict[str, tuple[list[list[str]], list[int]]]:
    """Give the ways of each rule, and how often each is taken."""
    read: dict[str, tuple[list[list[str]], list[int]]] = {}
    for line in lines("grammar.txt"):
        head, _, said = line.partition(" = ")
        name, weight = head.split()
        ways, weights = read.setdefault(name, ([], []))
        ways.append(said.split())
        weights.append(int(weight))
    return read


def _form(name: str, rules: dict[str, tuple[list[list[str]], list[int]]], chance: random.Random) -> Form:
    """Take one way of a rule and of each that it names."""
    parts: list[str] = []
    gaps: list[list[str] | int] = []
    waiting = [f"{{{name}}}"]
    while waiting:
        part = waiting.pop()
        kind = part[1:-1] if part[0] == "{" else None
        if kind in rules:
            ways, weights = rules[kind]
            waiting += reversed(chance.choices(ways, weights)[0])
        elif kind in FIXED:
            parts.append(tables()[kind][chance.getrandbits(16)])
        elif kind:
            parts.append("%s")
            gaps.append(ABOUT.index(kind) if kind in ABOUT else tables()[kind])
        else:
            parts.append(part.replace("%", "%%"))
    text = " ".join(parts)
    for parted, glued in _GLUE:
        text = text.replace(parted, glued)
    return Form(text, tuple(gaps))
