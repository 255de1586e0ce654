"""The role as a whole, on real files and a broker that only remembers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from producers.folder import Globs, Signature, scan
from producers.watcher import watch
from schemas import Settings
from schemas.identity import article_id
from tests.producers.fakes import Broker, send_once, until


def house(tmp_path: Path, **values: Any) -> Settings:
    """Settings of an inbox in `tmp_path`, scanned so rarely that only hints can be quick."""
    base: dict[str, Any] = {"inbox": tmp_path / "inbox", "state_dir": tmp_path / "state", "rescan_seconds": 60.0}
    return Settings(_env_file=None, **(base | {"settle_seconds": 0.1} | values))


@contextmanager
def watching(settings: Settings, broker: Broker) -> Iterator[None]:
    """Run the role in a thread; leaving the block stops it and waits."""
    settings.inbox.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    role = threading.Thread(target=watch, args=(settings, broker, stop))
    role.start()
    time.sleep(0.2)
    try:
        yield
    finally:
        stop.set()
        role.join(timeout=60.0)
        assert not role.is_alive()


def texts(broker: Broker) -> set[str]:
    """Return the texts that the broker holds."""
    return {article.text for article in broker.articles().values()}


def test_dropped_files_are_sent(tmp_path: Path) -> None:
    """Files there before the start, written, renamed, moved in and linked later: each is sent once."""
    settings, broker = house(tmp_path), Broker()
    (tmp_path / "inbox" / "deep").mkdir(parents=True)
    (tmp_path / "inbox" / "deep" / "before.txt").write_text("قبل")
    (tmp_path / "aside.txt").write_text("قديم")
    os.utime(tmp_path / "aside.txt", (1, 1))
    with watching(settings, broker):
        (settings.inbox / "written.txt").write_text("مكتوب")
        (settings.inbox / "renamed.tmp").write_text("مسمى")
        (settings.inbox / "renamed.tmp").rename(settings.inbox / "renamed.txt")
        (tmp_path / "aside.txt").rename(settings.inbox / "moved.txt")
        (settings.inbox / ".hidden.txt").write_text("خفي")
        assert until(lambda: texts(broker) == {"قبل", "مكتوب", "مسمى", "قديم"})
    assert len(broker.messages) == 4


def test_a_closed_file_does_not_wait_for_a_scan(tmp_path: Path) -> None:
    """Idle, a closed file is with the broker long before the next scan."""
    settings, broker = house(tmp_path, rescan_seconds=3600.0), Broker()
    with watching(settings, broker):
        for number in range(20):
            (settings.inbox / f"{number}.txt").write_text(f"خبر {number}")
            assert until(lambda: len(broker.messages) == number + 1)  # noqa: B023 - called at once


def test_file_without_close_waits_until_it_stands_still(tmp_path: Path) -> None:
    """A file that its writer keeps open is sent once it stands still, and not half-way."""
    settings, broker = house(tmp_path, settle_seconds=0.3), Broker()
    with watching(settings, broker), (settings.inbox / "a.txt").open("w") as file:
        for word in ("أول", " ثان", " ثالث"):
            file.write(word)
            file.flush()
            time.sleep(0.1)
        assert broker.messages == []
        assert until(lambda: texts(broker) == {"أول ثان ثالث"})


def test_edit_and_delete_while_watching(tmp_path: Path) -> None:
    """An edited file replaces its article; a deleted one leaves it."""
    settings, broker = house(tmp_path), Broker()
    with watching(settings, broker):
        (settings.inbox / "a.txt").write_text("أول")
        assert until(lambda: texts(broker) == {"أول"})
        (settings.inbox / "a.txt").write_text("ثان")
        assert until(lambda: texts(broker) == {"ثان"})
        (settings.inbox / "a.txt").unlink()
        time.sleep(0.3)
    assert texts(broker) == {"ثان"}
    assert broker.articles()[article_id("ثان")].supersedes == (article_id("أول"),)


def test_renamed_file_is_one_article_under_its_new_name(tmp_path: Path) -> None:
    """After a rename within the inbox the article names the new path alone."""
    settings, broker = house(tmp_path), Broker()
    with watching(settings, broker):
        (settings.inbox / "a.txt").write_text("خبر")
        assert until(lambda: len(broker.messages) == 1)
        (settings.inbox / "a.txt").rename(settings.inbox / "b.txt")
        assert until(lambda: broker.articles()[article_id("خبر")].paths == ("b.txt",))


def test_scan_finds_what_no_event_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no events at all, as on a network share, the periodic scan finds new, edited and removed files."""
    monkeypatch.setattr("producers.hints.Watch.ensure", lambda _: None)
    settings, broker = house(tmp_path, rescan_seconds=0.1), Broker()
    with watching(settings, broker):
        (settings.inbox / "a.txt").write_text("أول")
        assert until(lambda: texts(broker) == {"أول"})
        (settings.inbox / "a.txt").rename(settings.inbox / "b.txt")
        assert until(lambda: broker.articles()[article_id("أول")].paths == ("b.txt",))
        (settings.inbox / "b.txt").write_text("ثان")
        assert until(lambda: texts(broker) == {"ثان"})


def test_folders_that_come_do_not_keep_the_scan_going(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each folder moved in asks for a scan: scans take a fifth of the time all the same, and files do not wait."""
    settings, broker, scans = house(tmp_path), Broker(), list[float]()

    def slow(root: Path, given: Globs) -> Iterator[list[tuple[str, Signature]]]:
        scans.append(time.monotonic())
        time.sleep(0.3)
        return scan(root, given)

    monkeypatch.setattr("producers.watcher.scan", slow)
    with watching(settings, broker):
        for number in range(8):
            (tmp_path / "aside").mkdir()
            (tmp_path / "aside" / "a.txt").write_text(f"خبر {number}")
            (tmp_path / "aside").rename(settings.inbox / f"{number}")
            assert until(lambda sent=number + 1: len(broker.messages) == sent)
    assert all(later - sooner >= 1.5 for sooner, later in pairwise(scans))


def test_rejects_are_told_once_and_mended(tmp_path: Path) -> None:
    """A bad file is told once whatever the scans, good files around it pass, and mending takes it back."""
    settings, broker = house(tmp_path, rescan_seconds=0.1), Broker()
    with watching(settings, broker):
        (settings.inbox / "bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
        (settings.inbox / "good.txt").write_text("خبر")
        os.mkfifo(settings.inbox / "pipe.txt")
        assert until(lambda: len(broker.rejects()) == 2 and texts(broker) == {"خبر"})
        time.sleep(0.5)
        assert len(broker.messages) == 3
        (settings.inbox / "bad.txt").write_text("سليم")
        assert until(lambda: texts(broker) == {"خبر", "سليم"})
    assert {reject.path for reject in broker.rejects().values()} == {"pipe.txt"}
    assert (settings.inbox / "bad.txt").exists()


def test_many_files_at_once_arrive_once(tmp_path: Path) -> None:
    """Two thousand files written in one go, hints and scans together: one message each."""
    settings, broker = house(tmp_path, rescan_seconds=0.2), Broker()
    with watching(settings, broker):
        for number in range(2000):
            (settings.inbox / f"{number}.txt").write_text(f"خبر رقم {number}")
        assert until(lambda: len(broker.articles()) == 2000, 20.0)
        time.sleep(0.5)
    assert len(broker.messages) == 2000


def test_removed_inbox_is_waited_for(tmp_path: Path) -> None:
    """The inbox may vanish (a share that is unmounted) and return: nothing ends, nothing is taken back."""
    settings, broker = house(tmp_path, rescan_seconds=0.1), Broker()
    with watching(settings, broker):
        (settings.inbox / "a.txt").write_text("أول")
        assert until(lambda: texts(broker) == {"أول"})
        settings.inbox.rename(tmp_path / "away")
        time.sleep(0.4)
        (tmp_path / "away").rename(settings.inbox)
        (settings.inbox / "b.txt").write_text("ثان")
        assert until(lambda: texts(broker) == {"أول", "ثان"})
    assert all(message.value for message in broker.messages)


def test_one_shot_is_resumable(tmp_path: Path) -> None:
    """A one-shot over a folder sends what is new and says so; stopped before its end it says that too."""
    settings, broker = house(tmp_path, settle_seconds=0.0), Broker()
    settings.inbox.mkdir()
    (settings.inbox / "a.txt").write_text("أول")
    assert send_once(settings, broker)
    (settings.inbox / "b.txt").write_text("ثان")
    assert send_once(settings, broker)
    assert len(broker.messages) == 2
    stopped = threading.Event()
    stopped.set()
    assert not send_once(settings, broker, stopped)


def test_a_file_that_grows_for_ever_is_told_of_once(tmp_path: Path) -> None:
    """Past the limit it is refused without waiting for its end, and not again while it grows; smaller, it is read."""
    settings, broker = house(tmp_path, max_file_bytes=1000, rescan_seconds=0.1), Broker()
    settings.inbox.mkdir()
    with watching(settings, broker):
        with (settings.inbox / "log.txt").open("ab") as file:
            for _ in range(100):
                file.write(b"a" * 100)
                file.flush()
                time.sleep(0.01)
            assert until(lambda: len(broker.messages) == 1)
        time.sleep(0.3)
        assert len(broker.messages) == 1
        (settings.inbox / "log.txt").write_text("خبر")
        assert until(lambda: texts(broker) == {"خبر"})
