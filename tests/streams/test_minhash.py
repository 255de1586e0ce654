"""Bands: headlines that are the same meet in one, others seldom; equal everywhere, and fast."""

import json
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from streams.text.minhash import BANDS, bands, keys

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "headline_pairs.jsonl").read_text("utf-8").splitlines()
]


def test_the_same_headlines_share_a_band():
    """Of the pairs that are one headline, 97 in 100 meet in a band."""
    alike = [pair for pair in PAIRS if pair["same"]]
    met = [not set(bands(pair["a"])).isdisjoint(bands(pair["b"])) for pair in alike]
    assert sum(met) / len(met) >= 0.97


def test_unrelated_headlines_seldom_meet():
    """Of all pairs of unrelated headlines, fewer than 3 in 100 share a band: each has few to be compared with."""
    signatures = [(pair["id"], set(bands(pair["a"]))) for pair in PAIRS]
    met = [not one.isdisjoint(two) for (_, one), (_, two) in combinations(signatures, 2)]
    assert sum(met) / len(met) < 0.03


def test_bands_are_equal_in_every_process():
    """A band may be a key in Kafka: hash randomisation has no part in it."""
    text = PAIRS[0]["a"]
    code = f"from streams.text.minhash import bands; print(b''.join(bands({text!r})).hex())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == b"".join(bands(text)).hex()


def test_bands_of_one_headline_are_told_apart_by_their_number():
    """Each band names its number first, so that equal values in two bands are two keys."""
    assert [band[0] for band in bands("افتتاح جسر")] == list(range(BANDS))


def test_a_headline_of_fillers_has_keys_too():
    """Where no word says much, the folded headline is the key."""
    assert keys("هل كان ذلك") == {"هل كان ذلك"}
    assert bands("")


@given(st.text(max_size=100))
def test_any_text_has_bands(text):
    """No input breaks the bands, and they are the same again."""
    assert len(bands(text)) == BANDS
    assert bands(text) == bands(text)


def test_bands_are_fast():
    """Fresh headlines of known words take well under a millisecond of CPU each."""
    words = [word for pair in PAIRS for word in pair["a"].split()]
    fresh = [" ".join(words[n : n + 9]) + f" {n}" for n in range(len(words) - 9)]
    bands(fresh[0])
    start = time.process_time()
    for headline in fresh:
        bands(headline)
    assert (time.process_time() - start) / len(fresh) < 0.0008
