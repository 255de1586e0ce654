"""The gold sentences of tests/gold_ner: read from their bracket notation, and scored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

GOLD = Path(__file__).parents[1] / "gold_ner" / "news.txt"
_NAME = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


class GoldName(NamedTuple):
    """A name: offsets in its sentence, kind, and its id where a list knows it."""

    start: int
    end: int
    kind: str
    entity_id: str | None


class GoldSentence(NamedTuple):
    """A sentence as printed, and its names."""

    text: str
    names: tuple[GoldName, ...]


def read_gold() -> list[GoldSentence]:
    """Read all gold sentences."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    return [parse(line) for line in lines if line and not line.startswith("#")]


def parse(line: str) -> GoldSentence:
    """Take the brackets off a line."""
    text = ""
    names = []
    end = 0
    for match in _NAME.finditer(line):
        text += line[end : match.start()]
        what = match[2]
        known = ":" in what
        kind = what.partition(":")[0].upper() if known else what
        names.append(GoldName(len(text), len(text) + len(match[1]), kind, what if known else None))
        text += match[1]
        end = match.end()
    return GoldSentence(text + line[end:], tuple(names))
