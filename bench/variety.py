"""`python -m bench.variety [--texts FILE]`: pages of bench.corpus, or natural text, in; how varied they are, out.

Three things that decide what telling texts apart costs: how fast new words come (types among so many tokens), how many
runs of three and four words were met before, and whom a new headline and a new article meet in the bands of those
known. FILE holds natural text, a paragraph a line, plain or .xz; lines that begin with `<` are left out. Nothing of it
is kept or shown but figures.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import fmean
from typing import Final

from bench.corpus import story
from bench.headline_texts import headlines
from bench.vocabulary import headline
from streams.text.fold import fold, headline_key
from streams.text.match import probe, rivals
from streams.text.story import sketch, story_bands

SIZE: Final = 5000
"""Bytes of an article made of natural paragraphs, at least."""
SHORTEST: Final = 60
"""Characters of a paragraph of natural text: what is shorter is a heading or an entry of a list."""
MILESTONES: Final = (100_000, 500_000, 1_000_000, 4_000_000)
"""Words."""
LAST: Final = 100
"""Articles before each milestone whose runs are looked at."""
_SENTENCE: Final = re.compile(r"(?<=[.؟!])\s+")


@dataclass
class Variety:
    """At so many words: how many different ones, and the share of an article's runs of words that was met before."""

    words: int
    types: int
    threes: float
    fours: float


def measure(articles: Iterable[str], milestones: Sequence[int] = MILESTONES) -> list[Variety]:
    """Count words and runs of words, article by article, until the last milestone.

    >>> measure(["سقط مطر على الوادي", "سقط مطر على الجبل"], milestones=[8])
    [Variety(words=8, types=5, threes=0.25, fours=0.0)]
    """
    found: list[Variety] = []
    words, types = 0, set[str]()
    known: dict[int, set[int]] = {3: set(), 4: set()}
    shares: dict[int, deque[float]] = {length: deque(maxlen=LAST) for length in known}
    for text in articles:
        tokens = fold(text).split()
        words += len(tokens)
        types.update(tokens)
        for length, share in shares.items():
            mine = {hash(tuple(tokens[at : at + length])) for at in range(len(tokens) - length + 1)}
            share.append(len(mine & known[length]) / max(1, len(mine)))
            known[length] |= mine
        if words >= milestones[len(found)]:
            found.append(Variety(words, len(types), fmean(shares[3]), fmean(shares[4])))
            if len(found) == len(milestones):
                break
    return found


@dataclass
class Meetings:
    """How many others a newcomer met in bands, and how many of these its sign did not rule out; by the number known."""

    texts: int = 0
    met: int = 0
    near: int = 0
    pairs: int = 0

    def at(self, known: int) -> tuple[float, float]:
        """Return those met and those compared by a newcomer to so many; whom two meet does not depend on the others."""
        return known * self.met / self.pairs, known * self.near / self.pairs


def meet_headlines(texts: Iterable[str], apart: int = 0) -> Meetings:
    """File headlines one by one; who came less than `apart` before is not counted, as a text repeats itself."""
    found, bands = Meetings(), dict[bytes, list[int]]()
    signs: list[bytes] = []
    for key in dict.fromkeys(map(headline_key, texts)):
        if (asks := probe(key)) is None:
            continue
        mine = len(signs)
        met = [at for at in {at for band in asks.bands for at in bands.get(band, ())} if mine - at > apart]
        begun = [at for at in bands.get(asks.beginning, ()) if mine - at > apart]
        near = {met[place] for place in rivals(asks.sign, [signs[at] for at in met])}
        near |= {begun[place] for place in rivals(asks.sign, [signs[at] for at in begun], begin_alike=True)}
        found.met += len({*met, *begun})
        found.near += len(near)
        found.pairs += max(0, mine - apart)
        for band in filter(None, (*asks.bands, asks.beginning)):
            bands.setdefault(band, []).append(mine)
        signs.append(asks.sign)
    found.texts = len(signs)
    return found


def meet_stories(texts: Iterable[str]) -> Meetings:
    """File the bodies of articles one by one."""
    found, bands = Meetings(), dict[bytes, list[int]]()
    for mine, text in enumerate(texts):
        if (data := sketch(text)) is None:
            continue
        asked = story_bands(data)
        found.met += len({at for band in asked for at in bands.get(band, ())})
        found.pairs += mine
        for band in asked:
            bands.setdefault(band, []).append(mine)
        found.texts = mine + 1
    return found


def natural(file: Path) -> Iterator[str]:
    """Give the paragraphs of natural text."""
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            if len(line) >= SHORTEST and not line.startswith("<"):
                yield line.strip()


def in_articles(paragraphs: Iterable[str]) -> Iterator[str]:
    """Join paragraphs into articles."""
    heap: list[str] = []
    for one in paragraphs:
        heap.append(one)
        if sum(map(len, heap)) * 1.8 >= SIZE:  # a letter has two bytes, a blank and a stop one
            yield "\n".join(heap)
            heap = []


def as_headlines(paragraphs: Iterable[str]) -> Iterator[str]:
    """Take the first words of sentences, as many as headlines have."""
    chance = random.Random(3)
    for paragraph in paragraphs:
        for sentence in _SENTENCE.split(paragraph):
            words = sentence.split()
            if len(words) > 5:
                yield " ".join(words[: chance.choice((6, 7, 8, 8, 9, 9, 10, 11, 12))])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.variety", description=__doc__)
    parser.add_argument("--texts", type=Path, help="natural text to measure (ours if not given)")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--headlines", type=int, default=20_000)
    given = parser.parse_args()
    if given.texts:
        texts = list(islice(in_articles(natural(given.texts)), given.articles))
        lists = {"beginnings of sentences": as_headlines(natural(given.texts))}
    else:
        texts = ["\n".join(story(number)) for number in range(given.articles)]
        lists = {"headlines of pages": map(headline, count()), "headlines of bench/headlines.py": headlines(5)}
    for one in measure(texts):
        shares = f"{one.threes:.1%} of runs of three words and {one.fours:.1%} of four"
        print(f"at {one.words:,} words: {one.types:,} different; {shares} met before")
    print(f"{len(texts):,} articles: {told(meet_stories(texts), (10_000, 100_000))}")
    for name, some in lists.items():
        made = meet_headlines(islice(some, given.headlines), 100 if given.texts else 0)
        print(f"{made.texts:,} {name}: {told(made, (10_000, 100_000, 1_000_000))}")


def told(made: Meetings, sizes: Iterable[int]) -> str:
    """Say whom a newcomer meets."""
    return "; ".join(
        f"with {size:,} known {made.at(size)[0]:.2f} met, {made.at(size)[1]:.3f} compared" for size in sizes
    )


if __name__ == "__main__":
    main()
