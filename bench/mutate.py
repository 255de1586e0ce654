"""The project's own pages enter; hostile pages made of them leave, the same for the same number and seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache

from bench.reading import rules
from producers.charset import NotText, decode
from streams.text.sites import GENERIC

BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\ufeff\u061c"
SIGNS = ' \n\t:«»"“”()[]{}<>|/\\-–—•*#.…،؛؟!,٫%@&=_0٣9\u00a0\u0640\u064b\u0651\r\x0b\x0c\u2028\u2003\ufdfa\uffff\x00'
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۰۵"
CODECS = ("utf-8", "utf-8", "windows-1256", "iso-8859-6", "utf-16", "utf-8-sig")
MEGABYTE = 1_000_000
LARGE = 500
"""One input of so many is large: up to a megabyte."""

Rng = random.Random
Pool = Sequence[str]


@cache
def markers() -> tuple[str, ...]:
    """List every phrase of every layout rule."""
    return tuple(phrase for site in rules().sites.values() for rule in site.rules for phrase in rule.phrases)


def truncated(rng: Rng, pool: Pool) -> str:
    """Break a page off anywhere, at either end."""
    page = rng.choice(pool)
    one, two = sorted(rng.randrange(len(page) + 1) for _ in range(2))
    return rng.choice((page[:two], page[one:], page[one:two]))


def flipped(rng: Rng, pool: Pool) -> str:
    """Flip bits of a page in some charset, and read it as the producer does; what is no text is read letter by byte."""
    data = bytearray(rng.choice(pool).encode(rng.choice(CODECS), "ignore"))
    for _ in range(rng.randint(1, 60)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    try:
        return decode(bytes(data)).text
    except NotText:
        return data.decode("latin-1")


def joined(rng: Rng, pool: Pool) -> str:
    """Put several pages behind one another."""
    return rng.choice(("\n", "", " ", "\n\n")).join(rng.choice(pool) for _ in range(rng.randint(2, 6)))


def one_line(rng: Rng, pool: Pool) -> str:
    """Lose the line ends of pages."""
    return rng.choice((" ", "", "  ", "   ", "\t", " | ")).join(joined(rng, pool).splitlines())


def only_markers(rng: Rng, _: Pool) -> str:
    """Write nothing but the phrases of rules."""
    joint = rng.choice(("\n", " ", ": ", ":\n", "", "  ", " | "))
    return joint.join(rng.choice(markers()) for _ in range(rng.randint(1, 300)))


def nested_markers(rng: Rng, pool: Pool) -> str:
    """Open boxes within boxes, in the middle of a page."""
    generic = [phrase for rule in rules().sites[GENERIC].rules for phrase in rule.phrases]
    lines = rng.choice(pool).splitlines()
    for _ in range(rng.randint(1, 40)):
        at = rng.randrange(len(lines) + 1)
        opening = "".join(f"{rng.choice('([{«')}{rng.choice(generic)}{rng.choice(': -')}" for _ in range(3))
        lines[at:at] = [opening + (rng.choice(lines) if lines and rng.random() < 0.7 else "")]
    return "\n".join(lines)


def bidi_flood(rng: Rng, pool: Pool) -> str:
    """Put invisible controls between the letters."""
    page, most = rng.choice(pool), rng.choice((0, 1, 1, 3))
    return "".join(sign + "".join(rng.choices(BIDI, k=rng.randint(0, most))) for sign in page)


def digit_flood(rng: Rng, pool: Pool) -> str:
    """Write numbers, dates and clocks that are none."""
    words = rng.choice(pool).split()[: rng.randint(0, 200)]
    for _ in range(rng.randint(5, 200)):
        number = "".join(rng.choices(DIGITS + "/-:. ", k=rng.randint(1, 14)))
        words.insert(rng.randrange(len(words) + 1), number + rng.choice(("", "", " أبريل", " م", " GMT", "\n")))
    return rng.choice((" ", "\n", "")).join(words)


def repeated(rng: Rng, pool: Pool) -> str:
    """Repeat one line, or a few, many times."""
    lines = [line for line in rng.choice(pool).splitlines() if line.strip()] or ["خبر"]
    few = rng.sample(lines, min(len(lines), rng.randint(1, 3)))
    return "\n".join(few * rng.randint(2, 60))


def shuffled(rng: Rng, pool: Pool) -> str:
    """Mix the lines of two pages."""
    lines = [*rng.choice(pool).splitlines(), *rng.choice(pool).splitlines()]
    rng.shuffle(lines)
    return "\n".join(lines)


def sprinkled(rng: Rng, pool: Pool) -> str:
    """Drop, add and replace characters."""
    page = list(rng.choice(pool))
    for _ in range(rng.randint(1, 120)):
        at = rng.randrange(len(page))
        page[at] = rng.choice(("", rng.choice(SIGNS), page[at] + rng.choice(SIGNS), rng.choice(SIGNS) * 5))
    return "".join(page)


def glued(rng: Rng, pool: Pool) -> str:
    """Lose the blanks between words and the ends of lines."""
    page = rng.choice(pool)
    lost = rng.choice((0.02, 0.2, 1.0))
    return "".join(sign for sign in page if not (sign.isspace() and rng.random() < lost))


def signs_only(rng: Rng, _: Pool) -> str:
    """Write no words at all."""
    return "".join(rng.choices(SIGNS + BIDI + DIGITS, k=rng.randint(0, 3000)))


def wrapped(rng: Rng, pool: Pool) -> str:
    """Cut a page's lines at a width."""
    page, width = rng.choice(pool), rng.randint(20, 130)
    return "\n".join(page[at : at + width] for at in range(0, len(page), width))


KINDS: tuple[Callable[[Rng, Pool], str], ...] = (
    truncated, flipped, joined, one_line, only_markers, nested_markers, bidi_flood, digit_flood, repeated, shuffled,
    sprinkled, glued, signs_only, wrapped,
)  # fmt: skip


def mutated(number: int, seed: int, pool: Pool) -> tuple[str, str]:
    """Make input `number` of the run `seed`: its kind and its text; two kinds at once now and then."""
    rng = random.Random(f"{seed}/{number}")
    make = KINDS[number % len(KINDS)]
    text = make(rng, pool)
    kind = make.__name__
    if text and rng.random() < 0.25:
        again = rng.choice(KINDS)
        text, kind = again(rng, (text,)), f"{kind}+{again.__name__}"
    if number % LARGE == LARGE - 1 and text:
        size = rng.choice((100_000, 300_000, MEGABYTE))
        text = (text * (size // len(text.encode("utf-8", "replace")) + 1))[: size // 2]
        kind += " large"
    return kind, text
