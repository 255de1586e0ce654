"""The desk in a real browser: typing, choosing, dragging, dropping, switching; by keyboard alone, too."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk.conftest import watch_for_trouble
from tests.desk.hostile_documents import ENTITY_ID, HEADLINE_ID, ID
from tests.desk.stand import Stand

pytestmark = pytest.mark.servers

TITLE = "الأردن يوقع اتفاقية تمويل لمشروع الناقل الوطني للمياه"


STOPS = """[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]')]
    .filter((one) => one.checkVisibility())"""
REACHED = """() => {
    const at = document.activeElement, style = getComputedStyle(at);
    at.dataset.reached = "1";
    const seen = at === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
    return seen ? null : at.outerHTML.slice(0, 100);
}"""
"""Marks what has the focus; returns it where nothing shows that."""


def asked(page: Page) -> dict[str, list[str]]:
    """Return the parameters of the page's address."""
    return parse_qs(urlsplit(page.url).query)


def test_results_change_while_one_types(page: Page) -> None:
    """Without a click the results, the address and what a screen reader hears follow the words, unfinished ones too."""
    page.goto("/")
    page.locator("#q").press_sequentially("غوتير")
    expect(page.locator(".hit h2").first).to_contain_text("غوتيريش")
    expect(page).to_have_url(re.compile("q=%D8%BA"))
    expect(page.locator("#said")).to_contain_text("النتائج")
    page.reload()
    assert page.locator("#q").input_value() == "غوتير"


def test_suggestions_are_chosen_by_keyboard(page: Page) -> None:
    """Arrow down enters the list, Enter searches for what is chosen, Escape closes it."""
    page.goto("/")
    box = page.locator("#q")
    box.press_sequentially("غوتي")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == "suggestion-0"
    box.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("#suggestions")).to_be_hidden()
    assert "غوتيريش" in box.input_value()


def test_a_filter_is_ticked_and_taken_away(page: Page) -> None:
    """Ticking a source narrows the results and the address; the chip takes it back; focus stays where it was."""
    page.goto("/?place=loc:~fao")
    choice = page.get_by_label("وكالة الساحل")
    choice.focus()
    page.keyboard.press("Space")
    chip = page.get_by_role("link", name="أزل")
    expect(chip.filter(has_text="وكالة الساحل")).to_be_visible()
    assert asked(page)["source"] == ["=وكالة الساحل"]
    assert asked(page)["place"] == ["=loc:~fao"]
    assert page.evaluate("document.activeElement.name") == "source"
    chip.filter(has_text="وكالة الساحل").click()
    expect(page.get_by_label("وكالة الساحل")).not_to_be_checked()


def test_timeline_is_dragged(page: Page) -> None:
    """Dragging the handle of the beginning to the middle leaves the later half; time runs from right to left."""
    page.goto("/?place=loc:~fao&sort=oldest")
    handle, track = page.locator(".handle.start"), page.locator(".track")
    expect(handle).to_be_visible()
    grip, room = handle.bounding_box(), track.bounding_box()
    assert grip is not None
    assert room is not None
    assert grip["x"] > room["x"] + room["width"] / 2
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(room["x"] + room["width"] / 2, room["y"] + 10, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2024-0[5-8]"))
    expect(page.locator(".hit time").first).to_have_attribute("datetime", re.compile("2024-0[5-8]"))
    assert "to" not in asked(page)


def test_timeline_is_moved_by_keys(page: Page) -> None:
    """The handles are sliders: Home and arrows choose a period, and say which in words."""
    page.goto("/?place=loc:~fao")
    end = page.get_by_role("slider", name="نهاية الفترة")
    before = end.get_attribute("aria-valuetext") or ""
    end.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("to=2024-0[12]"))
    assert (end.get_attribute("aria-valuetext") or "") != before
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"


def test_an_article_is_reached_and_left_through_its_names(page: Page) -> None:
    """From a hit to the article, to a name in its text, and on to all articles that name it."""
    page.goto("/?q=الناقل الوطني")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.locator(".body a.name.ORG").first.click()
    expect(page.locator("h1")).to_have_text("البنك الدولي")
    page.get_by_role("link", name="كل مقالاته في البحث").click()
    expect(page.locator(".hit").first).to_be_visible()
    assert asked(page)["org"][0].startswith("=org:")


def test_headlines_lead_to_spread_and_carriers(page: Page) -> None:
    """The first of the ranking opens with its plot drawn and a row for each carrier."""
    page.goto("/headlines?window=all")
    page.locator(".ranking h2 a").first.click()
    assert page.locator(".spread polyline").get_attribute("points")
    assert page.locator("table.wide tbody tr").count() >= 4


def test_language_and_colours_stay_chosen(page: Page) -> None:
    """English turns texts and direction, dark turns the ground, and the next page remembers both."""
    page.goto("/headlines?window=all")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("link", name="Names").click()
    expect(page.locator("h1")).to_have_text("People, places, organisations")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
    assert asked(page) == {}


def test_arabic_titles_stand_at_their_own_side_in_english(page: Page) -> None:
    """An Arabic title and its passage begin at the right in either language, so that both are ragged alike."""
    page.goto("/?q=النفط")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    first = page.locator(".hit").first
    for part in (first.locator("h2"), first.locator(".passage")):
        expect(part).to_have_css("direction", "rtl")
    first.locator("h2 a").click()
    expect(page.locator("h1")).to_have_css("direction", "rtl")


def test_fonts_are_our_own(page: Page) -> None:
    """Arabic is set in the fonts that the desk brings, and nothing is asked of any other host."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto("/")
    page.evaluate("document.fonts.ready")
    for font in ('16px "Desk Sans"', '700 16px "Desk Naskh"'):
        assert page.evaluate("(font) => document.fonts.check(font, 'خبر')", font)
    assert hosts == {urlsplit(page.url).netloc}


def test_line_moves_by_itself(page: Page) -> None:
    """The counters change without a reload, and the page says that it is live."""
    page.goto("/line")
    expect(page.locator("#live-state")).to_contain_text("مباشر")
    cell = page.locator('[data-part="stages"] tbody td').nth(1)
    before = cell.inner_text()
    expect(cell).not_to_have_text(before)


def test_files_are_chosen_dropped_and_pasted(page: Page, stand: Stand, tmp_path: Path) -> None:
    """A chosen file, a dropped one and a pasted text arrive in the inbox; a wrong one is told."""
    page.goto("/line")
    chosen = tmp_path / "خبر-مختار.txt"
    chosen.write_text("نص مختار", encoding="utf-8")
    page.locator("#files").set_input_files(chosen)
    page.get_by_role("button", name="أرسل إلى الوارد").click()
    expect(page.locator("#outcome")).to_contain_text("خبر-مختار.txt")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["نص مسقط"], "dropped.txt", {type: "text/plain"}));
          data.items.add(new File(["x"], "bad.exe"));
          const drop = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
          document.getElementById("drop").dispatchEvent(drop);
        }"""
    )
    expect(page.locator("#outcome")).to_contain_text("bad.exe")
    page.locator("#text").fill("نص ملصق")
    page.get_by_role("button", name="ضع النص في الوارد").click()
    expect(page.locator("#outcome")).to_contain_text("pasted.txt")
    written = {file.read_text(encoding="utf-8") for file in stand.settings.inbox.glob("desk/*.txt")}
    assert {"نص مختار", "نص مسقط", "نص ملصق"} <= written


def test_rejects_are_replayed_with_a_click(page: Page, stand: Stand) -> None:
    """The button of a reason hands its rejects to the line and tells what came of it."""
    stand.hooks.replayed.clear()
    page.goto("/line")
    page.get_by_role("button", name=re.compile("أعد إرسال كل ما رُفض بسبب.*لا حرف فيه")).click()
    expect(page.locator(".outcome")).to_contain_text("قُبل")
    assert stand.hooks.replayed == [("empty", ())]


@pytest.mark.parametrize(
    "path",
    [
        "/?q=خبيث&copies=all",
        '/?q="><script>alert(1)</script>&person=="><img src=x onerror=alert(1)>&from=x&sort=<b>',
        f"/articles/{ID}",
        f"/articles/{ID}/cut",
        f"/articles/{ID}/original",
        f"/headlines/{HEADLINE_ID}",
        "/headlines?window=all&q=خبيث",
        "/entities?q=خبيث",
        f"/entities/{ENTITY_ID}",
        "/entities/<script>alert(1)</script>",
        "/line",
        "/<script>alert(1)</script>",
    ],
)
def test_hostile_texts_are_shown_and_never_run(page: Page, path: str) -> None:
    """Whatever a document or an address holds stands on the page as text: no element, no dialog, no refused script."""
    page.goto(path)
    page.wait_for_load_state("networkidle") if path != "/line" else page.wait_for_timeout(300)
    assert page.locator("img, svg[onload], a[href^='javascript'], [onerror], [onclick]").count() == 0
    assert page.locator("main script").count() == 0
    if ID in path or HEADLINE_ID in path:
        expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")


def test_hostile_suggestions_are_text(page: Page) -> None:
    """A suggestion made of a hostile title is text in the list."""
    page.goto("/")
    page.locator("#q").press_sequentially("خبيث")
    expect(page.get_by_role("option").first).to_contain_text("<script>")
    assert page.locator("#suggestions img, #suggestions script, #suggestions a").count() == 0


def test_keyboard_reaches_everything(page: Page) -> None:
    """Tabbing through the search page comes by every link, button, field and handle, in order, and each shows it."""
    page.goto("/?place=loc:~fao")
    stops = page.evaluate(f"{STOPS}.length")
    hidden = []
    for _ in range(stops + 12):  # a field for a date has several stops of its own
        page.keyboard.press("Tab")
        if (unseen := page.evaluate(REACHED)) is not None:
            hidden.append(unseen)
    assert stops > 60
    assert hidden == []
    assert page.evaluate(f"{STOPS}.filter((one) => !one.dataset.reached).map((one) => one.outerHTML)") == []


def test_first_tab_skips_to_the_content(page: Page) -> None:
    """The first stop is a link past the frame."""
    page.goto("/entities")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("path", ["/?place=loc:~fao", "/headlines?window=all", "/entities", "/line", f"/articles/{ID}"])
def test_a_phone_scrolls_in_one_direction_only(browser: Browser, stand: Stand, path: str) -> None:
    """On a narrow screen no page is wider than it, in either language, and filters are folded away."""
    for language in ("ar", "en"):
        context = browser.new_context(base_url=stand.url, viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": "sada_language", "value": language, "url": stand.url}])
        page, wrong = context.new_page(), []
        watch_for_trouble(page, wrong)
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        if path.startswith("/?"):
            assert page.locator(".filters details").get_attribute("open") is None
        context.close()
        assert wrong == []
