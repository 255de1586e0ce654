"""Stories: copies of a text are told from its updates and from other news, on sketches alone."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.text.same_story import STORY_THRESHOLD, same_story
from streams.text.story import BANDS, read_sketch, sketch, story_bands

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "story_pairs.jsonl").read_text("utf-8").splitlines()
]
SKETCHED = [(row, sketch(row["a"]), sketch(row["b"])) for row in ROWS]
TEXT = ROWS[0]["a"]


@pytest.mark.parametrize("part", ["a", "b"])
def test_copies_are_told_from_updates_and_other_stories(part):
    """Precision and recall keep their floors, on the pairs tuned on (a) and on those kept from it (b)."""
    judged = [(row["same"], same_story(a, b) >= STORY_THRESHOLD) for row, a, b in SKETCHED if row["part"] == part]
    hits = sum(truth and said for truth, said in judged)
    assert len(judged) > 100
    assert hits / sum(said for _, said in judged) >= 0.98
    assert hits / sum(truth for truth, _ in judged) >= 0.95


def test_copies_share_a_band_and_other_stories_seldom_do():
    """All copies meet; of stories on other topics, none do."""
    met = {True: [], False: []}
    for row, a, b in SKETCHED:
        if row["same"] or "another" in row["id"]:
            met[row["same"]].append(not set(story_bands(a)).isdisjoint(story_bands(b)))
    assert sum(met[True]) / len(met[True]) >= 0.99
    others = [
        set(story_bands(sketch(one["a"]))).isdisjoint(story_bands(sketch(two["a"])))
        for one, two in zip(ROWS[::17], ROWS[17::17], strict=False)
    ]
    assert all(others)


def test_order_plays_no_part():
    """The score of A and B is that of B and A."""
    assert all(same_story(a, b) == same_story(b, a) for _, a, b in SKETCHED)


def test_a_sketch_is_compact_and_equal_in_every_process():
    """At most 512 bytes; hash randomisation has no part in it."""
    assert max(len(found) for _, a, b in SKETCHED for found in (a, b)) <= 512
    code = f"from streams.text.story import sketch; print(sketch({TEXT!r}).hex())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == sketch(TEXT).hex()


def test_spelling_and_layout_leave_no_trace():
    """Hamzas, digits, vowel marks and line breaks do not change the sketch."""
    loose = TEXT.translate(str.maketrans("أإآىة0123456789", "ااايه٠١٢٣٤٥٦٧٨٩"))
    assert sketch(loose.replace(" ", "\n", 9)) == sketch(TEXT)


def test_another_number_on_both_sides_makes_another_story():
    """The same report with the next day's figures is news, not a copy."""
    later = TEXT.replace("84", "91").replace("11", "14")
    assert same_story(sketch(TEXT), sketch(later)) < STORY_THRESHOLD


def test_the_bulletin_of_another_day_is_another_story():
    """Bodies that differ in their figures only are not copies of one another."""
    body = "سجل سعر غرام الذهب عيار 21 في الأسواق المحلية اليوم {} دينارا للبيع و{} دينارا للشراء، " + "بينما ".join(
        ["استقرت أسعار الفضة والبلاتين عند مستوياتها السابقة وسط هدوء حركة البيع في محال الصاغة القديمة "] * 3
    )
    one, two = sketch(body.format(58, 56)), sketch(body.format(59, 57))
    assert same_story(one, two) < STORY_THRESHOLD


def test_a_long_article_keeps_its_copies():
    """Two thousand words: a copy, its first half and a line before it are one story; half of other text is not."""
    chance = random.Random(2)
    words = [word for row in ROWS for word in row["a"].split()]
    long = " ".join(chance.choices(words, k=2000))
    half = " ".join(long.split()[:1000])
    whole = sketch(long)
    assert same_story(whole, sketch(half)) >= STORY_THRESHOLD
    assert same_story(whole, sketch("تابعونا على قناتنا الجديدة. " + long)) >= STORY_THRESHOLD
    other = " ".join(chance.choices(words, k=1000))
    assert same_story(whole, sketch(f"{other} {half}")) < STORY_THRESHOLD


@pytest.mark.parametrize("data", [b"", b"12345", sketch(TEXT)[:-1], sketch(TEXT) + b"0"])
def test_what_is_no_sketch_is_refused(data):
    """Bytes of another length than the sketch says are an error, not a score."""
    with pytest.raises(ValueError, match="bytes"):
        read_sketch(data)


def test_too_short_a_body_tells_nothing():
    """A line or two have no sketch: they would be called copies by chance."""
    assert sketch("") is None
    assert sketch("وقال المتحدث إن التفاصيل ستعلن لاحقا.") is None


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_have_a_score(a, b):
    """No input breaks the sketch; a text is itself."""
    one, two = sketch(a * 3), sketch(b)
    if one is not None:
        assert same_story(one, one) == 1
        assert len(story_bands(one)) <= BANDS
    if one is not None and two is not None:
        assert 0 <= same_story(one, two) <= 1


def test_a_sketch_is_fast():
    """A body of 5 KB takes well under a millisecond of CPU."""
    body = "\n".join(row["a"] for row in ROWS[::40])[:2800]
    sketch(body)
    start = time.process_time()
    for _ in range(100):
        sketch(body)
    assert (time.process_time() - start) / 100 < 0.0006
