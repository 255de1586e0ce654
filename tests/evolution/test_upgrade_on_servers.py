"""Today's line on real servers, in whose topics messages of version 1 stand, and some of a version yet to come."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemas import Settings
from schemas.letter import Letter
from schemas.partition import partition_of
from schemas.topics import BANDS, SEEN, TOPICS
from sinks.outbox import Outbox
from streams.topics import ensure_topics
from tests.evolution.version1 import read, write
from tests.line.expected import read_index
from tests.line.harness import Line

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

TITLES = {
    "articles.raw": "انطلاق أول قطار سريع بين المدينتين",
    "articles.clean": "اكتمال بناء السد الجديد في الجنوب",
    "articles.split": "عودة الدراسة إلى قرى الجبل",
    "articles.enriched": "توسعة الميناء تضاعف طاقته",
}
NEWER = write({"schema_version": 99, "what": "رسالة من إصدار لم يأت بعد"})


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[Line]:
    line = Line(settings(topology="staged", partitions=2))
    line.settings.state_dir.mkdir(parents=True, exist_ok=True)
    yield line
    line.stop()


def old_letter(topic: str, partitions: int) -> Letter:
    """Address a message as version 1 did: batches by the partition of whom they are for, all others by their key."""
    name, key, value = read(topic)
    fields = json.loads(value)
    if name == SEEN.name:
        member = fields["sightings"][0]["headline_id"].encode()
        return Letter(name, None, value, partition_of(member, partitions))
    if name == BANDS.name:
        band = base64.b64decode(fields["probes"][0]["band"])
        return Letter(name, None, value, partition_of(band, partitions))
    return Letter(name, key, value)


def test_old_messages_come_out_right_and_newer_ones_are_kept(line: Line) -> None:
    """What stood in the topics at the upgrade is in the index; what a newer version wrote is among the rejects."""
    settings = line.settings
    ensure_topics(settings)
    outbox = Outbox(settings)
    outbox.deliver([old_letter(topic.name, settings.partitions) for topic in TOPICS])
    outbox.deliver([Letter(topic.name, f"newer-{topic.name}".encode(), NEWER) for topic in TOPICS])
    outbox.close()
    for role in ("work", "sink"):
        line.restart(role)

    def found(name: str) -> dict[str, dict[str, Any]]:
        return read_index(line.client, f"{settings.index_prefix}-{name}")

    line.eventually(lambda: len(found("rejected")) == len(TOPICS) + 1, "all newer messages are rejected", 120, 1)
    line.eventually(lambda: len(found("articles")) == len(TITLES), "all old articles are there")
    by_title = {one["title"]: one for one in found("articles").values()}
    assert by_title.keys() == set(TITLES.values())
    for topic, title in TITLES.items():
        old = json.loads(read(topic).value)
        text = old.get("text") or old.get("body") or old["raw"]["text"]
        assert by_title[title]["body"].splitlines()[0] in text
        assert by_title[title]["related_headlines"], topic

    named = json.loads(read("clusters.named").value)
    carrier = by_title[TITLES["articles.enriched"]]
    assert carrier["article_id"] == named["articles"][0]
    assert named["cluster"] in carrier["cluster_ids"]
    headlines = {one["text"]: one for one in found("headlines").values()}
    unique = json.loads(read("headlines.unique").value)
    assert headlines[unique["text"]]["articles"] == unique["articles"]
    (seen,) = json.loads(read("clusters.seen").value)["sightings"]
    line.eventually(
        lambda: any(one["text"] == seen["text"] for one in found("headlines").values()), "the sighting was told"
    )
    assert found("forgotten").keys() == {read("articles.forgotten").key.decode()}  # type: ignore[union-attr]

    rejects = found("rejected")
    old_reject = json.loads(read("articles.rejected").value)
    assert rejects.pop(old_reject["reject_id"])["payload"] == old_reject["payload"]
    assert {one["topic"] for one in rejects.values()} == {topic.name for topic in TOPICS}
    for one in rejects.values():
        assert one["reason"] == "unsupported_version"
        assert "written by schema version 99" in one["message"]
        assert "upgrade it, then replay" in one["message"]
        assert base64.b64decode(one["payload"]) == NEWER
    assert set(line.stop_roles().values()) == {0}
