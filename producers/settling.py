"""Looks at unfinished files in, those that have stood still long enough out; the clock is the caller's."""

from __future__ import annotations

from typing import NamedTuple

from .folder import Signature


class _Look(NamedTuple):
    signature: Signature
    since: float


class Settling:
    """Files that were seen without a close event: finished once unchanged for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._looks: dict[str, _Look] = {}

    def __len__(self) -> int:
        return len(self._looks)

    def finished(self, path: str, signature: Signature, now: float, wall_ns: int) -> bool:
        """Note a look at `path` and tell whether it is finished.

        `now` is monotonic seconds, `wall_ns` nanoseconds since 1970. A file whose inode has not changed for long
        (which no program can fake, unlike mtime) is finished at first sight; any other one must be seen twice.
        """
        old = self._looks.get(path)
        still_since = old.since if old is not None and old.signature == signature else now
        age = (wall_ns - signature.ctime_ns) / 1e9
        if now - still_since >= self._seconds or (old is None and age >= self._seconds):
            self._looks.pop(path, None)
            return True
        self._looks[path] = _Look(signature, still_since)
        return False

    def forget(self, path: str) -> None:
        """Drop `path`: it was closed, read or removed."""
        self._looks.pop(path, None)

    def due(self, now: float) -> list[str]:
        """Return the paths whose waiting time is over, to be looked at again."""
        return [path for path, look in self._looks.items() if now - look.since >= self._seconds]

    def next_due(self, now: float) -> float | None:
        """Return the seconds until a path is due, or None where none waits."""
        if not self._looks:
            return None
        return max(0.0, min(look.since for look in self._looks.values()) + self._seconds - now)
