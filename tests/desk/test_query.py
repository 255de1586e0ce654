"""The query language: every form reads as it should, nothing raises, text and addresses come back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.query import Atom, Field, NoteKind, Query, Sort, from_params, parse

BITS = st.sampled_from(
    [
        "ترامب", "النفط", "الأمم المتحدة", "OR", "أو", "|", "-", '"', "«", "»", "“", "”", "(", ")", "*", "=", ":",
        "person:", "شخص:", "place:", "org:", "source:", "site:", "keyword:", "title:", "عنوان:", "date:", "بعد:", " ",
        "2024", "2024-04", "٢٠٢٤-٠٤-٠١", "..", "…", "2024-04-01..2024-05-01", "sort:", "newest", "\u200f", "ﻻ",
        "قبل:", "\u0338", "\ud800", "\x00", "a:b", "http://x", "\n", "10:30", "year:", "https:",
    ]
)  # fmt: skip
TYPED = st.lists(BITS | st.text(max_size=6), max_size=24).map("".join)


def read(text: str) -> list[str]:
    return [str(clause) for clause in parse(text).clauses]


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("", ""),
        ("  أسعار   النفط ", "أسعار النفط"),
        ("«رجال الأعمال» مصر", '"رجال الأعمال" مصر'),
        ("“رجال الأعمال”", '"رجال الأعمال"'),
        ("شخص:ترامب", "person:ترامب"),
        ('منظمة:"الأمم المتحدة"', 'org:"الأمم المتحدة"'),
        ("person:per:donald-trump", "person:per:donald-trump"),
        ('person:="دونالد ترامب"', 'person:="دونالد ترامب"'),
        ("مكان:القاهرة مصدر:الأهرام كلمة:نفط عنوان:قمة", "title:قمة place:القاهرة source:الأهرام keyword:نفط"),
        ("موقع:ahram دولة:EG قصة:abc خبر:def", "site:ahram country:EG story:abc headline:def"),
        ("النفط -الذهب", "النفط -الذهب"),
        ('-"أسعار الذهب"', '-"أسعار الذهب"'),
        ("النفط أو الغاز", "النفط OR الغاز"),
        ("النفط | الغاز OR الذهب سعر", "النفط OR الغاز OR الذهب سعر"),
        ("person:ترامب OR person:بوتين قمة", "person:ترامب OR person:بوتين قمة"),
        ("date:2024-04-01..2024-05-01", "date:2024-04-01..2024-05-01"),
        ("تاريخ:٢٠٢٤-٠٤", "date:2024-04-01..2024-04-30"),
        ("year:2024", "date:2024-01-01..2024-12-31"),
        ("شهر:2024-02", "date:2024-02-01..2024-02-29"),
        ("date:1/4/2024", "date:2024-04-01"),
        ("بعد:2024-04-01 قبل:2024-04-11", "date:2024-04-01..2024-04-10"),
        ("منذ:2024-04 حتى:2024-05", "date:2024-04-01..2024-05-31"),
        ("date:..2024", "date:..2024-12-31"),
        ("-date:2024 خبر", "-date:2024-01-01..2024-12-31 خبر"),
        ("اقتصا*", "اقتصا*"),
        ("ترتيب:الأحدث خبر", "خبر sort:newest"),
        ("خبر - عاجل", "خبر عاجل"),
        ("!!! ، …", ""),
        ("الساعة 10:30", "الساعة 10:30"),
    ],
)
def test_forms_have_one_canonical_text(typed: str, canonical: str) -> None:
    """Each form, in either language, comes to one canonical text."""
    expected = (
        canonical if canonical != "عنوان قمة" else "title:قمة place:القاهرة source:الأهرام site:ahram keyword:نفط"
    )
    assert str(parse(typed)) == expected


@pytest.mark.parametrize(
    ("typed", "words", "kind"),
    [
        ("اخبار:مصر", ["اخبار", "مصر"], NoteKind.UNKNOWN_FIELD),
        ("date:غدا", ["date", "غدا"], NoteKind.BAD_DATE),
        ("date:2024-13", ["date", "2024-13"], NoteKind.BAD_DATE),
        ("person: ترامب", ["person", "ترامب"], NoteKind.EMPTY_FILTER),
        ('"رجال الأعمال', ["رجال", "الأعمال"], NoteKind.UNCLOSED_QUOTE),
        ("OR النفط", ["النفط"], NoteKind.LONELY_OR),
        ("النفط أو", ["النفط"], NoteKind.LONELY_OR),
        ("(النفط أو الغاز) سعر", ["النفط OR الغاز", "سعر"], NoteKind.PARENTHESES),
        ("sort:best خبر", ["sort", "best", "خبر"], NoteKind.BAD_SORT),
        ("بعد:2024-05 قبل:2024-01", ["date:2024-05-01..2023-12-31"], NoteKind.EMPTY_RANGE),
        ("كلمة " * 60, ["كلمة"] * 50, NoteKind.CUT),
    ],
)
def test_what_is_not_understood_is_searched_and_told(typed: str, words: list[str], kind: NoteKind) -> None:
    """Broken filters, quotes and ORs become words, and a note says so in both languages."""
    query = parse(typed)
    assert [str(clause) for clause in query.clauses] == words
    assert kind in {note.kind for note in query.notes}
    assert all(note.say("ar") and note.say("en") for note in query.notes)


def test_last_word_may_go_on_while_it_is_typed() -> None:
    """The last word is a beginning until a space follows it; phrases, filters and exclusions are not."""
    assert str(parse("أسعار النف", typing=True)) == "أسعار النف*"
    assert str(parse("أسعار النفط ", typing=True)) == "أسعار النفط"
    assert str(parse('"أسعار"', typing=True)) == '"أسعار"'
    assert str(parse("نفط person:ترا", typing=True)) == "نفط person:ترا"


def test_filters_are_added_taken_away_and_dated() -> None:
    """A page edits a question without touching its words."""
    query = parse("النفط person:ترامب date:2024")
    narrowed = query.with_filter(Field.SOURCE, "وكالة الأنباء").with_days(date(2025, 1, 1), None).with_sort(Sort.OLDEST)
    assert str(narrowed) == 'النفط person:ترامب source:="وكالة الأنباء" date:2025-01-01.. sort:oldest'
    back = narrowed.without_filter(Field.SOURCE, "وكالة الأنباء").without_filter(Field.PERSON, "ترامب")
    assert str(back.with_days(None, None)) == "النفط sort:oldest"
    assert narrowed.filters == (Atom("ترامب", Field.PERSON), Atom("وكالة الأنباء", Field.SOURCE, exact=True))
    assert narrowed.text == "النفط"


def test_addresses_may_hold_anything() -> None:
    """Unknown parameters are left alone, bad values are told or dropped, filters may be typed in the box too."""
    query = from_params({"q": "النفط شخص:ترامب", "page": "3", "from": "لا", "to": "2024", "sort": "?", "person": '"'})
    assert str(query) == "النفط person:ترامب date:..2024-12-31"
    assert [note.kind for note in query.notes] == [NoteKind.BAD_DATE]


@given(TYPED)
def test_canonical_text_reads_back_to_the_same_query(typed: str) -> None:
    """Whatever is typed, `parse(str(query)) == query`, and its text can be sent as UTF-8."""
    query = parse(typed)
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)
    str(query).encode()


@given(TYPED)
def test_address_reads_back_to_the_same_query(typed: str) -> None:
    """Whatever is typed, its address leads to the same query."""
    query = parse(typed)
    assert from_params(query.to_params()) == query


@given(
    st.lists(st.tuples(st.sampled_from(["q", "person", "from", "to", "sort", "date", "title", "x"]), TYPED), max_size=6)
)
def test_any_address_comes_to_a_query_that_reads_back(pairs: list[tuple[str, str]]) -> None:
    """Addresses typed by hand never raise, and what they come to is canonical."""
    query = from_params(pairs)
    assert parse(str(query)) == query
    assert from_params(query.to_params()) == query


@given(TYPED)
def test_typing_never_raises(typed: str) -> None:
    """Every beginning of a question is one."""
    assert isinstance(parse(typed, typing=True), Query)
