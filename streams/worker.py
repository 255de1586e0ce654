"""One worker: settings enter, articles and headlines flow until a signal; the exit status leaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import Final, NoReturn, cast

import structlog
import uvloop
from faust import App  # noqa: TID251 started and stopped here
from faust.tables.manager import TableManager  # noqa: TID251
from faust.transport.consumer import Consumer  # noqa: TID251

from schemas import Settings
from schemas.memory import Broom, set_aside
from schemas.pulse import Pulse

from .app import Line, build
from .outbox import pause
from .progress import count_unfinished
from .topics import ensure_topics
from .wiring import STAGES, Stage

log = structlog.get_logger(__name__)

STOP_SECONDS: Final = 7.0
"""Seconds a stop may take before the batch under way is left to the next worker: signals promise ten seconds."""

TELL_SECONDS: Final = 1.0

SWEEP_SECONDS: Final = 10.0
"""A sweep costs some 30 ms, with the pages that are asked for again: a third of a hundredth of the time."""

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Health:
    """What a worker knows of itself; cheap to read at any time."""

    starts: int = 0
    line: Line | None = None

    @property
    def ready(self) -> bool:
        """Whether the worker has joined its group and restored its table."""
        return self.line is not None and bool(cast(TableManager, self.line.app.tables).recovery.completed.is_set())

    @property
    def committed(self) -> dict[str, int]:
        """Committed offsets by `topic-partition`: an observer sees from them whether there is progress."""
        if self.line is None:
            return {}
        offsets = cast(Consumer, self.line.app.consumer)._committed_offset  # Faust offers no reader for it
        return {f"{tp.topic}-{tp.partition}": offset for tp, offset in offsets.items() if offset is not None}


def run(
    settings: Settings,
    *,
    stages: tuple[Stage, ...] = STAGES,
    health: Health | None = None,
    pulse: Pulse | None = None,
) -> int:
    """Run a worker until SIGTERM or SIGINT and return its exit status: 0 once drained.

    Blocks; must be called in the main thread. A worker that loses Kafka for good (or meets a defect) starts afresh
    by itself, with growing pauses; what was not acknowledged is worked off again. `pulse` is told how it gets on.

    Raises:
        TopicError: Kafka does not answer, or its topics do not fit the settings.
    """
    _quieten()
    (settings.state_dir / "worker").mkdir(parents=True, exist_ok=True)
    for number in _SIGNALS:
        signal.signal(number, _leave_at_once)
    ensure_topics(settings)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_live(settings, stages, health or Health(), pulse or Pulse(settings, "work")))
    return 0


def _leave_at_once(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End a worker that still waits for Kafka and so has nothing to drain."""
    sys.exit(0)


async def _live(settings: Settings, stages: tuple[Stage, ...], health: Health, pulse: Pulse) -> None:
    """Start apps one after the other until a signal comes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    telling = asyncio.create_task(_tell(health, pulse))
    while not stop.is_set():
        health.starts += 1
        began = time.monotonic()
        await _once(build(settings, stages, pulse.meter), health, stop)
        if not stop.is_set():
            wait = pause(health.starts if time.monotonic() - began < 60 else 1)
            log.warning("worker_restarts", wait_seconds=wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
    telling.cancel()


async def _tell(health: Health, pulse: Pulse) -> None:
    """Beat the pulse from the event loop: where this task does not come round, nothing does."""
    broom = Broom(SWEEP_SECONDS)
    while True:
        broom.sweep()
        line, ready = health.line, health.ready
        pulse.turn()
        pulse.join(ready)
        pulse.wait_for(None if ready else "its partitions, and its tables to be restored")
        if line is not None and ready:
            pulse.progress(health.committed, count_unfinished(line.app))
        await asyncio.sleep(TELL_SECONDS)


async def _once(line: Line, health: Health, stop: asyncio.Event) -> None:
    """Run one app until the signal, or until it fails."""
    health.line = line
    set_aside()
    stopping = asyncio.create_task(stop.wait())
    living = asyncio.create_task(_serve(line.app))
    try:
        await asyncio.wait({stopping, living}, return_when=asyncio.FIRST_COMPLETED)
        if living.done() and (error := living.exception()) is not None:
            log.error("worker_failed", error=repr(error))
    finally:
        stopping.cancel()
        if not await _ended(line, living):
            _leave(0 if stop.is_set() else 1)
        health.line = None


async def _serve(app: App) -> None:
    """Start `app` and wait until it stops; its crash is raised."""
    await app.start()
    log.info("worker_ready", topology=[agent.name for agent in app.agents.values()])
    await app.wait_until_stopped()
    if app.crashed:
        raise RuntimeError(f"worker crashed: {app.crash_reason!r}")


async def _ended(line: Line, living: asyncio.Task[None]) -> bool:
    """Let the batch under way finish and be committed, then close everything; say whether that came to an end."""
    log.info("worker_drains")
    ending = asyncio.create_task(_end(line, living))
    await asyncio.wait({ending}, timeout=STOP_SECONDS)
    return ending.done()


async def _end(line: Line, living: asyncio.Task[None]) -> None:
    await line.app.stop()
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    await asyncio.gather(*(outbox.close() for outbox in line.outboxes))


def _leave(status: int) -> NoReturn:
    """End the process where Faust's own stop hangs, as it does while Kafka is away: it catches its cancellation.

    Nothing is lost: what was not acknowledged stays with Kafka.
    """
    log.warning("drain_given_up", seconds=STOP_SECONDS)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _quieten() -> None:
    """Silence Faust's chatter: a commit that takes longer than its second is no news."""
    quiet = {"faust": logging.WARNING, "mode": logging.ERROR, "aiokafka": logging.WARNING}
    quiet |= dict.fromkeys(("streams.recovery", "streams.store"), logging.WARNING)  # services of Faust's, which chatter
    for name, level in quiet.items():
        logging.getLogger(name).setLevel(level)
