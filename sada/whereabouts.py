"""A file in, what the registry and the folder say of it out: the article that it was sent as, or why it was not."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producers.folder import Globs, globs, look
from producers.outcomes import Found, Refused, Unfinished
from producers.reading import read
from producers.registry import Place, Registry, Row, registry_file
from schemas import Settings
from schemas.health import read_beat

from .state import Run


@dataclass(frozen=True)
class Whereabouts:
    """A file as it is and as it was sent. `holds` is the article that it holds now, `refused` why it holds none."""

    place: Place
    row: Row | None
    exists: bool
    changed: bool
    holds: str | None = None
    refused: str | None = None

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent; null where it was not."""
        return datetime.fromtimestamp(self.row.sent_at, UTC) if self.row is not None and self.row.sent_at else None


def find_file(file: Path, settings: Settings) -> Whereabouts:
    """Look `file` up: as given, or below the inbox; in the registry under every inbox that it lies in."""
    target = _absolute(file if _is_there(file) or not _is_there(settings.inbox / file) else settings.inbox / file)
    place, row = _looked_up(target, settings)
    seen = look(place.root, place.path)
    outcome = read(place.root, place.path, settings) if seen is not None else None
    return Whereabouts(
        place=place,
        row=row,
        exists=seen is not None,
        changed=row is not None and seen is not None and (row.gone or row.signature != seen),
        holds=outcome.article_id if isinstance(outcome, Found) else None,
        refused=_refusal(outcome),
    )


def find_article(article_id: str, settings: Settings) -> tuple[Place, ...]:
    """Return the first files that are known to hold the article."""
    file = registry_file(settings)
    if not file.exists():
        return ()
    with closing(Registry(file, settings.inbox)) as registry:
        return registry.holders(article_id, (), 100).places


def is_forgotten(article_id: str, settings: Settings) -> bool:
    """Tell whether the registry holds the article back for good."""
    file = registry_file(settings)
    if not file.exists():
        return False
    with closing(Registry(file, settings.inbox)) as registry:
        return article_id in registry.forgotten()


def say_why_unknown(found: Whereabouts, settings: Settings, run: Run | None) -> Iterator[str]:
    """Say why `found` has not been sent, each reason with what to do."""
    inbox, path = settings.inbox.resolve(), found.place.path
    if found.place.root.resolve() != inbox:
        yield f"it does not lie in the inbox {inbox}: copy it there, or send its folder: sada ingest DIR"
        return
    if not found.exists:
        yield "there is no such file, and none of that name was ever sent"
        return
    if (ignored := _ignored(path, globs(settings), settings)) is not None:
        yield ignored
        return
    if found.refused is not None:
        yield f"it will be rejected: {found.refused}"
    elif _is_fresh(found.place, settings):
        yield f"it is still being written, or was {settings.settle_seconds:g} s ago: it is sent once it stands still"
    if not _watched(settings, run):
        yield "no watcher runs in this state folder: sada up starts one, sada ingest sends without it"
    else:
        yield f"the watcher has not come to it yet: it looks at everything every {settings.rescan_seconds:g} s"


def _is_there(file: Path) -> bool:
    return os.path.lexists(file)


def _absolute(file: Path) -> Path:
    """Resolve the folder, not the file: a link is sent under its own name."""
    return file.absolute().parent.resolve() / file.name


def _looked_up(target: Path, settings: Settings) -> tuple[Place, Row | None]:
    """Return the inbox that knows `target`, else the one that it lies in, else its own folder."""
    file, inbox = registry_file(settings), settings.inbox.resolve()
    roots = [inbox]
    if file.exists():
        with closing(Registry(file, inbox)) as registry:
            roots += [root for root in registry.roots() if root != inbox]
    around = [root for root in roots if target.is_relative_to(root)]
    for root in around if file.exists() else ():
        path = str(target.relative_to(root))
        with closing(Registry(file, root)) as registry:
            row = registry.rows([path]).get(path)
        if row is not None:
            return Place(root, path), row
    if around:
        return Place(around[0], str(target.relative_to(around[0]))), None
    return Place(target.parent, target.name), None


def _refusal(outcome: object) -> str | None:
    if isinstance(outcome, Refused):
        return f"{outcome.message} ({outcome.reason})"
    return None


def _ignored(path: str, wanted: Globs, settings: Settings) -> str | None:
    """Say which setting leaves `path` alone; null where none does."""
    steps = [path[:at] for at, letter in enumerate(path) if letter == "/"]
    skipped = next((step for step in steps if wanted.skips(step)), None)
    if skipped is not None:
        return f"its folder {skipped} is left alone, by SADA_EXCLUDE {list(settings.exclude)}"
    if wanted.skips(path):
        return f"its name is left alone, by SADA_EXCLUDE {list(settings.exclude)}: rename it"
    if not wanted.takes(path):
        return f"its name is none of SADA_INCLUDE {list(settings.include)}: rename it"
    return None


def _is_fresh(place: Place, settings: Settings) -> bool:
    seen = look(place.root, place.path)
    if seen is None:
        return False
    young = time.time_ns() - seen.ctime_ns < settings.settle_seconds * 1e9
    return young or isinstance(read(place.root, place.path, settings), Unfinished)


def _watched(settings: Settings, run: Run | None) -> bool:
    mine = [] if run is None else [one for one in run.processes if one.name.startswith("watch") and one.alive]
    return bool(mine) or any(
        (beat := read_beat(settings.state_dir, "watch", int(file.stem.partition("-")[2]))) is not None
        and time.monotonic() - beat.written < settings.live_seconds
        for file in (settings.state_dir / "health").glob("watch-*.json")
        if file.stem.partition("-")[2].isdigit()
    )
