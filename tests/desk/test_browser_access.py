"""Every page of the desk looked at for barriers by axe, in both languages and both kinds of colours."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.desk.stand import Stand

pytestmark = pytest.mark.servers

TITLE = "غوتيريش يدعو إلى تحرك عاجل لمواجهة شح المياه في المنطقة العربية"
COLOURS = {"runOnly": ["color-contrast"]}


def pages(stand: Stand) -> dict[str, str]:
    """Name the address of every kind of page."""
    article = f"/articles/{stand.articles[TITLE]}"
    return {
        "search": "/?q=المياه&source=%3Dصحيفة+الاتحاد",
        "nothing": "/?q=قسطنطينوبوليس",
        "article": article,
        "cut": f"{article}/cut",
        "original": f"{article}/original",
        "headlines": "/headlines?window=all",
        "headline": f"/headlines/{stand.headlines[TITLE]}",
        "entities": "/entities",
        "entity": "/entities/loc%3A~fao",
        "line": "/line",
        "missing": "/nowhere",
    }


def barriers(page: Page, options: dict[str, list[str]] | None = None) -> list[str]:
    """Return what axe calls serious or critical, with the elements."""
    found = Axe().run(page, options=options or {})
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    "name",
    [
        "search", "nothing", "article", "cut", "original", "headlines", "headline", "entities", "entity", "line",
        "missing",
    ],
)  # fmt: skip
def test_no_serious_barrier(browser: Browser, stand: Stand, name: str) -> None:
    """All rules in Arabic by day and in English by night; the colours in the two other pairs as well."""
    for language, whole in (("ar", "light"), ("en", "dark")):
        context = browser.new_context(base_url=stand.url, color_scheme=whole)
        context.add_cookies([{"name": "sada_language", "value": language, "url": stand.url}])
        page = context.new_page()
        page.goto(pages(stand)[name])
        assert barriers(page) == [], (language, whole)
        page.emulate_media(color_scheme="dark" if whole == "light" else "light")
        assert barriers(page, COLOURS) == [], language
        context.close()
