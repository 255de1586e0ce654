"""Events as hints: what watchdog's events say of a path, and when only a scan helps."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import (
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
)

from producers.hints import Hints, Watch
from tests.producers.fakes import until

ROOT = Path("/inbox")


def hints_after(*events: object, most: int = 10) -> Hints:
    """Feed `events` to fresh hints."""
    hints = Hints(ROOT, most)
    for event in events:
        hints.on_any_event(event)
    return hints


def test_close_means_finished() -> None:
    """The last event of a file decides, and a file is queued once."""
    hints = hints_after(
        FileCreatedEvent("/inbox/a.txt"), FileModifiedEvent("/inbox/a.txt"), FileClosedEvent("/inbox/a.txt")
    )
    assert hints.take(10) == [("a.txt", True)]
    assert hints.take(10) == []


def test_write_after_close_means_unfinished() -> None:
    """A file that is written to again waits again."""
    hints = hints_after(FileClosedEvent("/inbox/a.txt"), FileModifiedEvent("/inbox/a.txt"))
    assert hints.take(10) == [("a.txt", False)]


def test_move_names_both_ends() -> None:
    """The new name is finished, the old one is looked at; ends outside the inbox are not ours."""
    hints = hints_after(
        FileMovedEvent("/inbox/a.part", "/inbox/a.txt"),
        FileMovedEvent("", "/inbox/in.txt"),
        FileMovedEvent("/inbox/out.txt", ""),
        FileDeletedEvent("/inbox/d.txt"),
        FileClosedEvent("/inboxes/e.txt"),
    )
    assert hints.take(10) == [
        ("a.part", False), ("a.txt", True), ("in.txt", True), ("out.txt", False), ("d.txt", False),
    ]  # fmt: skip


def test_take_is_bounded_and_in_order() -> None:
    """Hints are handed out oldest first, no more than asked."""
    hints = hints_after(*(FileClosedEvent(f"/inbox/{number}") for number in range(5)))
    assert [path for path, _ in hints.take(3)] == ["0", "1", "2"]
    assert [path for path, _ in hints.take(3)] == ["3", "4"]


def test_too_many_hints_become_a_scan() -> None:
    """Beyond the bound hints are dropped and a scan is asked for, once."""
    hints = hints_after(*(FileClosedEvent(f"/inbox/{number}") for number in range(11)))
    assert len(hints.take(99)) == 1
    assert hints.lost()
    assert not hints.lost()


def test_lost_folder_asks_for_a_scan() -> None:
    """A folder that is gone says nothing of the files it held."""
    assert hints_after(DirDeletedEvent("/inbox/x")).lost()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, Hints, Watch]]:
    """A real observer on a real folder."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    hints = Hints(inbox)
    watch = Watch(inbox, hints)
    watch.ensure()
    hints.lost()
    yield inbox, hints, watch
    watch.stop()


def gathered(hints: Hints, *wanted: tuple[str, bool]) -> bool:
    """Wait until all of `wanted` were among the hints."""
    seen: set[tuple[str, bool]] = set()

    def all_there() -> bool:
        seen.update(hints.take(100))
        return set(wanted) <= seen

    return until(all_there)


def test_kernel_events_arrive(watched: tuple[Path, Hints, Watch], tmp_path: Path) -> None:
    """Written, renamed and moved-in files are finished; a hard link only shows up."""
    inbox, hints, _ = watched
    (tmp_path / "old.txt").write_text("خبر")
    os.utime(tmp_path / "old.txt", (1, 1))
    (inbox / "a.txt").write_text("خبر")
    (inbox / "b.part").write_text("خبر")
    (inbox / "b.part").rename(inbox / "b.txt")
    (tmp_path / "old.txt").rename(inbox / "c.txt")
    (inbox / "d.txt").hardlink_to(inbox / "a.txt")
    assert gathered(hints, ("a.txt", True), ("b.txt", True), ("c.txt", True), ("d.txt", False))


def test_new_folders_are_watched(watched: tuple[Path, Hints, Watch]) -> None:
    """Files in folders made later are seen too."""
    inbox, hints, _ = watched
    (inbox / "x" / "y").mkdir(parents=True)
    time.sleep(0.2)
    (inbox / "x" / "y" / "a.txt").write_text("خبر")
    assert gathered(hints, ("x/y/a.txt", True))


def test_dead_reader_is_replaced(watched: tuple[Path, Hints, Watch]) -> None:
    """If one of watchdog's threads has ended, the next look starts a new observer and asks for a scan."""
    inbox, hints, watch = watched
    assert watch._observer is not None
    for emitter in watch._observer.emitters:
        emitter.stop()
        emitter.join()
    watch.ensure()
    assert hints.lost()
    (inbox / "a.txt").write_text("خبر")
    assert gathered(hints, ("a.txt", True))


def test_watchdogs_warning_asks_for_a_scan(watched: tuple[Path, Hints, Watch]) -> None:
    """Watchdog tells of an overflow only in its log; that is heard."""
    _, hints, _ = watched
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")
    assert hints.lost()


def test_new_inbox_under_the_same_name_is_watched(watched: tuple[Path, Hints, Watch]) -> None:
    """An inbox that was removed and made again gets a new observer, and a scan for what was missed."""
    inbox, hints, watch = watched
    shutil.rmtree(inbox)
    watch.ensure()
    inbox.mkdir()
    watch.ensure()
    assert hints.lost()
    (inbox / "a.txt").write_text("خبر")
    assert gathered(hints, ("a.txt", True))
