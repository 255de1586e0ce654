"""What deduplicating a headline costs with so many known: `python bench/headlines.py [--known N …] [--plot FILE]`.

One core, state in memory: a dict of ids and a dict of bands. A headline costs its key and id; if it is new, also its
probe, the lookup of its bands, the comparison of signs and, for those that pass, `relation`; then it is filed.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from headline_texts import headlines, repeat, variant

from streams.text.fold import headline_key, key_id
from streams.text.match import Relation, may_match, probe, relation

KNOWN = (10_000, 100_000, 1_000_000)
SAMPLE = 20_000
MIX = {"repeats": 0.7, "variants": 0.1, "new": 0.2}
"""What a stream of headlines holds, for the figure of all: most are links that hundreds of pages print alike."""


class Filed(NamedTuple):
    """A known headline under one of its bands."""

    headline_id: str
    key: str
    sign: bytes


class Known:
    """All headlines heard so far: their ids, and under each band who is filed there."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.bands: dict[bytes, list[Filed]] = {}
        self.candidates = self.compared = self.matched = 0

    def hear(self, text: str) -> bool:
        """Take a headline in; tell whether it is known or has relatives."""
        key = headline_key(text)
        headline_id = key_id(key)
        if headline_id in self.ids:
            return True
        self.ids.add(headline_id)
        found = probe(key)
        if found is None:
            return False
        filed = Filed(headline_id, key, found.sign)
        met: set[str] = set()
        related = False
        for band in found.bands:
            bucket = self.bands.get(band)
            if bucket is None:
                self.bands[band] = [filed]
                continue
            for other in bucket:
                if other.headline_id not in met:
                    met.add(other.headline_id)
                    if may_match(found.sign, other.sign):
                        self.compared += 1
                        related |= relation(key, other.key) is not Relation.NONE
            bucket.append(filed)
        self.candidates += len(met)
        self.matched += related
        return related


class Row(NamedTuple):
    """One measured class: headlines a second, candidates, comparisons and hits a headline."""

    known: int
    kind: str
    rate: float
    candidates: float
    compared: float
    hits: float


def measure(known: Known, size: int, kind: str, texts: list[str]) -> Row:
    """Hear `texts` and give what they cost."""
    known.candidates = known.compared = 0
    start = time.process_time()
    hits = sum(map(known.hear, texts))
    spent = time.process_time() - start
    return Row(
        size, kind, len(texts) / spent, known.candidates / len(texts), known.compared / len(texts), hits / len(texts)
    )


def grow(known: Known, stream: Iterator[str], size: int, kept: list[str]) -> None:
    """File headlines until `size` are known; keep some of them to vary."""
    while len(known.ids) < size:
        batch = list(islice(stream, min(10_000, size - len(known.ids))))
        kept += batch[::4]
        for text in batch:
            known.hear(text)


def run(sizes: list[int], sample: int) -> Iterator[Row]:
    """Measure every class at every size."""
    known, stream, fresh, chance = Known(), headlines(5), headlines(6), random.Random(7)
    kept: list[str] = []
    for size in sizes:
        grow(known, stream, size, kept)
        gc.collect()
        gc.freeze()
        rates = {}
        old = chance.choices(kept, k=sample)
        for kind, texts in (
            ("repeats", [repeat(text, chance) for text in old]),
            ("variants", [variant(text, chance) for text in chance.choices(kept, k=sample)]),
            ("new", list(islice(fresh, sample))),
        ):
            row = measure(known, size, kind, texts)
            rates[kind] = row.rate
            yield row
        yield Row(size, "all", 1 / sum(part / rates[kind] for kind, part in MIX.items()), 0, 0, 0)


def plot(found: list[Row], file: Path) -> None:
    """Draw microseconds a headline over the number of known ones."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    for kind in (*MIX, "all"):
        chosen = [row for row in found if row.kind == kind]
        axes.plot([row.known for row in chosen], [1e6 / row.rate for row in chosen], marker="o", label=kind)
    axes.axhline(100, color="grey", linestyle=":", label="10,000 a second")
    axes.set(xscale="log", xlabel="headlines known", ylabel="microseconds a headline", ylim=(0, None))
    axes.legend()
    figure.tight_layout()
    figure.savefig(file)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, nargs="+", default=list(KNOWN), help="sizes of the state to measure at")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="headlines of each class")
    parser.add_argument("--plot", type=Path, help="write a plot there (.svg or .png; needs matplotlib)")
    options = parser.parse_args()
    print(f"mix of all: {MIX}")
    print(
        f"{'known':>10} {'class':<9} {'headlines/s':>12} {'us each':>8} {'candidates':>10} {'compared':>9} {'hits':>6}"
    )
    found = []
    for row in run(sorted(options.known), options.sample):
        found.append(row)
        print(
            f"{row.known:>10,} {row.kind:<9} {row.rate:>12,.0f} {1e6 / row.rate:>8.1f} "
            f"{row.candidates:>10.2f} {row.compared:>9.2f} {row.hits:>6.3f}",
            flush=True,
        )
    if options.plot:
        plot(found, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
