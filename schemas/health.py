"""What a role says of itself in, whether it is alive and ready out: the file in which it says so is read here too.

All moments but `last_progress` are seconds of the machine's monotonic clock, which all processes share: a clock that
is set does not make anyone look stuck.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from schemas.message import Record

FOLDER = "health"


class Beat(Record):
    """A role at one moment.

    Attributes:
        role: `watch`, `work` or `sink`.
        pid: its process.
        written: when this was said.
        turned: when its main loop last came round; null until it has begun.
        moved: when it last had nothing to answer for: an offset moved, nothing lay before it, or it was waiting.
        joined: whether it is in its group with its tables restored, its registry or its index at hand.
        waiting_for: what it cannot do without and has not got; null where nothing is missing.
        committed: offsets by `topic-partition`; of the watcher the number of messages that Kafka acknowledged.
        lag: messages that are its to take and not finished; null while it knows of none.
        last_progress: when `committed` last grew, by the wall clock.
    """

    role: str
    pid: int
    written: float
    turned: float | None
    moved: float
    joined: bool
    waiting_for: str | None
    committed: dict[str, int]
    lag: int | None
    last_progress: datetime | None

    @property
    def ready(self) -> bool:
        """Whether it can take work now."""
        return self.joined and self.waiting_for is None


def find_trouble(beat: Beat, now: float, limit: float) -> str | None:
    """Say why a role that last said `beat` is not alive at `now`; null where it is. `limit` in seconds.

    Alive is who turns its main loop and gets on, has nothing to do, or says what it waits for.

    >>> idle = Beat(role="sink", pid=1, written=100, turned=100, moved=100, joined=True, waiting_for=None,
    ...             committed={}, lag=0, last_progress=None)
    >>> find_trouble(idle, 130, 60)
    >>> find_trouble(idle.model_copy(update={"written": 200, "turned": 200, "lag": 7}), 200, 60)
    'no offset has moved for 100 s, although 7 messages wait'
    """
    if now - beat.written > limit:
        return f"it has said nothing for {now - beat.written:.0f} s"
    if beat.turned is None:  # not begun: it may wait for its server as long as it takes
        silent = now - beat.moved
        return None if beat.waiting_for or silent <= limit else f"it has not begun its work in {silent:.0f} s"
    if now - beat.turned > limit:
        return f"its main loop has not turned for {now - beat.turned:.0f} s"
    if beat.waiting_for or not beat.lag or now - beat.moved <= limit:
        return None
    return f"no offset has moved for {now - beat.moved:.0f} s, although {beat.lag} messages wait"


def beat_file(state_dir: Path, role: str, pid: int) -> Path:
    """Name the file in which the process `pid` says how it is."""
    return state_dir / FOLDER / f"{role}-{pid}.json"


def read_beat(state_dir: Path, role: str, pid: int) -> Beat | None:
    """Read what `pid` said last; null where it has said nothing yet, or nothing that this version can read."""
    try:
        return Beat.model_validate_json(beat_file(state_dir, role, pid).read_bytes())
    except (OSError, ValidationError):
        return None
