"""Headlines enter; the weights of what tells that one begins leave: streams/lexicon/headline_starts.tsv.

`python -m training.headline_starts [FILE…]` learns from the titles and headlines of tests/gold/pages, and of any text
files with one headline a line. Headlines are strung together at random; a logistic regression learns where they begin.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sada.gold_page import read_gold_page
from schemas.spans import Label
from streams.text.runon import FEWEST, MOST, bare, cut_headlines, features

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "gold" / "pages"
WEIGHTS = ROOT / "streams" / "lexicon" / "headline_starts.tsv"
HEADLINES = {Label.TITLE, Label.RELATED_HEADLINE, Label.RELATED_TITLE}
RUNS, TOGETHER, LEAST_SEEN, SHRINK, STEPS = 800, 6, 6, 2.0, 400
SMALL = 0.08


def read_headlines(files: list[Path]) -> list[str]:
    """Read the headlines of the gold pages and of `files`, each once, of a usual length."""
    found = {line for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    for path in PAGES.glob("*.page"):
        found |= {one.text for one in read_gold_page(path).stretches if one.label in HEADLINES}
    tidy = {" ".join(line.split()) for line in found}
    return sorted(line for line in tidy if FEWEST < len(line.split()) < MOST)


def runs(headlines: list[str], seed: int) -> tuple[list[list[str]], list[bool]]:
    """String headlines together and list, for each word but the first, its features and whether a headline begins."""
    chance = random.Random(seed)
    rows: list[list[str]] = []
    begins: list[bool] = []
    for _ in range(RUNS):
        words: list[str] = []
        starts: set[int] = set()
        for headline in chance.sample(headlines, TOGETHER):
            starts.add(len(words))
            words += headline.split()
        folded = [bare(word) for word in words]
        rows += [features(words, folded, at) for at in range(1, len(words))]
        begins += [at in starts for at in range(1, len(words))]
    return rows, begins


def fit(rows: list[list[str]], begins: list[bool]) -> dict[str, float]:
    """Fit the weights by Adam on the logistic loss, shrunk towards nought."""
    seen = Counter(name for row in rows for name in row)
    index = {name: at for at, name in enumerate(sorted(name for name, count in seen.items() if count >= LEAST_SEEN))}
    pairs = [(at, index[name]) for at, row in enumerate(rows) for name in row if name in index]
    where, which = (np.array(column) for column in zip(*pairs, strict=True))
    truth = np.array(begins, dtype=float)
    weights: NDArray[np.float64] = np.zeros(len(index))
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        chance = 1 / (1 + np.exp(-np.bincount(where, weights[which], minlength=len(truth))))
        slope = np.bincount(which, (chance - truth)[where], minlength=len(weights)) + SHRINK * weights
        slope /= len(truth)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= 0.05 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return {name: float(weights[at]) for name, at in index.items() if abs(weights[at]) >= SMALL}


def lengths(headlines: list[str]) -> dict[str, float]:
    """Give the logarithm of how often headlines have each length."""
    counts = Counter(len(headline.split()) for headline in headlines)
    total = len(headlines) + MOST
    return {f"length:{size}": math.log((counts[size] + 1) / total) for size in range(FEWEST, MOST + 1)}


def main(files: list[str]) -> int:
    """Learn, write the weights, and say how many headlines of strung-together runs are cut out exactly."""
    headlines = read_headlines([Path(file) for file in files])
    weights = fit(*runs(headlines, seed=1)) | lengths(headlines)
    lines = [f"{name}\t{weight:.2f}" for name, weight in sorted(weights.items())]
    about = "# What tells that a headline begins in a run of headlines; learned by training/headline_starts.py\n"
    WEIGHTS.write_text(about + "# feature\tweight\n" + "\n".join(lines) + "\n", encoding="utf-8")
    chance = random.Random(2)
    samples = [chance.sample(headlines, TOGETHER) for _ in range(100)]
    words = [" ".join(sample).split() for sample in samples]
    right = sum(
        len(set(sample) & {" ".join(run[one:two]) for one, two in cut_headlines(run)})
        for sample, run in zip(samples, words, strict=True)
    )
    sys.stdout.write(
        f"{len(headlines)} headlines, {len(lines)} weights, {right / (100 * TOGETHER):.3f} cut out exactly\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
