"""Rejects in, their messages and files through the line again out; and rejects purged. Doing it twice does no harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import orjson

from producers.registry import Registry, registry_file
from schemas import DecodeError, MemberBatch, ProbeBatch, Rejected, Settings, decode, encode
from schemas.letter import Letter
from schemas.partition import partition_of
from schemas.rejects import StageName
from schemas.topics import BANDS, REJECTED, SEEN, TOPICS
from streams.mail import partition_of_band

from .passing import Passing, Places
from .rejects import Document, message_of, payload_of

AT_ONCE = 50
"""Rejects sent and judged together; each may carry a payload of megabytes."""

OURS = {topic.name for topic in TOPICS}

Say = Callable[[str], None]

T = TypeVar("T")


@dataclass
class Replayed:
    """What became of rejects: `accepted` by the line and taken away, rejected `again`, `handed` to the watcher.

    `waiting` were sent, but the line has not worked them off in time. `impossible` says of each that cannot be
    replayed why not. `refused` are the ids of those rejected again, `stuck` of those waiting.
    """

    accepted: int = 0
    again: int = 0
    handed: int = 0
    waiting: int = 0
    impossible: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many did not get through."""
        return self.again + self.waiting + len(self.impossible)


def replay(  # noqa: PLR0913, PLR0917 - each a part of the line
    passing: Passing, settings: Settings, rejects: Iterable[Document], total: int, seconds: float, say: Say
) -> Replayed:
    """Send the payload of each of `rejects` to the topic it was read from; have files read again by the watcher.

    A reject is taken away once the line has worked its message off without rejecting it again; if it did, the new
    reject says `attempt` + 1. Nothing is taken away that the line has not passed within `seconds`.
    """
    done = Replayed()
    seen = 0
    for some in _runs(rejects, AT_ONCE):
        files = [one for one in some if one.get("stage") == StageName.READ and "topic" not in one]
        done.impossible |= _hand_over(passing, settings, files, done)
        messages = [one for one in some if one not in files]
        reasons = {one["reject_id"]: why for one in messages if (why := _hindrance(one)) is not None}
        done.impossible |= reasons
        _send(passing, settings, [one for one in messages if one["reject_id"] not in reasons], seconds, done)
        seen += len(some)
        say(f"replayed {seen:,} of {total:,}")
        if done.waiting:
            break
    return done


def purge(passing: Passing, reject_ids: Iterable[str], total: int, seconds: float, say: Say) -> tuple[int, bool]:
    """Take rejects away; return how many, and whether the sink has done so within `seconds`."""
    done = 0
    places: Places = {}
    for some in _runs(reject_ids, 1000):
        places = {**places, **passing.send(_away(one) for one in some)}
        done += len(some)
        say(f"purged {done:,} of {total:,}")
    return done, passing.wait(places, seconds)


def _runs(items: Iterable[T], length: int) -> Iterator[list[T]]:
    them = iter(items)
    while some := list(islice(them, length)):
        yield some


def _hindrance(document: Document) -> str | None:
    topic = document.get("topic")
    if topic is None:
        return "it does not say from which topic it came"
    if topic not in OURS:
        return f"{topic} is no topic of Sada"
    if "payload" not in document:
        return "its message was too large to be kept, or had no content; send the article anew"
    return None


def _send(passing: Passing, settings: Settings, documents: Sequence[Document], seconds: float, done: Replayed) -> None:
    if not documents:
        return
    before = passing.ends([REJECTED.name])
    places = passing.send(letter for document in documents for letter in _letters(document, settings))
    if not passing.wait(places, seconds):
        done.waiting += len(documents)
        done.stuck += [document["reject_id"] for document in documents]
        return
    said = passing.said_since(before)
    verdicts = []
    for document in documents:
        again = said.get(document["reject_id"].encode())
        verdicts.append(_away(document["reject_id"]) if again is None else _once_more(again, document))
        done.again += again is not None
        done.refused += [] if again is None else [document["reject_id"]]
        done.accepted += again is None
    passing.wait(passing.send(verdicts), seconds)


def _letters(document: Document, settings: Settings) -> Iterator[Letter]:
    """Yield the message as it was. Batches for members of one partition bear no key: their content says which."""
    topic, key, payload = document["topic"], document.get("key"), payload_of(document)
    partition = _partition(topic, payload or b"", settings) if key is None else None
    yield Letter(topic, None if key is None else key.encode(), payload, partition)


def _partition(topic: str, payload: bytes, settings: Settings) -> int | None:
    try:
        if topic == SEEN.name:
            batch = decode(MemberBatch, payload)
            members = [one.headline_id for one in batch.sightings] + [one.article_id for one in batch.stories]
            members += [one.member for one in batch.tied] + [one.root for one in batch.guests]
            return partition_of(members[0].encode(), settings.partitions) if members else None
        if topic == BANDS.name:
            bands = [band for probe in decode(ProbeBatch, payload).probes for band in probe.bands]
            return partition_of_band(bands[0], settings.partitions) if bands else None
    except DecodeError:
        pass  # what nobody can read is refused in any partition
    return None


def _away(reject_id: str) -> Letter:
    return Letter(REJECTED.name, reject_id.encode(), None)


def _once_more(said: bytes, old: Document) -> Letter:
    attempt = int(old.get("attempt", 1)) + 1
    again = decode(Rejected, said).model_copy(update={"attempt": attempt})
    return Letter(REJECTED.name, again.reject_id.encode(), encode(again))


def _hand_over(passing: Passing, settings: Settings, documents: Sequence[Document], done: Replayed) -> dict[str, str]:
    """Have files read again at the watcher's next scan; it takes the reject back itself once one can be read.

    The attempt is counted before: afterwards it might overtake the watcher's taking back.
    """
    ids = [document["reject_id"] for document in documents]
    file = registry_file(settings)
    if not ids or not file.exists():
        return dict.fromkeys(ids, f"a file of the inbox, but the watcher's registry is not at {file}; run it there")
    with closing(Registry(file, settings.inbox)) as registry:
        known = registry.refused(ids)
        tried = [one for one in documents if one["reject_id"] in known and "reduced" not in one]
        messages = [message_of(one, attempt=int(one.get("attempt", 1)) + 1) for one in tried]
        if messages:
            passing.send(Letter(REJECTED.name, one.reject_id.encode(), encode(one)) for one in messages)
        registry.send_again(rejects=known)
    done.handed += len(known)
    return {one: "a file that the watcher no longer knows as refused; purge it" for one in ids if one not in known}


def as_json(documents: Iterable[Document]) -> str:
    """Return rejects as a JSON array."""
    return orjson.dumps(list(documents), option=orjson.OPT_INDENT_2).decode()
