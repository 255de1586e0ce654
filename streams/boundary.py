"""One message enters a chain of stages; what it became, and what failed and why, leaves. Nothing is raised."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final, NamedTuple

from schemas import HeadlineSighting, Reason, Rejected, StageName, Story
from schemas.articles import CleanArticle, RawArticle, SplitArticle
from schemas.identity import reject_id
from schemas.message import Message, Moment

from .stages.errors import StageError
from .wiring import Chain, Step, Tell


@dataclass(frozen=True)
class Worker:
    """A stage's functions, loaded."""

    stage: StageName
    step: Step
    tell: Tell | None = None


@dataclass(frozen=True)
class Failure:
    """What a stage could not do, and with which article (null where the bytes name none)."""

    stage: StageName
    reason: Reason
    message: str
    article_id: str | None = None
    path: str | None = None


class Pace(NamedTuple):
    """One item's time in one stage, by `time.perf_counter`, and how many outputs it `made`: none where it failed."""

    stage: StageName
    item: Message
    began: float
    ended: float
    made: int


@dataclass
class Walk:
    """What one message became at the end of a chain."""

    documents: list[Message] = field(default_factory=list)
    tellings: list[HeadlineSighting | Story] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def load(chain: Chain) -> tuple[Worker, ...]:
    """Load the functions of a `chain`: rules, word lists and models are read here, once."""
    return tuple(
        Worker(stage.name, stage.load(), stage.tell() if stage.tell else None) for stage in chain.stages if stage.load
    )


def walk(
    workers: Sequence[Worker], message: Message, seconds: float | None = None, paces: list[Pace] | None = None
) -> Walk:
    """Take `message` through `workers`; a part that fails is told of and left behind, the others go on.

    `seconds` is what each stage may spend on one message (`too_slow`); null or another thread than the main one
    sets no limit, as the system's timer interrupts only the main thread. `paces` takes down who did what.
    """
    result = Walk(documents=[message])
    with alarm_clock(seconds) as clock:
        for worker in workers:
            onward: list[Message] = []
            for item in result.documents:
                made, began = len(onward), time.perf_counter()
                _advance(worker, item, clock, onward, result)
                if paces is not None:
                    paces.append(Pace(worker.stage, item, began, time.perf_counter(), len(onward) - made))
            result.documents = onward
    return result


def _advance(worker: Worker, item: Message, clock: AlarmClock, onward: list[Message], result: Walk) -> None:
    try:
        try:
            clock.wind()
            outputs = list(worker.step(item))
            told = [one for output in outputs for one in worker.tell(output)] if worker.tell else []
        finally:
            clock.armed = False  # no call: one to do it could be interrupted before it has
    except StageError as error:
        reason, why = error.reason, str(error)
    except TooSlowError:
        reason, why = Reason.TOO_SLOW, f"needed more than {clock.seconds:g} s"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 the boundary: a defect costs one article, not the worker; Rust's
        # panics are no `Exception`
        reason, why = Reason.STAGE_FAILED, f"{type(error).__name__}: {error}"
    else:
        onward += outputs
        result.tellings += told
        return
    result.failures.append(Failure(worker.stage, reason, why, *subject(item)))


def subject(item: Message) -> tuple[str | None, str | None]:
    """Say which article `item` is, and the first of its paths."""
    article: Any = item.raw if isinstance(item, CleanArticle) else item
    if not isinstance(article, RawArticle | SplitArticle):
        return None, None
    return article.article_id, next(iter(article.paths), None)


def root_of(item: Message) -> str:
    """Return the id of the file's own article: the key under which all that a file becomes travels."""
    if isinstance(item, SplitArticle):
        return item.root_id
    article: Any = item.raw if isinstance(item, CleanArticle) else item
    return str(article.article_id)


@dataclass(frozen=True)
class Origin:
    """Where a message came from: what a reject carries so that it can be sent again."""

    topic: str
    key: bytes | None
    value: bytes | None


def rejected(failure: Failure, origin: Origin, at: Moment) -> Rejected:
    """Make the reject of `failure`, with the original message and where it was read.

    An article's id says all about its text; its message also says when and where it was read, which must not make
    another reject of it when it is read again.
    """
    key = None if origin.key is None else origin.key.decode("utf-8", "replace")
    known = failure.article_id is not None
    return Rejected(
        reject_id=reject_id(failure.stage, failure.article_id or key or "", None if known else origin.value),
        stage=failure.stage,
        reason=failure.reason,
        message=failure.message[:_MESSAGE_KEPT],
        path=failure.path,
        article_id=failure.article_id,
        topic=origin.topic,
        key=key,
        payload=origin.value,
        rejected_at=at,
    )


_MESSAGE_KEPT: Final = 2000
"""Characters of an error's text that a reject keeps: a parser may quote half its input."""


class TooSlowError(BaseException):
    """A stage ran past its deadline; no `Exception`, so that no stage swallows it."""


class AlarmClock:
    """Raises `TooSlowError` `seconds` after it was wound, and again each half second, for as long as it is `armed`."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.armed = False

    def wind(self) -> None:
        """Begin anew. Without seconds it never rings."""
        if self.seconds is not None:
            signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.5)  # what rang late is heard here, unarmed
            self.armed = True

    def ring(self, _signal: int, _frame: FrameType | None) -> None:
        """Be the handler of the timer's signal."""
        if self.armed:
            raise TooSlowError


@contextmanager
def alarm_clock(seconds: float | None) -> Iterator[AlarmClock]:
    """Lend a clock to wind for each piece of work in the block, which has to disarm it.

    Uses the process's real-time timer and so works in the main thread only; elsewhere it never rings. The regular
    expression engine looks at signals too, so a runaway pattern is stopped as well. One for all pieces, since to set a
    handler and to take it back costs Python some 5 microseconds.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield AlarmClock(None)
        return
    clock = AlarmClock(seconds)
    before = signal.signal(signal.SIGALRM, clock.ring)
    try:
        yield clock
    finally:
        clock.armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
