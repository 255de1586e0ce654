"""The list of countries: it holds what Babel names today."""

from __future__ import annotations

from streams.text.lexicon import COUNTRIES, rows
from training.countries import countries


def test_every_country_that_babel_names_is_listed() -> None:
    """A state that is founded is missed until `python -m training.countries` is run; names may be older ones."""
    listed = {row[4]: row for row in rows(COUNTRIES)}
    assert {row.split("\t")[4] for row in countries()} <= set(listed)
    assert all(code.isascii() and row[0] == f"loc:{code}" and row[1] and row[2] for code, row in listed.items())
