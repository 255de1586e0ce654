"""Pages with control characters: none of these reaches a document, while the spans still join to the page."""

from __future__ import annotations

import re

import pytest

from bench.corpus import page
from bench.reading import raw, read, rules
from streams.stages.clean import clean
from streams.stages.split import sightings, split

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SIGNS = ("\x1b[2J", "\x00", "\x9b31m", "\x85", "\x1c", "\u202e", "\u202a", "\u2066", "\u2069", "\x7f")


@pytest.mark.parametrize("sign", SIGNS, ids=[f"{ord(sign[0]):04x}" for sign in SIGNS])
def test_no_control_reaches_a_document(sign: str) -> None:
    """Titles, headlines, bodies and facts of a page sown with a control hold none; the spans hold every one."""
    place = r"(?<=\S\.) (?=\S)" if sign.isspace() else r"(?<=\S\S) (?=\S)"  # some end lines: between sentences
    for number in range(12):
        text = re.sub(place, lambda found: f"{sign}{found.group()}", page(number).text)
        cleaned = read(raw(text))
        assert cleaned is not None
        assert "".join(text[span.start : span.end] for span in cleaned.spans) == text
        for article in split(cleaned):
            told = [article.body, *(one.text for one in article.related_headlines), article.facts.model_dump_json()]
            told += [one.text for one in sightings(article)]
            assert not any(CONTROLS.search(one) or "\\u00" in one for one in told)


def test_a_control_within_words_changes_no_other_character() -> None:
    """The same page without the controls has the same body, title and keywords."""
    plain = page(5).text
    sown = re.sub(r"(?<=\w\w)(?=\w)", "\u202b", plain)
    bare, rich = (split(clean(raw(text), rules()))[0] for text in (plain, sown))
    assert (rich.body, rich.facts.title, rich.facts.keywords) == (bare.body, bare.facts.title, bare.facts.keywords)


def test_controls_that_part_words_become_blanks() -> None:
    """A vertical tabulator or a next-line control in a title leaves two words."""
    text = f"وصول\x0bالمساعدات\x85 إلى الجزيرة بعد العاصفة\n{page(2).text.split(chr(10), 1)[1]}"
    title = split(clean(raw(text), rules()))[0].facts.title
    assert title is not None
    assert CONTROLS.search(title) is None
