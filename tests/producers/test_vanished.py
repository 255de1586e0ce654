"""Files removed from the inbox, forgotten articles and files to be sent again, as the watcher sees them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from producers.registry import Registry
from producers.vanished import Retractor
from schemas import Settings
from schemas.identity import article_id
from tests.producers.fakes import Broker, send_once, until
from tests.producers.test_watcher import house, texts, watching


class Inbox:
    """An inbox whose scans the test asks for; files are scanned and settled, then deletions looked at."""

    def __init__(self, tmp_path: Path, **values: Any) -> None:
        base: dict[str, Any] = {"inbox": tmp_path / "inbox", "state_dir": tmp_path / "state", "settle_seconds": 0.0}
        self.settings = Settings(_env_file=None, **(base | values))
        self.settings.inbox.mkdir(exist_ok=True)
        self.broker = Broker()
        self.registry = Registry(self.settings.state_dir / "registry.sqlite", self.settings.inbox)
        self.retractor = Retractor(self.registry, self.broker, threading.Event())

    def write(self, *names: str) -> None:
        """Write a file of its own text for each of `names`."""
        for name in names:
            (self.settings.inbox / name).write_text(f"خبر {name}")

    def scan(self) -> int:
        """Send what is new, then take back what has vanished twice; return how many."""
        assert send_once(self.settings, self.broker)
        return self.retractor.after_scan()

    def texts(self) -> set[str]:
        """Return the texts of the articles that stand."""
        return {article.text.removeprefix("خبر ") for article in self.broker.articles().values()}

    def remove(self, *names: str) -> None:
        """Remove files."""
        for name in names:
            (self.settings.inbox / name).unlink()


def test_deleted_file_is_taken_back_at_the_second_scan(tmp_path: Path) -> None:
    """Gone at two scans the article goes, once; the file being put back, it comes back."""
    inbox = Inbox(tmp_path)
    inbox.write("a.txt", "b.txt", "c.txt")
    inbox.scan()
    inbox.remove("a.txt")
    assert (inbox.scan(), inbox.scan(), inbox.scan()) == (0, 1, 0)
    assert inbox.texts() == {"b.txt", "c.txt"}
    inbox.write("a.txt")
    inbox.scan()
    assert inbox.texts() == {"a.txt", "b.txt", "c.txt"}


def test_moved_file_and_file_that_returns_are_no_deletion(tmp_path: Path) -> None:
    """A move within the inbox, a copy that stays, a file away at one scan only: nothing is taken back."""
    inbox = Inbox(tmp_path)
    inbox.write("a.txt", "b.txt", "c.txt", "d.txt")
    shutil.copy(inbox.settings.inbox / "b.txt", inbox.settings.inbox / "copy.txt")
    inbox.scan()
    (inbox.settings.inbox / "a.txt").rename(inbox.settings.inbox / "moved.txt")
    inbox.remove("b.txt")
    aside = (inbox.settings.inbox / "c.txt").rename(tmp_path / "aside")
    assert inbox.scan() == 0
    aside.rename(inbox.settings.inbox / "c.txt")
    assert (inbox.scan(), inbox.scan()) == (0, 0)
    assert inbox.texts() == {"a.txt", "b.txt", "c.txt", "d.txt"}


def test_inbox_that_vanished_takes_nothing_back(tmp_path: Path) -> None:
    """An inbox that is empty all at once, or has lost more than half, is believed at no scan; half is."""
    inbox = Inbox(tmp_path)
    inbox.write("a.txt", "b.txt", "c.txt", "d.txt")
    inbox.scan()
    aside = inbox.settings.inbox.rename(tmp_path / "unmounted")
    inbox.settings.inbox.mkdir()
    assert [inbox.scan() for _ in range(3)] == [0, 0, 0]
    inbox.settings.inbox.rmdir()
    aside.rename(inbox.settings.inbox)
    inbox.scan()
    inbox.remove("a.txt", "b.txt", "c.txt")
    assert [inbox.scan() for _ in range(3)] == [0, 0, 0]
    inbox.write("c.txt")
    assert (inbox.scan(), inbox.scan()) == (2, 0)
    assert inbox.texts() == {"c.txt", "d.txt"}


@pytest.mark.parametrize("told", [True, False])
def test_the_watcher_follows_deletions_only_when_told(tmp_path: Path, told: bool) -> None:
    """The role takes a deleted file's article back if the setting is on; it is off by default."""
    assert not Settings(_env_file=None).retract_deleted
    settings, broker = house(tmp_path, rescan_seconds=0.1, retract_deleted=told), Broker()
    with watching(settings, broker):
        for name in ("a", "b"):
            (settings.inbox / f"{name}.txt").write_text(f"خبر {name}")
        assert until(lambda: len(texts(broker)) == 2)
        (settings.inbox / "a.txt").unlink()
        assert until(lambda: texts(broker) == {"خبر b"}, 5.0 if told else 0.5) == told


def test_forgotten_article_is_not_sent_until_that_is_lifted(tmp_path: Path) -> None:
    """Its text does not leave the inbox; lifted and asked for again, it does at the next scan."""
    inbox = Inbox(tmp_path)
    one = article_id("خبر a.txt")
    inbox.registry.forget([one])
    inbox.write("a.txt", "b.txt")
    inbox.scan()
    assert inbox.texts() == {"b.txt"}
    inbox.registry.forget([one], lift=True)
    assert inbox.registry.send_again(articles=[one]) == {one}
    inbox.scan()
    assert inbox.texts() == {"a.txt", "b.txt"}


def test_refused_file_is_read_again_when_asked(tmp_path: Path) -> None:
    """Mended by new settings the file is sent and its reject taken back; unmended the reject stands."""
    inbox = Inbox(tmp_path, max_file_bytes=10)
    inbox.write("a-long-name.txt")
    inbox.scan()
    (refused,) = inbox.broker.rejects()
    assert inbox.registry.send_again(rejects=[refused, "0" * 32]) == {refused}
    inbox.scan()
    assert set(inbox.broker.rejects()) == {refused}
    inbox.settings = inbox.settings.model_copy(update={"max_file_bytes": 1000})
    inbox.registry.send_again(rejects=[refused])
    inbox.scan()
    assert (inbox.texts(), inbox.broker.rejects()) == ({"a-long-name.txt"}, {})
