"""Rows of words by their hashes: what a dictionary says of them, whatever is added and forgotten."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.ner.rowindex import RowsInPython

native: Any = compiled("rowindex")
pytestmark = pytest.mark.skipif(native is None, reason="nothing is compiled here")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.sets(st.integers(0, 3000), max_size=900)), max_size=8))
def test_rows_are_those_of_a_dictionary(steps: list[tuple[str, set[int]]]) -> None:
    """Words added and rows removed in any order, many at once: both find the same and count as many."""
    compiled_rows, plain = native.Rows(), RowsInPython()
    everyone = [f"كلمة{at}" for at in range(3001)]
    held: set[int] = set()
    for kind, chosen in steps:
        meant = sorted(chosen - held if kind == "add" else chosen & held)
        places = np.array(meant, dtype=np.intp) + 1
        for rows in (compiled_rows, plain):
            rows.add([everyone[at] for at in meant], places) if kind == "add" else rows.remove(places)
        held = held | chosen if kind == "add" else held - chosen
        found, told = np.empty(3001, dtype=np.intp), np.empty(3001, dtype=np.intp)
        compiled_rows.find(everyone, found)
        plain.find(everyone, told)
        assert np.array_equal(found, told)
        assert len(compiled_rows) == len(plain) == len(held)


def test_what_does_not_fit_is_refused() -> None:
    """Too few places, too few rows, rows from 0 on: an error, not a crash."""
    rows = native.Rows()
    with pytest.raises(ValueError, match="places"):
        rows.find(["من"], np.empty(0, dtype=np.intp))
    for wrong in ([], [0], [-1], [2**40]):
        with pytest.raises(ValueError, match="rows"):
            rows.add(["من"], np.array(wrong, dtype=np.intp))
