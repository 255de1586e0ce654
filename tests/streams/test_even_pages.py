"""What is cheaper for a page of plain blanks and line feeds gives what every page is given."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas.articles import Facts, RelatedHeadline, SplitArticle
from schemas.headlines import HeadlineSighting
from streams.stages.split import sightings
from streams.text.parts import Part, even_part
from streams.text.pieces import cut_pieces, fold_page

_LINES = st.lists(st.text("ابتة «.3 \u00a0", max_size=12), max_size=6).map("\n".join)
_ANY = st.text("اأة. \n\t\r\u00a0\u2003\u2028\x1c\u200fًـ", max_size=30)
_FILLER = "\nقال الوزير إن العمل في الميناء الجديد يبدأ مطلع الشهر المقبل.\n"


@given(start=_LINES | _ANY, end=_LINES | _ANY)
def test_pieces_are_the_same_however_a_page_is_cut(start: str, end: str) -> None:
    """A page known to be even falls into the pieces of the one that may hold any blank."""
    text = start + _FILLER * 11 + end
    folded, even = fold_page(text)
    assert cut_pieces(text, folded, even=even) == cut_pieces(text, folded)


@given(start=_ANY)
def test_an_even_page_has_no_blanks_but_two(start: str) -> None:
    """White space of other kinds is seen wherever it stands, so that blanks part all words of an even page."""
    folded, even = fold_page(start + _FILLER * 11)
    assert even == ("\r" not in start and not any(sign.isspace() and sign not in " \n" for sign in folded))


def test_words_are_parted_when_asked_for() -> None:
    """A part whose words were only counted gives the words that another one parts at once."""
    line = "قال الوزير ان العمل يبدا"
    counted, parted = even_part(0, len(line), line, 1), Part(0, len(line), line, 1)
    assert (counted.size, counted.words) == (parted.size, parted.words)
    assert counted == parted


def test_sightings_carry_all_their_fields() -> None:
    """What is told of a headline has every field of a sighting, in its order, and each headline once in each role."""
    at = datetime(2026, 1, 2, tzinfo=UTC)
    listed = RelatedHeadline(text="وصول القطار", headline_id="b" * 32, date="2026-01-01")
    article = SplitArticle(
        article_id="a" * 32, root_id="a" * 32, paths=("page.txt",), path_count=1, encoding="utf-8", captured_at=at,
        read_at=at, site="generic", rules_version="1", facts=Facts(title="وصول القطار", source="الميناء"),
        headline_id="b" * 32, body="وصل القطار.", related_headlines=(listed, listed),
    )  # fmt: skip
    told = sightings(article)
    assert [(one.role.value, one.date) for one in told] == [("title", None), ("related", "2026-01-01")]
    for one in told:
        assert list(one.__dict__) == list(HeadlineSighting.model_fields)
        assert HeadlineSighting.model_validate_json(one.model_dump_json()) == one
