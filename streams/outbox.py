"""Letters enter; they leave for Kafka in order, and `deliver` returns when the broker has acknowledged every one."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer  # noqa: TID251 the one place that writes to Kafka: Faust sends one by one
from aiokafka.errors import KafkaError  # noqa: TID251

from schemas import Settings
from schemas.kafka_options import client_options
from schemas.letter import Letter, Receipts
from schemas.partition import partition_of

log = structlog.get_logger(__name__)

ENVELOPE_BYTES: Final = 64 * 1024
"""What a message may grow by on its way: key, headers, batch header, incompressible blocks."""

COMPRESSION: Final = "zstd"
"""aiokafka writes lz4 at its slowest level: 42 ms a megabyte of Arabic, zstd takes 6 and packs a fifth tighter."""

_BATCH_BYTES: Final = 1024 * 1024
_TROUBLE: Final = (KafkaError, OSError, TimeoutError, asyncio.TimeoutError)


class Outbox:
    """A producer of whole batches: a future for each message would cost more than the stages themselves."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._producer: AIOKafkaProducer | None = None

    async def deliver(self, letters: Sequence[Letter]) -> Receipts:
        """Send `letters` and wait for the broker's word on all of them; return the offsets it gave them.

        On trouble with the broker it waits and sends all of them again, for ever: a part sent twice does no harm,
        a part sent out of order would (a page after its own tombstone). The receipts are those of the last time.
        """
        for attempt in itertools.count(1) if letters else ():
            try:
                return await self._try(letters)
            except _TROUBLE as error:
                wait = pause(attempt)
                log.warning("kafka_away", agent=self._name, error=repr(error), attempt=attempt, wait_seconds=wait)
                await self.close()
                await asyncio.sleep(wait)
        return {}

    async def close(self) -> None:
        """Let go of the connections; messages not yet acknowledged are given up."""
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                await asyncio.wait_for(producer.stop(), timeout=2)
            except _TROUBLE as error:
                log.debug("producer_stop", agent=self._name, error=repr(error))

    async def _try(self, letters: Sequence[Letter]) -> Receipts:
        if self._producer is None:
            self._producer = await self._open()
        heaps = self._sorted(letters)
        sending = [self._send(self._producer, *place, heap) for place, heap in heaps.items()]
        results = await asyncio.gather(*sending, return_exceptions=True)
        receipts: dict[tuple[str, int], range] = {}
        for place, result in zip(heaps, results, strict=True):
            if isinstance(result, BaseException):
                raise result
            if result is not None:
                receipts[place] = result
        return receipts

    def _sorted(self, letters: Iterable[Letter]) -> dict[tuple[str, int], list[Letter]]:
        """Gather the letters of each partition, in order."""
        heaps: dict[tuple[str, int], list[Letter]] = {}
        for letter in letters:
            partition = letter.partition
            if partition is None:
                partition = partition_of(letter.key or b"", self._settings.partitions)
            heaps.setdefault((letter.topic, partition), []).append(letter)
        return heaps

    async def _send(
        self, producer: AIOKafkaProducer, topic: str, partition: int, letters: Sequence[Letter]
    ) -> range | None:
        """Send the letters of one partition as record batches and wait until all are acknowledged."""
        futures = []
        counts = []
        builder = producer.create_batch()
        for letter in letters:
            if builder.append(timestamp=None, key=letter.key, value=letter.value) is None:
                counts.append(builder.record_count())
                futures.append(await producer.send_batch(builder, topic, partition=partition))
                builder = producer.create_batch()
                builder.append(timestamp=None, key=letter.key, value=letter.value)
        builder.close()
        counts.append(builder.record_count())
        futures.append(await producer.send_batch(builder, topic, partition=partition))
        firsts = [word.offset for word in await asyncio.gather(*futures)]
        return _together(firsts, counts)

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            client_id=f"{self._settings.group}-{self._name}",
            acks="all",
            enable_idempotence=True,
            compression_type=COMPRESSION,
            max_batch_size=min(_BATCH_BYTES, self._settings.max_message_bytes),
            max_request_size=self._settings.max_message_bytes + ENVELOPE_BYTES,
            request_timeout_ms=20_000,
            **client_options(self._settings),
        )
        await producer.start()
        return producer


def _together(firsts: Sequence[int], counts: Sequence[int]) -> range | None:
    """Return the offsets of record batches that stand one behind the other, None if something stands between.

    >>> _together([10, 13], [3, 2])
    range(10, 15)
    >>> _together([10, 14], [3, 2]) is _together([-1], [3]) is None
    True
    """
    due = firsts[0]
    for first, count in zip(firsts, counts, strict=True):
        if first != due or first < 0:  # -1: the broker had the batch already and does not say where
            return None
        due = first + count
    return range(firsts[0], due)


def pause(attempt: int) -> float:
    """Return the seconds to wait after the `attempt`-th failure: 0.2 s doubled up to 10 s, less up to a half."""
    return round(min(10.0, 0.1 * 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1.0), 3)  # noqa: S311 no secret
