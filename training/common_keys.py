"""A plain text corpus and our own headlines enter; how common each key is leaves: streams/lexicon/common_keys.tsv."""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from streams.text.fold import headline_key
from streams.text.match import telling
from streams.text.same_words import analyse

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "tests" / "data" / "headline_pairs.jsonl"
OUT = ROOT / "streams" / "lexicon" / "common_keys.tsv"
SENTENCES = 250_000
LEAST = 400
"""Headlines of a million that hold the rarest key that is listed."""
SEEN = 3
"""Headlines of ours that must hold a key before they have a say."""
HEADER = """\
# How many of a million headlines hold a word's key (streams/text/match.py); what is not listed is rarer.
# key	of a million; made by training/common_keys.py
"""


def sentences(corpus: Path) -> Iterator[str]:
    """Give beginnings of sentences, as long as headlines are, of a corpus (an .xz of lines)."""
    chance = random.Random(1)
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            for sentence in [] if line.startswith("<") else re.split(r"[.؟!]\s|\n", line):
                words = sentence.split()
                if len(words) >= 6:
                    yield " ".join(words[: chance.randint(6, 12)])


def parts(texts: Iterable[str], most: int) -> dict[str, tuple[int, float]]:
    """Count the texts that hold each key, and the part of all texts that they are."""
    found: Counter[str] = Counter()
    number = 0
    for _, text in zip(range(most), texts, strict=False):
        found.update({word.key for word in telling(analyse(headline_key(text)))})
        number += 1
    return {key: (count, count / number) for key, count in found.items()}


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="lines of text, xz-compressed")
    options = parser.parse_args()
    common = {key: part for key, (_, part) in parts(sentences(options.corpus), SENTENCES).items()}
    headlines = sorted({json.loads(line)["a"] for line in PAIRS.read_text("utf-8").splitlines()})
    for key, (count, part) in parts(headlines, len(headlines)).items():
        if count >= SEEN:
            common[key] = max(part, common.get(key, 0.0))
    listed = sorted(((round(1e6 * part), key) for key, part in common.items() if 1e6 * part >= LEAST), reverse=True)
    OUT.write_text(HEADER + "".join(f"{key}\t{million}\n" for million, key in listed), encoding="utf-8")
    print(f"{len(listed)} keys")
    return 0


if __name__ == "__main__":
    sys.exit(main())
