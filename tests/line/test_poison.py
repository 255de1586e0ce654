"""Poison in every topic at once: the roles that read it go on, each message ends among the rejects with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from bench.corpus import write_pages
from schemas import Settings
from schemas.rejects import Reason
from schemas.topics import TOPICS
from streams.topics import ensure_topics
from tests.line.harness import Line, expected_documents
from tests.streams.line import feed

pytestmark = pytest.mark.servers

LARGE = 8_000_000
"""Bytes of a message that the topics once took: five megabytes are in them when the roles' own limit is four."""
POISON = {
    b"": Reason.NOT_A_MESSAGE,
    b"\x00\xff\xfe": Reason.NOT_A_MESSAGE,
    "ليس رسالة".encode(): Reason.NOT_A_MESSAGE,
    b"[1, 2": Reason.NOT_A_MESSAGE,
    b'{"schema_version": "two"}': Reason.WRONG_SCHEMA,
    b'{"schema_version": 99}': Reason.UNSUPPORTED_VERSION,
    b"x" * 5_000_000: Reason.NOT_A_MESSAGE,
}
"""What no role can read, and why."""


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None, topology: str) -> Iterator[Line]:
    """A line whose topics hold all poison before any role starts."""
    one = Line(settings(topology=topology))
    wide = one.settings.model_copy(update={"max_message_bytes": LARGE})
    ensure_topics(wide)
    for topic in topics(topology):
        feed(wide, ((f"{number:032}".encode(), value) for number, value in enumerate(POISON)), topic)
    yield one
    one.stop()


def topics(topology: str) -> list[str]:
    """Name the topics that a topology has."""
    return [topic.name for topic in TOPICS if topology == "staged" or not topic.staged_only]


def reasons(line: Line) -> Counter[tuple[str, str]]:
    """Count the index's rejects by topic and reason."""
    alias = f"{line.settings.index_prefix}-rejected"
    if not line.client.indices.exists(index=alias):
        return Counter()
    line.client.indices.refresh(index=alias)
    hits = line.client.search(index=alias, size=1000, source=["topic", "reason"])["hits"]["hits"]
    return Counter((hit["_source"]["topic"], hit["_source"]["reason"]) for hit in hits)


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_poison_in_every_topic_stops_no_role(line: Line, topology: str) -> None:
    """Seven kinds of poison lie in all topics; every one is rejected, once, and the pages behind it all arrive."""
    write_pages(line.settings.inbox, 12)
    line.start()
    expected = Counter((topic, str(reason)) for topic in topics(topology) for reason in POISON.values())
    line.eventually(lambda: line.documents() == expected_documents(line.settings), "all pages are there")
    line.settled()
    assert reasons(line) == expected
    assert line.documents() == expected_documents(line.settings)
