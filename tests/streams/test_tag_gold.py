"""The gate of tagging: floors of quality on the gold sentences, pinned together with their content."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from streams.text.ner import Tagger, load_tagger

sys.path.insert(0, str(Path(__file__).parent))
from ner_gold import GOLD, GoldSentence, parse, read_gold

GOLD_SHA256 = "13d28c7caac6e7c57a9888f856aff6d856c2587ec76489ebe31596f3f4595b86"
F1_FLOOR = 0.96
IDENTITY_FLOOR = 0.98
"""Lowered only with a reason in the commit; they fell short of what was measured by a hair on purpose."""


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """Load the shipped tagger once."""
    return load_tagger()


@pytest.fixture(scope="module")
def gold() -> list[GoldSentence]:
    """Read the gold sentences once."""
    return read_gold()


def test_the_gold_is_the_one_the_floors_were_set_on() -> None:
    """A changed gold set needs its floors looked at again."""
    assert hashlib.sha256(GOLD.read_bytes()).hexdigest() == GOLD_SHA256


def test_gold_notation() -> None:
    """Brackets give offsets, kind and id; clitics stay before them."""
    sentence = parse("وصل ل[روسيا|loc:RU] مع [سامي|PER]")
    assert sentence.text == "وصل لروسيا مع سامي"
    assert [(sentence.text[n.start : n.end], n.kind, n.entity_id) for n in sentence.names] == [
        ("روسيا", "LOC", "loc:RU"),
        ("سامي", "PER", None),
    ]


def test_the_gold_is_large_enough(gold: list[GoldSentence]) -> None:
    """At least 150 sentences and 120 mentions whose identity is known."""
    assert len(gold) >= 150
    assert sum(name.entity_id is not None for sentence in gold for name in sentence.names) >= 120


def test_names_are_found_with_exact_offsets(tagger: Tagger, gold: list[GoldSentence]) -> None:
    """Micro F1 of exact offsets and kind reaches its floor."""
    wanted = {(n, *name[:3]) for n, sentence in enumerate(gold) for name in sentence.names}
    found = {(n, e.start, e.end, e.kind.value) for n, sentence in enumerate(gold) for e in tagger.find(sentence.text)}
    assert 2 * len(wanted & found) / (len(wanted) + len(found)) >= F1_FLOOR


def test_known_names_get_their_identity(tagger: Tagger, gold: list[GoldSentence]) -> None:
    """The share of known mentions found with the right id reaches its floor."""
    right = total = 0
    for sentence in gold:
        found = {(e.start, e.end): e.entity_id for e in tagger.find(sentence.text)}
        known = [name for name in sentence.names if name.entity_id]
        right += sum(found.get((name.start, name.end)) == name.entity_id for name in known)
        total += len(known)
    assert right / total >= IDENTITY_FLOOR
