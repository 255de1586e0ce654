"""A number of made-up articles enters a fresh index; a table leaves: how long a reader of the desk waits.

usage: python -m bench.desk [ARTICLES [ELASTICSEARCH_URL]]   (100,000; a local server without address)
Milliseconds as median and 95th percentile of `ROUNDS` rounds after one to warm up. "answer" is asked without a browser:
all that the desk does, the index included. "paint" is the first contentful paint of Chromium on an empty cache, and
"typed" the time from the last letter to the new results on the page, its own pause for the typist (150 ms) included.
"""

from __future__ import annotations

import html
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

import httpx
from playwright.sync_api import Browser

from bench.relevance import serving
from bench.search_speed import filled
from tests.browser import find_chromium, open_browser
from tests.desk import stand

ROUNDS = 15
PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
    const first = list.getEntriesByName("first-contentful-paint")[0];
    if (first) done(first.startTime);
}).observe({type: "paint", buffered: true}))"""
TYPE = """(word) => new Promise((done) => {
    const box = document.getElementById("q"), begun = performance.now();
    new MutationObserver((_, watch) => { watch.disconnect(); done(performance.now() - begun); })
        .observe(document.getElementById("results"), {childList: true});
    box.value = word;
    box.dispatchEvent(new Event("input"));
})"""
"""Both run in the page and answer in milliseconds; its policy lets nobody evaluate strings there again and again."""
QUESTIONS = {
    "words": "q=أسعار النفط",
    "a phrase": 'q="منظمة الصحة العالمية"',
    "everything": "",
    "still typing": "q=وزير الخا&typing=1",
    "filters and days": "q=المياه&place=القاهرة&from=2024-01-01&to=2024-12-31",
    "newest first": "q=الحكومة&sort=newest",
    "page 400": "q=اليوم&page=400",
}

Row = tuple[str, list[float]]


def answers(url: str) -> Iterator[Row]:
    """Ask for the part of the search page that changes, and for the other pages whole."""
    with httpx.Client(base_url=url, headers={"accept": "text/html"}, timeout=60) as client:
        first = client.get("/").text
        found = {kind: re.search(rf'href="(/{kind}/[^"]+)"', first) for kind in ("articles", "entities")}
        pages = {name: f"/search/results?{query}" for name, query in QUESTIONS.items()}
        pages |= {kind: html.unescape(link[1]) for kind, link in found.items() if link is not None}
        pages |= {
            "headlines of the week": "/headlines",
            "names": "/entities",
            "suggestions": "/search/suggestions?q=غوت",
        }
        if (deep := past_ten_thousand(client)) is not None:
            pages |= {"past the 10,000th": deep}
        for name, path in pages.items():
            yield f"answer: {name}", repeat(lambda path=path: client.get(path).raise_for_status())  # type: ignore[misc]


def past_ten_thousand(client: httpx.Client) -> str | None:
    """Turn pages beyond the last that has a number, and return where that leads; null of fewer articles."""
    path = "/?copies=all&page=500"
    for _ in range(2):
        link = re.search(r'href="([^"]*after=[^"]*)"', client.get(path).raise_for_status().text)
        if link is None:
            return None
        path = html.unescape(link[1])
    assert '<article class="hit">' in client.get(path).text
    return path


def paints(browser: Browser, url: str) -> Iterator[Row]:
    """Open pages as a new reader does."""
    for name, path in {"search": "/?q=أسعار النفط", "headlines": "/headlines", "names": "/entities"}.items():
        taken = []
        for _ in range(ROUNDS):
            context = browser.new_context(base_url=url)
            page = context.new_page()
            page.goto(path)
            taken.append(float(page.evaluate(PAINT)))
            context.close()
        yield f"paint: {name}", taken


def typed(browser: Browser, url: str) -> Row:
    """Type a word's last letter and wait for the results that it brings."""
    page = browser.new_page(base_url=url)
    page.goto("/")
    words = ("النفط", "المياه", "الحكومة", "الذهب")
    taken = []
    for number in range(ROUNDS):
        taken.append(float(page.evaluate(TYPE, words[number % len(words)])))
        page.wait_for_timeout(300)
    return "typed: results on the page", taken


def repeat(ask: Callable[[], object]) -> list[float]:
    """Ask once to warm up, then `ROUNDS` times; milliseconds."""
    ask()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def main(arguments: Sequence[str]) -> None:
    """Fill, measure, print."""
    number = int(arguments[0]) if arguments else 100_000
    program = find_chromium()
    assert program is not None, "no Chromium here"
    with (
        tempfile.TemporaryDirectory() as home,
        serving(arguments[1] if len(arguments) > 1 else None) as address,
        filled(address, number) as (settings, _),
        stand.serving(
            settings.model_copy(update={"inbox": Path(home, "inbox"), "state_dir": Path(home, "state")})
        ) as desk,
    ):
        print(f"{number} articles; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
        print(f"{'what':34} {'median ms':>10} {'95 % ms':>10}")
        with open_browser(program, Path(home)) as browser:
            for name, taken in (*answers(desk.url), *paints(browser, desk.url), typed(browser, desk.url)):
                print(f"{name:34} {median(taken):10.0f} {quantiles(taken, n=20)[-1]:10.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
