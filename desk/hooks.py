"""What the desk asks of the rooms that it may not import: the front door answers (sada/desk.py), as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class HookError(Exception):
    """The line cannot answer; `problem` and `remedy` are for the person at the desk, in one line each."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True)
class Stretch:
    """A stretch of a page as scraped: what it was taken for, by which rule, and in which of the page's articles."""

    text: str
    label: str
    rule: str
    article: int = 0


@dataclass(frozen=True)
class Explained:
    """A whole page in stretches; `site` and `rules` say by which layout it was read."""

    site: str
    rules: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Original:
    """A page as it was scraped: found in a file of the inbox, or on the topic of raw articles (`place` names which)."""

    text: str
    from_file: bool
    place: str


@dataclass(frozen=True)
class Server:
    """A server of the line; `trouble` says why it does not answer."""

    name: str
    address: str
    answers: bool
    trouble: str | None = None


@dataclass(frozen=True)
class Role:
    """A process of the line; `health` is what it says of itself, `partitions` (`topic-number`) what it works on."""

    name: str
    pid: int
    alive: bool
    restarts: int
    health: str | None = None
    partitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Queue:
    """What one stage (its consumer group) has read of a topic since the topic began, and what waits for it."""

    stage: str
    topic: str
    done: int
    waiting: int
    members: int
    state: str


@dataclass(frozen=True)
class LineState:
    """The line at one moment. `waiting_files` are files of the inbox not yet sent; null where nobody knows."""

    phase: str | None
    servers: tuple[Server, ...]
    roles: tuple[Role, ...]
    queues: tuple[Queue, ...]
    documents: dict[str, int]
    rejects: dict[str, int]
    partitions: int
    inbox: str
    waiting_files: int | None = None


@dataclass(frozen=True)
class Reject:
    """One reject, without its payload."""

    reject_id: str
    stage: str
    reason: str
    message: str
    attempt: int
    path: str | None
    rejected_at: str


@dataclass(frozen=True)
class Replayed:
    """What became of rejects that were sent again; `impossible` cannot be, and say why."""

    accepted: int
    again: int
    handed: int
    waiting: int
    impossible: tuple[str, ...] = ()


class Hooks(Protocol):
    """The line as seen from the desk. All may take seconds and run in threads; all raise `HookError`."""

    def explain(self, text: str) -> Explained:
        """Label each stretch of a scraped page."""

    def find_original(self, article_id: str, paths: Sequence[str], read_at: str) -> Original | None:
        """Find the page, read at `read_at`, that became the article; null where no inbox nor topic has it any more."""

    def watch_line(self) -> LineState:
        """Look at the line as it is now. A server that is away is told, not raised."""

    def list_rejects(self, reason: str | None, most: int) -> tuple[Reject, ...]:
        """Return the latest rejects, of one reason or of all."""

    def replay(self, reason: str | None, ids: Sequence[str]) -> Replayed:
        """Send rejects through the line again, by their ids or of one reason."""
