"""The outbox: all letters of a call are with the broker when it returns, in order, whatever it takes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from aiokafka.errors import KafkaConnectionError  # noqa: TID251 - what a broker's absence looks like

from schemas import Settings
from schemas.letter import Letter
from streams import outbox as outbox_module
from streams.outbox import Outbox, pause

SETTINGS = Settings(_env_file=None, partitions=2)


@dataclass
class FakeBatch:
    """A record batch of at most three messages."""

    messages: list[bytes | None] = field(default_factory=list)

    def append(self, *, timestamp: float | None, key: bytes | None, value: bytes | None) -> object:
        """Take a message while there is room."""
        if len(self.messages) == 3:
            return None
        self.messages.append(value)
        return object()

    def close(self) -> None:
        """Do nothing."""

    def record_count(self) -> int:
        """Count the messages."""
        return len(self.messages)


@dataclass(frozen=True)
class Word:
    """The broker's word on a batch."""

    offset: int


@dataclass
class FakeBroker:
    """Takes batches; the first `failing` ones get no acknowledgement; `foreign` messages come before each."""

    failing: int = 0
    foreign: int = 0
    end: int = 100
    taken: list[tuple[str, int, list[bytes | None]]] = field(default_factory=list)
    opened: int = 0

    def create_batch(self) -> FakeBatch:
        """Open a batch."""
        return FakeBatch()

    async def send_batch(self, batch: FakeBatch, topic: str, *, partition: int) -> asyncio.Future[Word]:
        """Take a batch, acknowledged or failed at once."""
        future: asyncio.Future[Word] = asyncio.get_running_loop().create_future()
        if self.failing:
            self.failing -= 1
            future.set_exception(KafkaConnectionError("gone"))
        else:
            self.taken.append((topic, partition, batch.messages))
            future.set_result(Word(self.end + self.foreign))
            self.end += self.foreign + len(batch.messages)
        return future

    async def stop(self) -> None:
        """Do nothing."""


class FakeOutbox(Outbox):
    """An outbox on the fake broker."""

    def __init__(self, broker: FakeBroker) -> None:
        super().__init__(SETTINGS, "test")
        self.broker = broker

    async def _open(self):
        self.broker.opened += 1
        return self.broker


def letters(number: int) -> list[Letter]:
    return [Letter("topic", None, str(index).encode(), 0) for index in range(number)]


async def test_letters_keep_their_order_across_batches() -> None:
    """What does not fit into one record batch follows in the next."""
    broker = FakeBroker()
    await FakeOutbox(broker).deliver(letters(5))
    assert [messages for _, _, messages in broker.taken] == [[b"0", b"1", b"2"], [b"3", b"4"]]


async def test_receipts_tell_the_offsets() -> None:
    """The offsets of a partition's letters come back, unless somebody else's messages stand between them."""
    assert await FakeOutbox(FakeBroker()).deliver(letters(5)) == {("topic", 0): range(100, 105)}
    assert await FakeOutbox(FakeBroker(foreign=1)).deliver(letters(3)) == {("topic", 0): range(101, 104)}
    assert await FakeOutbox(FakeBroker(foreign=1)).deliver(letters(5)) == {}


async def test_after_a_failure_everything_goes_again_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """When any part fails, the whole call is sent again: a tombstone never overtakes what it takes back."""
    monkeypatch.setattr(outbox_module, "pause", lambda attempt: 0.0)
    broker = FakeBroker(failing=1)
    await FakeOutbox(broker).deliver(letters(5))
    assert [messages for _, _, messages in broker.taken] == [[b"3", b"4"], [b"0", b"1", b"2"], [b"3", b"4"]]
    assert broker.opened == 2


async def test_a_missing_broker_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it fails, nothing is raised and nothing returns before the acknowledgement."""
    monkeypatch.setattr(outbox_module, "pause", lambda attempt: 0.0)
    broker = FakeBroker(failing=25)
    await FakeOutbox(broker).deliver(letters(2))
    assert broker.taken == [("topic", 0, [b"0", b"1"])]


async def test_a_delivery_can_be_cancelled() -> None:
    """A stop ends the waiting for a broker that is away."""
    task = asyncio.ensure_future(FakeOutbox(FakeBroker(failing=1 << 30)).deliver(letters(1)))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nothing_to_send_is_nothing() -> None:
    """An empty call does not even connect."""
    broker = FakeBroker()
    await FakeOutbox(broker).deliver([])
    assert broker.opened == 0


def test_pauses_grow_and_never_coincide() -> None:
    """Waiting doubles up to ten seconds, with enough chance in it that workers do not come back together."""
    assert 0.1 <= pause(1) <= 0.2
    assert 5.0 <= pause(50) <= 10.0
    assert len({pause(5) for _ in range(20)}) > 1
