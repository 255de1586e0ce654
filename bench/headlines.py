"""What deduplicating a headline costs with so many known: `python bench/headlines.py [--known N …] [--plot FILE]`.

One core, CPU time, state in memory: a set of ids, a dict of bands. A headline costs its key and id; if it is new, also
its probe, the lookup of its bands, the comparison of signs and, for those that pass, `relation`; then it is filed.
Bands are bounded as in the stream (`CROWDED`), garbage is looked for as in a worker. The words have been met before, at
every size alike.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import sys
import time
from array import array
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from headline_texts import headlines, repeat, variant

from schemas.memory import COLLECT_AFTER
from streams.stages.match import CROWDED
from streams.text.fold import headline_key, key_id
from streams.text.match import Probe, Relation, probe, relation, rivals
from streams.text.same_words import analyse

KNOWN = (10_000, 100_000, 1_000_000)
SAMPLE = 10_000
ROUNDS = 10
"""Parts of a sample: repeats, variants and new ones take turns, so that what else the machine does meets all alike."""
MIX = {"repeats": 0.7, "variants": 0.1, "new": 0.2}
"""What a stream of headlines holds: most are links that hundreds of pages print alike."""
READ_BEFORE = 50_000
"""Headlines whose words are read before anything is measured."""


class Known:
    """All headlines heard so far: their ids, and under each band who is filed there: one number, or many."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.keys: list[str] = []
        self.signs: list[bytes] = []
        self.bands: dict[bytes, int | array[int]] = {}
        self.candidates = self.compared = 0

    def hear(self, text: str) -> bool:
        """Take a headline in; tell whether it is known or has relatives."""
        new = self._read(text)
        if not new:
            return True
        key, found = new
        if found is None:
            return False
        met, begun = array("I"), array("I")
        for band in found.bands:
            self._file(band, met)
        if found.beginning:
            self._file(found.beginning, begun)
        self.candidates += len(met) + len(begun)
        near = rivals(found.sign, self.signs, met) + rivals(found.sign, self.signs, begun, begin_alike=True)
        near = [*dict.fromkeys(near)]
        self._keep(key, found.sign)
        self.compared += len(near)
        return sum(relation(key, self.keys[other]) is not Relation.NONE for other in near) > 0

    def grow(self, text: str) -> None:
        """File a headline without comparing it: what is known then is the same."""
        new = self._read(text)
        if new and (found := new[1]):
            met = array("I")
            for band in filter(None, (*found.bands, found.beginning)):
                self._file(band, met)
            self._keep(new[0], found.sign)

    def _read(self, text: str) -> tuple[str, Probe | None] | None:
        """Give the key and the probe of a headline; None if it is known."""
        key = headline_key(text)
        headline_id = key_id(key)
        if headline_id in self.ids:
            return None
        self.ids.add(headline_id)
        return key, probe(key)

    def _keep(self, key: str, sign: bytes) -> None:
        self.keys.append(key)
        self.signs.append(sign)

    def _file(self, band: bytes, met: array[int]) -> None:
        """File the next headline under `band`; add to `met` those that were there."""
        mine, there = len(self.keys), self.bands.get(band)
        if there is None:
            self.bands[band] = mine
        elif isinstance(there, int):
            self.bands[band] = array("I", (there, mine))
            met.append(there)
        else:
            met.extend(there)
            if len(there) < CROWDED:
                there.append(mine)


class Row(NamedTuple):
    """One measured class: headlines a second, members met in bands, comparisons and hits a headline."""

    known: int
    kind: str
    rate: float
    candidates: float
    compared: float
    hits: float


class Spent:
    """What the headlines of one class cost so far."""

    def __init__(self) -> None:
        self.headlines = self.candidates = self.compared = self.hits = 0
        self.seconds = 0.0

    def hear(self, known: Known, texts: list[str]) -> None:
        """Hear `texts` and count what they cost."""
        known.candidates = known.compared = 0
        start = time.process_time()
        self.hits += sum(map(known.hear, texts))
        self.seconds += time.process_time() - start
        self.headlines += len(texts)
        self.candidates += known.candidates
        self.compared += known.compared

    def row(self, size: int, kind: str) -> Row:
        """Give the figures."""
        each = (count / self.headlines for count in (self.candidates, self.compared, self.hits))
        return Row(size, kind, self.headlines / self.seconds, *each)


def grow(known: Known, stream: Iterator[str], size: int, kept: list[str]) -> None:
    """File headlines until `size` are known; keep some of them to repeat and vary."""
    while (lacking := size - len(known.ids)) > 0:
        batch = list(islice(stream, min(10_000, lacking)))
        if not batch:
            raise SystemExit(f"only {len(known.ids)} different headlines to be had")
        kept += batch[::4]
        for text in batch:
            known.grow(text)


def read() -> None:
    """Read the words of other headlines, as a stream does all the time: state that grows here compares nothing."""
    for text in islice(headlines(8), READ_BEFORE):
        key = headline_key(text)
        probe(key)
        analyse(key)


def run(stream: Iterator[str], sizes: list[int], sample: int) -> Iterator[Row]:
    """Measure every class at every size, and the mix of all."""
    gc.set_threshold(*COLLECT_AFTER)
    known, chance = Known(), random.Random(7)
    kept: list[str] = []
    share = {kind: int(part * sample / ROUNDS) for kind, part in MIX.items()}
    for size in sizes:
        gc.disable()
        grow(known, stream, size, kept)
        read()
        gc.enable()
        gc.collect()
        gc.freeze()
        spent, total = {kind: Spent() for kind in MIX}, Spent()
        old = chance.sample(kept, min(len(kept), share["variants"] * ROUNDS))
        for turn in range(ROUNDS):
            texts = {
                "repeats": [repeat(text, chance) for text in chance.choices(kept, k=share["repeats"])],
                "variants": [variant(text, chance) for text in old[turn::ROUNDS]],
                "new": list(islice(stream, share["new"])),
            }
            for kind, some in texts.items():
                spent[kind].hear(known, some)
        for kind, one in spent.items():
            yield one.row(size, kind)
            for field in vars(total):
                setattr(total, field, getattr(total, field) + getattr(one, field))
        yield total.row(size, "all")


def lines(file: Path) -> Iterator[str]:
    """Give the lines of a text file."""
    with file.open(encoding="utf-8") as opened:
        yield from map(str.strip, opened)


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
    axes.set(xscale="log", xlabel="headlines known", ylabel="microseconds of CPU a headline", ylim=(0, None))
    axes.legend()
    figure.tight_layout()
    figure.savefig(file)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, nargs="+", default=list(KNOWN), help="sizes of the state to measure at")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="headlines measured at each size")
    parser.add_argument("--texts", type=Path, help="take headlines from there, one a line (built ones if not given)")
    parser.add_argument("--plot", type=Path, nargs="*", default=[], help="write plots there (.svg, .png; matplotlib)")
    options = parser.parse_args()
    print(f"mix of all: {MIX}")
    print(f"{'known':>10} {'class':<9} {'headlines/s':>12} {'us each':>8} {'met':>7} {'compared':>9} {'hits':>6}")
    found = []
    stream = lines(options.texts) if options.texts else headlines(5)
    for row in run(stream, sorted(options.known), options.sample):
        found.append(row)
        print(
            f"{row.known:>10,} {row.kind:<9} {row.rate:>12,.0f} {1e6 / row.rate:>8.1f} "
            f"{row.candidates:>7.2f} {row.compared:>9.2f} {row.hits:>6.3f}",
            flush=True,
        )
    growth = [row.rate for row in found if row.kind == "all"]
    print(f"cost of the mix, last to first: {growth[0] / growth[-1]:.2f} times")
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    for file in options.plot:
        plot(found, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
