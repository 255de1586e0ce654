"""Dates: every system of months, clocks, zones and labels is read as printed, and what is no date is none."""

import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.message import PrintedTime
from streams.text.dates import find_dates, read_date

TABLE = Path(__file__).parent.parent / "data" / "dates.tsv"
ROWS = [tuple(line.split("\t")) for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
DATES = [row for row in ROWS if row[2] != "none"]
NO_DATES = [row for row in ROWS if row[2] == "none"]
WORST = ["20 ", "20 أبريل ", "20/4/", "12:30 ", "(GMT ", "، - ", "20 أبريل 2025 ", "1 - ", "من 2 إلى "]
"""Repetitions on which a grammar that tries again and again would lose its time."""
IN_PROSE = {
    "مقتل 14 شخصا في 14 أبريل 2024",
    "الوزارة: 14 أبريل 2024 موعد الانتخابات",
    "14 أبريل 2024 موعدا للاقتراع",
    "7 أكتوبر 2023م هجوم",
    "بيروت - الخميس 14 سبتمبر 2023",
    "14 سبتمبر 2023 3 دقائق قراءة",
    "الإثنين 6 شوال 1445هـ 15 إبريل 2024م العدد",
}
"""Lines of the table that are no date line, but hold a date."""
BASE = datetime(2026, 6, 1, 12)


def test_the_table_is_large_enough():
    """The table holds at least 300 strings, 60 of them no dates."""
    assert len(ROWS) >= 300
    assert len(NO_DATES) >= 60


@pytest.mark.parametrize(("text", "base", "iso", "zone"), DATES)
def test_date_lines(text, base, iso, zone):
    """A date line is read as printed, with its zone, and says where in the line it stands."""
    found = read_date(text, datetime.fromisoformat(base))
    assert found is not None
    assert (found.iso, found.zone or "-") == (iso, zone)
    TypeAdapter(PrintedTime).validate_python(found.iso)
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(("text", "base", "iso", "zone"), NO_DATES)
def test_what_is_no_date(text, base, iso, zone):
    """Scores, ranges, versions, telephones, impossible and future days, years alone and prose are no date line."""
    assert read_date(text, datetime.fromisoformat(base)) is None
    if text not in IN_PROSE:
        assert find_dates(text, datetime.fromisoformat(base)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "توقيع اتفاق الغاز 20 أبريل 2025 - 11:04 مساءً الوزير يفتتح الجسر 19 أبريل 2025 - 2:32 مساءًوقال الوزير",
            [("2025-04-20T23:04", "20 أبريل 2025 - 11:04 مساءً"), ("2025-04-19T14:32", "19 أبريل 2025 - 2:32 مساءً")],
        ),
        ("افتتاح الجسر20 أبريل 2025تأجيل المباراة", [("2025-04-20", "20 أبريل 2025")]),
        ("افتتاح الجسر السبت، 19 أبريل 2025 تأجيل المباراة", [("2025-04-19", "السبت، 19 أبريل 2025")]),
        (
            "افتتاح الجسر 2025-04-19 تأجيل المباراة 2025-04-18",
            [("2025-04-19", "2025-04-19"), ("2025-04-18", "2025-04-18")],
        ),
        ("بدأت يوم 7 تشرين الأول/أكتوبر 2023، وانتهت.", [("2023-10-07", "7 تشرين الأول/أكتوبر 2023")]),
        (
            "الأحد 5 شوال 1445هـ الموافق 14 أبريل 2024م افتتاح",
            [("2024-04-14", "الأحد 5 شوال 1445هـ الموافق 14 أبريل 2024م")],
        ),
        ("افتتاح 11:04 م - 20 أبريل 2025 تأجيل", [("2025-04-20T23:04", "11:04 م - 20 أبريل 2025")]),
        ("فاز 3-1 في 20 أبريل 2025 أمام 2000 متفرج", [("2025-04-20", "20 أبريل 2025")]),
        ("أصيب 14 شخصاً منذ 3 ساعات أمس", []),
        ("يستمر المعرض من 14 إلى 20 أبريل 2024 في 3 قاعات", []),
    ],
)
def test_dates_in_running_text(text, expected):
    """Dates glued to headlines are found with their place, clock and weekday; relative words in prose are left."""
    found = find_dates(text, BASE)
    assert [(f.iso, text[f.start : f.end]) for f in found] == [(iso, printed) for iso, printed in expected]


def test_the_future_is_refused_by_the_base_only():
    """A date is none if it is more than a day after the capture; without a capture time it stands."""
    line = "14 أبريل 2030"
    assert read_date(line, BASE) is None
    assert read_date(line) is not None
    assert read_date("2 يونيو 2026", BASE) is not None
    assert read_date("2 يونيو 2026", BASE.replace(tzinfo=UTC)) is not None


def test_relative_dates_need_a_base():
    """`منذ 3 ساعات` and days without a year are none where the capture time is unknown."""
    assert read_date("منذ 3 ساعات") is None
    assert read_date("14 أبريل") is None


@given(st.text(alphabet="0123٢٤. /-:،,من أبريل20254 مساءصGMT+()هـ\u200f", max_size=200))
def test_any_text_is_read_without_fault(text):
    """No input breaks the grammar; what is found lies in the text, in order, and is a date."""
    found = find_dates(text, BASE)
    read_date(text, BASE)
    assert [f.start for f in found] == sorted(f.start for f in found)
    for one, two in pairwise(found):
        assert one.end <= two.start
    for one in found:
        datetime.fromisoformat(one.iso)


@pytest.mark.parametrize("piece", WORST)
def test_time_grows_with_length_only(piece):
    """Ten times the text takes about ten times as long, on the worst repetitions."""
    short, long = piece * (2_000 // len(piece)), piece * (20_000 // len(piece))
    find_dates(short, BASE)
    assert _seconds(long) < 25 * max(_seconds(short), 0.0005)


def _seconds(text):
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        find_dates(text, BASE)
        best = min(best, time.process_time() - start)
    return best
