"""One desk for all tests of its pages: the samples, some older articles, rejects and hostile texts behind it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from schemas import Reason, Rejected, Settings, StageName
from schemas.indices import ARTICLES
from sinks.actions import Action
from sinks.actions import write as put
from tests.desk.filled import fill, samples, write
from tests.desk.hostile_documents import hostile
from tests.desk.stand import Stand, serving

OLDER = 45
"""Articles beside the samples, one every ten days, so that there are pages and a timeline."""


@pytest.fixture(scope="package")
def stand(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Serve a desk over an index of its own."""
    home = tmp_path_factory.mktemp("desk")
    settings = Settings(
        _env_file=None,
        inbox=home / "inbox",
        state_dir=home / "state",
        elasticsearch=elasticsearch_url,
        index_prefix=f"t{uuid.uuid4().hex[:10]}",
    )
    output = fill(settings, samples(settings), [_reject(number) for number in range(3)])
    write(settings, [*hostile(settings), *(_older(settings, number) for number in range(OLDER))])
    with serving(settings) as served:
        served.articles = {article.facts.title or "": article.article_id for article in output.articles}
        served.headlines = {headline.text: headline.headline_id for headline in output.headlines}
        yield served


@pytest.fixture
def page(browser: Browser, stand: Stand) -> Iterator[Page]:
    """Open a page of its own in Arabic; an error of a script, or a dialog, fails the test."""
    context = browser.new_context(base_url=stand.url, viewport={"width": 1280, "height": 900})
    wrong: list[str] = []
    opened = context.new_page()
    watch_for_trouble(opened, wrong)
    yield opened
    context.close()
    assert wrong == []


def watch_for_trouble(page: Page, wrong: list[str]) -> None:
    """Note dialogs, errors of scripts, and what the content security policy refuses."""

    def dismiss(dialog: object) -> None:
        wrong.append("a dialog opened")
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)


def _reject(number: int) -> Rejected:
    return Rejected(
        reject_id=f"{number:032x}",
        stage=StageName.READ,
        reason=Reason.EMPTY if number else Reason.BINARY,
        message=f"page-{number}.txt: 0 bytes without a single letter",
        path=f"old/page-{number}.txt",
        rejected_at=datetime(2025, 4, 20, 10, number, tzinfo=UTC),
    )


def _older(settings: Settings, number: int) -> Action:
    article_id = f"{number:032x}"
    month, source = number % 12 + 1, ("وكالة الساحل", "صحيفة النهار", "قناة الأفق")[number % 3]
    document = {
        "article_id": article_id, "root_id": article_id, "story_id": article_id, "embedded": False,
        "paths": [f"older/{number}.txt"], "path_count": 1, "encoding": "utf-8", "site": "generic",
        "rules_version": "1", "captured_at": "2025-01-01T00:00:00+00:00", "read_at": "2025-01-01T00:00:00+00:00",
        "title": f"تقرير الموانئ رقم {number}", "published": f"2024-{month:02}-15", "source": source,
        "body": f"يتناول التقرير رقم {number} حركة السفن في ميناء الفاو وأرصفته.",
        "entities": [{"text": "ميناء الفاو", "kind": "LOC", "start": 0, "end": 11, "entity_id": "loc:~fao",
                      "name": "ميناء الفاو"}],
        "entity_ids": ["loc:~fao"], "places": ["ميناء الفاو"], "names": ["ميناء الفاو"],
    }  # fmt: skip
    return put(ARTICLES.alias(settings.index_prefix), article_id, document)
