"""A cluster in, out the indices in use that a `sada reindex` left closed to writing when it was killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from schemas import Settings
from schemas.indices import INDICES, Index
from sinks.templates import Askable

BLOCK = "index.blocks.write"


def left_closed(cluster: Askable, settings: Settings, indices: Sequence[Index] = INDICES) -> list[str]:
    """Return those of `indices` in use that nobody may write to while a newer version stands beside them.

    So it is for a second while a reindex exchanges them, and for ever after it was killed in that second. Disks that
    are full close indices by another block.
    """
    return [name for index in indices for name in _closed(cluster, index.alias(settings.index_prefix))]


def open_again(
    cluster: Askable, settings: Settings, indices: Sequence[Index], say: Callable[[str], None]
) -> Sequence[str]:
    """Let writers go on in what a killed reindex left closed; return which indices that were.

    Only for whoever holds the lock of `sada reindex`: a write that another one does not see would be lost.
    """
    closed = left_closed(cluster, settings, indices)
    for name in closed:
        cluster.ask("PUT", f"/{name}/_settings", {BLOCK: None})
        say(f"{name}: a reindex that was killed had left it closed to writing; writers go on")
    return closed


def _closed(cluster: Askable, alias: str) -> Iterator[str]:
    status, behind = cluster.ask("GET", f"/_alias/{alias}")
    for name in behind if status == 200 else ():
        number = _version(alias, name)
        status, found = cluster.ask("GET", f"/{alias}-v*/_settings?flat_settings=true")
        newer = [one for one in found if _version(alias, one) > number >= 0] if status == 200 else []
        if newer and found[name]["settings"].get(BLOCK) == "true":
            yield name


def _version(alias: str, name: str) -> int:
    """Read the version out of an index's name; -1 of a name that is none of ours.

    >>> _version("sada-articles", "sada-articles-v12"), _version("sada-articles", "mine")
    (12, -1)
    """
    found = re.fullmatch(re.escape(alias) + r"-v(\d+)", name)
    return int(found[1]) if found else -1
