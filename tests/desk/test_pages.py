"""Every page of the desk as a browser without scripts gets it."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import httpx
import pytest

from tests.desk.conftest import OLDER
from tests.desk.stand import Stand

pytestmark = pytest.mark.servers

TITLE = "الأردن يوقع اتفاقية تمويل لمشروع الناقل الوطني للمياه"


def titles(page: str) -> list[str]:
    """Return the titles of the articles that a page of results shows."""
    found = re.findall(r'<article class="hit">\s*<h\d dir="auto"><a href="[^"]*">(.*?)</a>', page, re.DOTALL)
    return [html.unescape(re.sub(r"</?mark>", "", one)) for one in found]


def test_search_finds_other_forms_of_a_word_and_marks_them(stand: Stand) -> None:
    """مياه is found in المياه and للمياه, marked, with the count in Arabic grammar."""
    page = stand.get("/?q=مياه").text
    assert TITLE in titles(page)
    assert "<mark>للمياه</mark>" in page
    assert "مقالات" in page


def test_filters_narrow_and_stay_in_the_address(stand: Stand) -> None:
    """A source chosen in the form is in force, shown as a chip, ticked in its facet, and counted."""
    page = stand.get("/?source=%3Dوكالة+الساحل&copies=all").text
    assert len(titles(page)) == 15
    assert re.search(r'name="source" value="=وكالة الساحل" form="search" checked', page)
    assert "أزل \u2068المصدر: وكالة الساحل\u2069" in page


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("place=%3Dميناء+الفاو", OLDER),
        ("place=loc:~fao", OLDER),
        ("site=generic&source=%3Dقناة+الأفق", 15),
        ("from=2024-03-01&to=2024-03-31&source=%3Dقناة+الأفق", 4),
        ("person=%3Dأنطونيو+غوتيريش", 1),
        ("org=%3Dالبنك+الدولي", 2),
    ],
)
def test_each_filter_counts_what_it_finds(stand: Stand, query: str, number: int) -> None:
    """Person, place, organisation, source, site and dates each narrow the search, alone and together."""
    page = stand.get(f"/?{query}&copies=all").text
    said = {1: "مقال واحد", 2: "مقالان"}.get(number, f"\u2068{number}\u2069 مقال")
    assert f'data-said="النتائج: \u2068{said}' in page


def test_pages_follow_each_other_without_repeats(stand: Stand) -> None:
    """Next leads through all results, each once; the address of a page is shareable."""
    address, seen = "/?place=loc:~fao&sort=oldest", []
    while address:
        page = stand.get(address).text
        seen += titles(page)
        found = re.search(r'<a href="([^"]*)" rel="next"', page)
        address = html.unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == OLDER


def test_sorting_turns_the_order_around(stand: Stand) -> None:
    """Newest and oldest first begin with different months."""
    newest = stand.get("/?place=loc:~fao&sort=newest").text
    oldest = stand.get("/?place=loc:~fao&sort=oldest").text
    assert "2024-12-15" in newest.partition('<article class="hit">')[2][:700]
    assert "2024-01-15" in oldest.partition('<article class="hit">')[2][:700]


def test_export_streams_everything_as_json_lines(stand: Stand) -> None:
    """All documents that answer are there, whole, one a line."""
    answer = stand.get("/search/export.jsonl?place=loc:~fao")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == OLDER
    assert lines[0]["entities"][0]["name"] == "ميناء الفاو"
    assert "attachment" in answer.headers["content-disposition"]


def test_export_as_csv_opens_in_a_spreadsheet(stand: Stand) -> None:
    """The file says that it is UTF-8, names its columns and holds a row for each article."""
    answer = stand.get("/search/export.csv?place=loc:~fao")
    assert answer.text.startswith("\ufeffarticle_id,")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == OLDER
    assert rows[0]["places"] == "ميناء الفاو"


def test_suggestions_complete_a_name(stand: Stand) -> None:
    """A few letters lead to the person, with what they are."""
    found = stand.get("/search/suggestions?q=غوتي").json()
    assert any("غوتيريش" in one["text"] and one["note"].startswith("شخص") for one in found)


def test_a_question_that_cannot_be_read_is_told(stand: Stand) -> None:
    """What the query language does not know is searched as words, and said so."""
    assert "لا حقل باسم" in stand.get("/?q=اخبار:مصر").text


def test_article_shows_text_names_headlines_and_copies(stand: Stand) -> None:
    """The article's page marks its names, links its headlines with their numbers, and names other carriers."""
    page = stand.get(f"/articles/{stand.articles[TITLE]}").text
    assert "وقعت الحكومة الأردنية" in page
    assert re.search(r'class="name ORG" href="/entities/[^"]*" title="البنك الدولي"', page)
    assert "من نشر القصة نفسها أيضًا" in page
    assert "ظهر في مقالين" in page


def test_article_explains_what_was_cut(stand: Stand) -> None:
    """The cut view shows stretches with their rules; the original view the file as scraped."""
    article = stand.articles["غوتيريش يدعو إلى تحرك عاجل لمواجهة شح المياه في المنطقة العربية"]
    cut = stand.get(f"/articles/{article}/cut").text
    assert 'class="stretch removed' in cut
    assert 'class="stretch kept body' in cut
    assert "samples/01-aggregator-water.txt" in cut
    assert "تاريخ النشر" in stand.get(f"/articles/{article}/original").text


def test_original_that_is_gone_is_told(stand: Stand) -> None:
    """An article whose file is not in the inbox says so, in one line."""
    assert "لم يعد النص الأصلي محفوظًا" in stand.get(f"/articles/{0:032x}/original").text


def test_headlines_are_ranked_and_lead_to_their_spread(stand: Stand) -> None:
    """The most repeated comes first; its page shows first carrier, spread and carriers."""
    page = stand.get("/headlines?window=all").text
    numbers = [int(one) for one in re.findall(r"<strong>(\d+)</strong>", page)]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] >= 4
    view = stand.get(f"/headlines/{stand.headlines[TITLE]}").text
    assert "<polyline points=" in view
    assert view.count("<tr><td>") == 3


@pytest.mark.parametrize("window", ["today", "week", "month", "all", "nonsense"])
def test_every_period_of_headlines_answers(stand: Stand, window: str) -> None:
    """Each period has its page; one that nobody knows is the week."""
    assert stand.get(f"/headlines?window={window}").status_code == 200


def test_entities_are_listed_found_and_shown(stand: Stand) -> None:
    """The list leads to a place's page with its timeline, and a search for a name finds it."""
    assert "/entities/loc%3A~fao" in stand.get("/entities").text
    assert "غوتيريش" in stand.get("/entities?q=غوتيريش").text
    page = stand.get("/entities/loc%3A~fao").text
    assert "ميناء الفاو" in page
    assert "ذكره عبر الزمن" in page


def test_line_shows_stages_waits_workers_and_rejects(stand: Stand) -> None:
    """The line's page shows what the hooks tell and the rejects of the index."""
    page = stand.get("/line").text
    for text in ("articles.raw", "work-1", "لا حرف فيه", "old/page-1.txt", "articles.raw 0–1"):
        assert text in page


def test_line_is_sent_live(stand: Stand) -> None:
    """Server-sent events bring the live parts again and again."""
    with httpx.stream("GET", f"{stand.url}/line/events", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        line = next(line for line in answer.iter_lines() if line.startswith("data: "))
    assert 'data-part="stages"' in json.loads(line.removeprefix("data: "))


@pytest.mark.parametrize("path", ["/nowhere", f"/articles/{'0' * 31}z", "/headlines/none", "/entities/per%3Anobody"])
def test_what_is_not_there_is_a_page_with_a_remedy(stand: Stand, path: str) -> None:
    """An unknown address, article, headline or name is one line and a way on."""
    answer = stand.get(path)
    assert answer.status_code == 404
    assert "لا صفحة بهذا العنوان" in answer.text
    assert "Traceback" not in answer.text


def test_english_reads_left_to_right(stand: Stand) -> None:
    """With the language chosen, texts, direction and dates are English; articles stay as they are."""
    page = stand.get("/?q=مياه", cookie="sada_language=en").text
    assert '<html lang="en" dir="ltr"' in page
    assert "23 March 2025" in page
    assert TITLE in titles(page)
