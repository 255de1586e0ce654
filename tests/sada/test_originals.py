"""Where a page as scraped is found again: in the inbox while it is unchanged, else on the topic of raw articles."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producers.reading import read_articles
from sada.originals import find_in_inbox, find_on_topic
from schemas import RawArticle, Settings, encode, identity
from schemas.letter import Letter
from schemas.partition import partition_of
from schemas.topics import RAW
from sinks.outbox import Outbox
from streams.topics import ensure_topics
from tests.raws import raw_article

TEXT = "عنوان الخبر\n\nافتتح المحافظ اليوم جسراً جديداً فوق النهر بعد ثلاث سنوات من العمل.\n"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of a line with one page in its inbox."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "page.txt").write_text(TEXT, encoding="utf-8")
    return Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path / "state")


def test_the_file_is_found_while_it_holds_this_text(house: Settings) -> None:
    """The first path that holds the very article is taken; an edited file is not."""
    (raw,) = read_articles([house.inbox / "page.txt"], house)
    assert isinstance(raw, RawArticle)
    found = find_in_inbox(house, raw.article_id, ["gone.txt", "page.txt"])
    assert found is not None
    assert (found[0].text, found[1]) == (raw.text, "page.txt")
    (house.inbox / "page.txt").write_text("نص آخر تماماً في هذا الملف", encoding="utf-8")
    assert find_in_inbox(house, raw.article_id, ["page.txt"]) is None


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd.txt", "a/../../secret.txt", ".hidden.txt", "secret"])
def test_no_path_leads_out_of_the_inbox(house: Settings, path: str) -> None:
    """A path of a document that is none of the inbox's is not opened, even if the text is the same."""
    (house.inbox.parent / "secret.txt").write_text(TEXT, encoding="utf-8")
    (house.inbox / ".hidden.txt").write_text(TEXT, encoding="utf-8")
    assert find_in_inbox(house, identity.article_id(TEXT), [path]) is None


@pytest.mark.servers
def test_the_topic_has_what_the_inbox_lost(settings: Callable[..., Settings], fresh_topics: None) -> None:
    """The message is found by its key and the moment that it was read; one that never was is not."""
    house = settings()
    ensure_topics(house)
    now = datetime.now(UTC)
    raws = [raw_article(f"{TEXT} {number}", captured_at=now, read_at=now) for number in range(20)]
    letters = [
        Letter(RAW.name, raw.article_id.encode(), encode(raw), partition_of(raw.article_id.encode(), house.partitions))
        for raw in raws
    ]
    with closing(Outbox(house)) as outbox:
        outbox.deliver(letters)
    assert find_on_topic(house, raws[7].article_id, now) == raws[7]
    assert find_on_topic(house, identity.article_id("never sent"), now) is None
    assert find_on_topic(house, raws[7].article_id, now + timedelta(hours=2)) is None
