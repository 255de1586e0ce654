"""Actions in, bulk requests out, each answer judged by itself; what the index refuses for good comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from .actions import Action
from .client import Answer
from .faults import Unavailable, Unfit
from .recent import Recent

_TRANSIENT = frozenset(
    {
        "cluster_block_exception",  # read-only: full disk, snapshot, an operator's hand
        "security_exception",  # credentials under change
        "index_not_found_exception",  # the alias is away for a moment; `mend` sets it up again
        "index_closed_exception",
        "no_shard_available_action_exception",
    }
)


class Fate(Enum):
    """What becomes of one action."""

    DONE = auto()
    AGAIN = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action that the index will never take, and its words; `status` is its HTTP status for this one action."""

    action: Action
    reason: str
    status: int = 400

    @property
    def outdated(self) -> bool:
        """Whether the document was written (409) or deleted (404) since the action's place was read."""
        return self.status in (404, 409)


class Target(Protocol):
    """Where actions go."""

    def bulk(self, actions: Sequence[Action]) -> list[Answer]:
        """Send `actions`; one answer each."""


Wait = Callable[[int, str], None]
"""`wait(attempt, why)`: let some time pass before trying again; may raise to give the work up."""


@dataclass(frozen=True)
class Sender:
    """Sends actions in order to `target`, at most `documents` and about `size` bytes at once.

    Faults that pass are waited out by `wait`, for ever; an action is not left before all before it are settled.
    `recent` is told what was written.
    """

    target: Target
    documents: int
    size: int
    wait: Wait
    recent: Recent | None = None

    def send(self, actions: Sequence[Action]) -> list[Refusal]:
        """Send `actions` and return those that the index refused for good."""
        refused: list[Refusal] = []
        for chunk in chunks(actions, self.documents, self.size):
            refused += self._settle(chunk)
        return refused

    def _settle(self, actions: list[Action]) -> list[Refusal]:
        refused: list[Refusal] = []
        attempt = 0
        while actions:
            try:
                answers = self.target.bulk(actions)
            except Unfit as error:
                return refused + self._settle_halves(actions, str(error))
            except Unavailable as error:
                self.wait(attempt, str(error))
                attempt += 1
                continue
            self._note(actions, answers)
            refused += [
                Refusal(action, f"{answer.error}: {answer.reason}", answer.status)
                for action, answer in zip(actions, answers, strict=True)
                if fate(answer) is Fate.REFUSED
            ]
            left = unsettled(actions, answers)
            if left:
                self.wait(attempt, _first_fault(answers))
                attempt = attempt + 1 if len(left) == len(actions) else 0
            actions = left
        return refused

    def _note(self, actions: Sequence[Action], answers: Sequence[Answer]) -> None:
        if self.recent is None:
            return
        for action, answer in zip(actions, answers, strict=True):
            self.recent.note(action, answer.place if answer.error is None else None)

    def _settle_halves(self, actions: list[Action], why: str) -> list[Refusal]:
        if len(actions) == 1:
            return [Refusal(actions[0], why)]
        middle = len(actions) // 2
        return self._settle(actions[:middle]) + self._settle(actions[middle:])


def chunks(actions: Sequence[Action], documents: int, size: int) -> Iterator[list[Action]]:
    """Cut `actions` into runs of at most `documents` and `size` bytes of source; a larger one goes alone."""
    chunk: list[Action] = []
    total = 0
    for action in actions:
        length = len(action.source or b"")
        if chunk and (len(chunk) >= documents or total + length > size):
            yield chunk
            chunk, total = [], 0
        chunk.append(action)
        total += length
    if chunk:
        yield chunk


def fate(answer: Answer) -> Fate:
    """Judge one answer. A document to delete that is not there (404, no error) is as good as deleted."""
    if answer.error is None:
        return Fate.DONE
    if answer.status in (408, 429) or answer.status >= 500 or answer.error in _TRANSIENT:
        return Fate.AGAIN
    return Fate.REFUSED


def unsettled(actions: Sequence[Action], answers: Sequence[Answer]) -> list[Action]:
    """Return the actions to send again, in order: not those that a later one of the same document has made idle.

    Sending these would put the older version over the newer one.
    """
    later: set[tuple[str, str]] = set()
    left: list[Action] = []
    for action, answer in zip(reversed(actions), reversed(answers), strict=True):
        name = (action.index, action.id)
        judged = fate(answer)
        if judged is Fate.DONE:
            later.add(name)
        elif judged is Fate.AGAIN and name not in later:
            left.append(action)
    return left[::-1]


def _first_fault(answers: Sequence[Answer]) -> str:
    failed = next(answer for answer in answers if fate(answer) is Fate.AGAIN)
    return f"{failed.status} {failed.error}: {failed.reason}"
