"""The role as a process before a real broker: once each, broker away and back, killed, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 - the test reads what the role wrote

from producers.once import Part, send_part
from sada.local.servers import QUICK, Server, start_kafka
from schemas import RawArticle, Rejected, Settings, decode
from schemas.identity import article_id
from schemas.topics import RAW, REJECTED
from streams.topics import ensure_topics

pytestmark = pytest.mark.servers

ROLE = "from producers import watcher; from schemas.settings import load_settings; exit(watcher.run(load_settings()))"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this module's broker keeps its data over restarts."""
    return tmp_path_factory.mktemp("kafka")


@pytest.fixture
def broker(home: Path) -> Iterator[Server]:
    """A broker of this test's own, since it is stopped and started; its topics exist."""
    server = start_kafka(home, Settings(_env_file=None), 0, options=QUICK)
    ensure_topics(Settings(_env_file=None, kafka=server.address, partitions=4))
    yield server
    server.stop()


@pytest.fixture
def settings(broker: Server, tmp_path: Path) -> Settings:
    """Settings with an inbox and registry of the test's own."""
    (tmp_path / "inbox").mkdir()
    return Settings(
        _env_file=None,
        kafka=broker.address,
        inbox=tmp_path / "inbox",
        state_dir=tmp_path / "state",
        rescan_seconds=1.0,
        settle_seconds=0.2,
    )


@contextmanager
def role(settings: Settings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the role as a process; killed at the end, if it is still there."""
    fields = ("kafka", "inbox", "state_dir", "rescan_seconds", "settle_seconds")
    given = {f"SADA_{name.upper()}": str(getattr(settings, name)) for name in fields}
    with log.open("ab") as output:
        process = subprocess.Popen([sys.executable, "-c", ROLE], env=os.environ | given, stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def read_all(settings: Settings, topic: str, since: dict[TopicPartition, int]) -> list[tuple[str, bytes | None]]:
    """Read the keys and values of `topic` from `since` to its present end."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for number in range(4)]
        ends = consumer.end_offsets(partitions)
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, since.get(partition, 0))
        found: list[tuple[str, bytes | None]] = []
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=200).values():
                found += [(record.key.decode(), record.value) for record in records]
        return found
    finally:
        consumer.close()


@pytest.fixture
def written(settings: Settings) -> Callable[[str], list[tuple[str, bytes | None]]]:
    """Read what was written to a topic since the test began."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka)
    begin = {
        topic: consumer.end_offsets([TopicPartition(topic, number) for number in range(4)])
        for topic in (RAW.name, REJECTED.name)
    }
    consumer.close()
    return lambda topic: read_all(settings, topic, begin[topic])


def starts(log: Path) -> int:
    """Count how often the role has told its log that it is at work."""
    return log.read_text().count("watch_started")


def until(asked: Callable[[], bool], seconds: float = 120.0, pause: float = 0.1) -> bool:
    """Wait until `asked` is true."""
    deadline = time.monotonic() + seconds
    while not asked():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def stopped(process: subprocess.Popen[bytes]) -> int:
    """Ask the role to stop and return its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=20.0)


Written = Callable[[str], list[tuple[str, bytes | None]]]


def test_dropped_files_are_on_the_topics_once(settings: Settings, tmp_path: Path, written: Written) -> None:
    """Files there before and dropped while it runs arrive once, a bad one as a reject; SIGTERM exits 0."""
    (settings.inbox / "before.txt").write_text("خبر قبل البداية")
    with role(settings, tmp_path / "log") as process:
        for number in range(300):
            (settings.inbox / f"{number}.txt").write_text(f"خبر رقم {number}")
        (settings.inbox / "empty.txt").touch()
        assert until(lambda: len(written(RAW.name)) >= 301 and len(written(REJECTED.name)) >= 1)
        time.sleep(1.5)
        assert stopped(process) == 0
    found = written(RAW.name)
    assert Counter(key for key, _ in found).most_common(1)[0][1] == 1
    texts = {decode(RawArticle, value).text for _, value in found if value}
    assert texts == {"خبر قبل البداية", *(f"خبر رقم {number}" for number in range(300))}
    ((_, reject),) = written(REJECTED.name)
    assert reject is not None
    assert decode(Rejected, reject).reason == "empty"


def test_broker_away_and_back_loses_nothing(
    settings: Settings, tmp_path: Path, written: Written, broker: Server, home: Path
) -> None:
    """While the broker is down files are taken in; once it is back all are there, in order, once in the registry."""
    port = int(broker.address.rpartition(":")[2])
    with role(settings, tmp_path / "log") as process:
        (settings.inbox / "a.txt").write_text("قبل الانقطاع")
        assert until(lambda: len(written(RAW.name)) == 1)
        broker.stop()
        for number in range(50):
            (settings.inbox / f"{number}.txt").write_text(f"خبر في الظلام {number}")
        time.sleep(3.0)
        assert process.poll() is None
        again = start_kafka(home, Settings(_env_file=None), port, options=QUICK)
        try:
            assert until(lambda: len({key for key, _ in written(RAW.name)}) == 51, 60.0)
            assert stopped(process) == 0
        finally:
            again.stop()


def test_stop_while_the_broker_is_away_exits_soon(settings: Settings, tmp_path: Path, broker: Server) -> None:
    """With nobody to send to, SIGTERM still ends the role; the files go with the next start."""
    with role(settings, tmp_path / "log") as process:
        assert until((settings.state_dir / "registry.sqlite").exists)
        broker.stop()
        (settings.inbox / "a.txt").write_text("خبر")
        time.sleep(1.0)
        began = time.monotonic()
        assert stopped(process) == 0
        assert time.monotonic() - began < 10.0


def test_kill_half_way_loses_and_invents_nothing(settings: Settings, tmp_path: Path, written: Written) -> None:
    """Killed five times among edits: in the end the topic says exactly what the files hold."""
    log = tmp_path / "log"
    for killed in range(5):
        for number in range(200):
            (settings.inbox / f"{number}.txt").write_text(f"خبر {number} نسخة {killed * (number % 3)}")
        with role(settings, log) as process:
            assert until(lambda seen=killed: starts(log) > seen, pause=0.001)
            time.sleep(0.03 * killed)
            process.kill()
    with role(settings, log) as process:
        assert until(lambda: starts(log) == 6)
        held = {article_id(path.read_text()) for path in settings.inbox.iterdir()}

        def last_words() -> set[str]:
            return {key for key, value in dict(written(RAW.name)).items() if value is not None}

        assert until(lambda: last_words() == held)
        assert stopped(process) == 0


def test_one_shot_ingest(settings: Settings, written: Written) -> None:
    """A folder is sent once, down to the last ack; again it sends nothing."""
    for number in range(20):
        (settings.inbox / f"{number}.txt").write_text(f"مقال {number}")
    stop, part = threading.Event(), Part(settings.inbox.resolve())
    first, again = (send_part(settings, part, stop) for _ in range(2))
    assert (first.complete, first.read, first.known) == (True, 20, 0)
    assert (again.complete, again.read, again.known) == (True, 0, 20)
    assert len(written(RAW.name)) == 20
