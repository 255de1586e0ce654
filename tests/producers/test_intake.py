"""The way of a batch: rows only after acks, the disk asked about other copies, whole histories end right."""

from __future__ import annotations

import sqlite3
import threading
import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from producers.intake import Intake, Progress
from producers.plan import Outgoing
from producers.registry import Registry
from schemas import RawArticle, Settings, decode
from schemas.identity import article_id
from tests.producers.fakes import Broker, send_once


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of an inbox in `tmp_path`, where files count as finished at once."""
    (tmp_path / "inbox").mkdir()
    return Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path / "state", settle_seconds=0.0)


def rows_in(house: Settings) -> int:
    """Count the rows of the registry's file, read beside its owner."""
    with closing(sqlite3.connect(house.state_dir / "registry.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM files").fetchone()[0])


def run_once(house: Settings, broker: Broker) -> bool:
    """Scan the inbox once; where no acks come, give up at once as after a stop."""
    if broker.acking:
        return send_once(house, broker)
    return _cut_off(house, broker)


def _cut_off(house: Settings, broker: Broker) -> bool:
    """Read everything and send it, then die before any ack: nothing more is written."""
    registry = Registry(house.state_dir / "registry.sqlite", house.inbox)
    intake = Intake(house, registry, broker, threading.Event())
    for path in sorted(house.inbox.rglob("*.txt")):
        intake.add(str(path.relative_to(house.inbox)))
    intake.ship()
    registry.close()
    return False


def test_rows_are_written_after_the_ack(house: Settings) -> None:
    """While acks are missing the registry has no row; with them it has one for each file."""
    (house.inbox / "a.txt").write_text("خبر أول")
    broker = Broker()
    broker.acking = False
    registry = Registry(house.state_dir / "registry.sqlite", house.inbox)
    intake = Intake(house, registry, broker, threading.Event())
    assert intake.add("a.txt") is None
    assert intake.ship()
    assert broker.told() == ["raw خبر أول a.txt"]
    assert rows_in(house) == 0
    broker.acking = True
    assert intake.drain()
    assert rows_in(house) == 1
    assert intake.progress == Progress(read=1, articles=1)
    registry.close()


def test_stop_without_acks_leaves_no_row(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop waits for the acks only so long; what lacks them is sent again by the next run."""
    monkeypatch.setattr("producers.intake.GRACE", 0.05)
    (house.inbox / "a.txt").write_text("خبر أول")
    broker, stop = Broker(), threading.Event()
    broker.acking = False
    registry = Registry(house.state_dir / "registry.sqlite", house.inbox)
    intake = Intake(house, registry, broker, stop)
    intake.add("a.txt")
    stop.set()
    assert not intake.drain()
    registry.close()
    assert rows_in(house) == 0
    broker.acking = True
    assert run_once(house, broker)
    assert broker.told() == ["raw خبر أول a.txt"] * 2


def test_second_run_says_nothing(house: Settings) -> None:
    """Files known from an earlier run are not even read."""
    for name in ("a.txt", "b.txt"):
        (house.inbox / name).write_text(f"خبر {name}")
    broker = Broker()
    assert run_once(house, broker)
    assert run_once(house, broker)
    assert len(broker.messages) == 2


def test_copy_whose_file_is_gone_counts_no_more(house: Settings) -> None:
    """Before an old text is called held by another file, that file is looked for."""
    for name in ("a.txt", "b.txt"):
        (house.inbox / name).write_text("نص واحد")
    broker = Broker()
    run_once(house, broker)
    (house.inbox / "b.txt").unlink()
    (house.inbox / "a.txt").write_text("نص آخر")
    run_once(house, broker)
    assert set(broker.articles()) == {article_id("نص آخر")}
    assert broker.articles()[article_id("نص آخر")].supersedes == (article_id("نص واحد"),)


def test_remaining_copy_is_sent_with_its_path(house: Settings) -> None:
    """After the edit of one copy the other's article names only the file that still holds it."""
    for name in ("a.txt", "b.txt"):
        (house.inbox / name).write_text("نص واحد")
    broker = Broker()
    run_once(house, broker)
    (house.inbox / "a.txt").write_text("نص آخر")
    run_once(house, broker)
    assert {article.paths for article in broker.articles().values()} == {("a.txt",), ("b.txt",)}


def test_batches_are_bounded(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many files go out in several batches, each acknowledged before the next is sent."""
    monkeypatch.setattr("producers.intake.BATCH_FILES", 4)
    for number in range(10):
        (house.inbox / f"{number}.txt").write_text(f"خبر رقم {number}")
    broker = Broker()
    seen: list[Progress] = []
    assert send_once(house, broker, on_progress=seen.append)
    assert len(broker.articles()) == 10
    assert [progress.articles for progress in seen] == [0, 4, 4, 8, 8, 10]


def test_memory_does_not_grow_with_the_inbox(house: Settings) -> None:
    """An inbox that is full at the start goes out batch by batch: three times the files take no more memory."""
    most: dict[int, int] = {}
    for upto in (1000, 3000):
        for number in range(max(most, default=0), upto):
            (house.inbox / f"{number}.txt").write_text(f"خبر رقم {number} {'كلام ' * 40}")
        tracemalloc.start()
        try:
            assert send_once(house, Forgetful())
            most[upto] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert rows_in(house) == 3000
    assert most[3000] < 1.3 * most[1000]


class Forgetful(Broker):
    """A broker that acknowledges and keeps nothing."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Take `messages`."""


def test_full_disk_is_waited_out(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that cannot be written is tried again; nothing is sent before the intent stands."""
    (house.inbox / "a.txt").write_text("خبر")
    monkeypatch.setattr("producers.intake.time.sleep", lambda _: None)
    registry = Registry(house.state_dir / "registry.sqlite", house.inbox, patience=0.0)
    other = sqlite3.connect(house.state_dir / "registry.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    broker = Broker()
    intake = Intake(house, registry, broker, threading.Event())
    intake.add("a.txt")
    release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
    release.start()
    assert intake.drain()
    release.join()
    other.close()
    registry.close()
    assert (len(broker.messages), rows_in(house)) == (1, 1)


def test_what_is_read_later_says_so_though_the_clock_was_set_back(
    house: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that is sent again after the clock went back a day still bears the later moment of the two."""
    moments = iter([datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)])

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(next(moments).timestamp(), tz)

    monkeypatch.setattr("producers.intake.datetime", Clock)
    broker = Broker()
    for name in ("a.txt", "b.txt"):
        (house.inbox / name).write_text("نص واحد")
        run_once(house, broker)
    first, second = [decode(RawArticle, message.value or b"").read_at for message in broker.messages]
    assert first < second == first + timedelta(microseconds=1)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abc"), st.sampled_from(["أول", "ثان", "ثالث", "", "12"])),
        st.tuples(st.just("run"), st.just("acked"), st.just("")),
        st.tuples(st.just("run"), st.just("cut off"), st.just("")),
    ),
    max_size=14,
)


@effort(deadline=None, max_examples=60)
@example(
    [("write", "a", ""), ("run", "acked", ""), ("write", "a", "أول"), ("run", "cut off", ""), ("write", "a", "")]
)  # the run that was cut off has taken the refusal back, which holds again
@given(STEPS)
def test_any_history_ends_in_what_the_files_hold(steps: list[tuple[str, str, str]]) -> None:
    """Written, edited, emptied, copied, with runs cut off between send and ack: Kafka ends with what is there."""
    with TemporaryDirectory() as place:
        house = Settings(_env_file=None, inbox=Path(place, "in"), state_dir=Path(place, "state"), settle_seconds=0.0)
        house.inbox.mkdir()
        broker, held = Broker(), {}
        for what, which, text in [*steps, ("run", "acked", "")]:
            if what == "write":
                (house.inbox / f"{which}.txt").write_text(text)
                held[f"{which}.txt"] = text
            else:
                broker.acking = which == "acked"
                run_once(house, broker)
        texts = {text for text in held.values() if text.isalpha()}
        refused = {path for path, text in held.items() if not text.isalpha()}
        last_articles = set(broker.articles())
        assert {article_id(text) for text in texts} <= last_articles
        assert {reject.path for reject in broker.rejects().values()} == refused
        assert len(broker.rejects()) == len(refused)
        if not refused:
            assert last_articles == {article_id(text) for text in texts}
            named = {path for article in broker.articles().values() for path in article.paths}
            assert named == set(held)
