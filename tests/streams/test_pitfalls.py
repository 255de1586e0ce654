"""What bites with Faust, one test for each bite: they were seen in the field, they must not come back."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sada.local.servers import QUICK, start_kafka
from schemas import Reason, Settings, encode
from schemas.topics import RAW, SEEN
from streams.agents import run_agent
from streams.app import build, session_seconds
from streams.outbox import ENVELOPE_BYTES
from streams.store import Store
from streams.table import TABLES, changelog
from streams.topics import ensure_topics, topic_configs
from tests.raws import raw_article
from tests.streams.line import feed, lag, result, wait_until_drained, workers
from tests.streams.standins import STAND_INS
from tests.streams.test_batches import FakeLine

Make = Callable[..., Settings]


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_1_no_agent_has_more_than_one_actor(topology: str, tmp_path: Path) -> None:
    """With concurrency above one Faust commits past messages still in flight; every agent has exactly one actor."""
    line = build(Settings(_env_file=None, state_dir=tmp_path, topology=topology), STAND_INS)
    agents = list(line.app.agents.values())
    assert [agent.concurrency for agent in agents] == [1] * len(agents)
    assert not any(agent.isolated_partitions for agent in agents)


def crash_of(work: Callable[..., object]) -> tuple[list[BaseException], bool]:
    """Run an agent over one event with `work`; return what the app crashed with, and whether the event was acked."""
    crashes: list[BaseException] = []

    async def crash(error: BaseException) -> None:
        crashes.append(error)

    async def main() -> bool:
        line = FakeLine()
        line.app.crash = crash
        (event,) = line.put(b"x")
        agent = run_agent(line.app, Settings(_env_file=None), "agent", work, 1_000, line.stream)
        task = asyncio.ensure_future(agent)
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return event.acked

    return crashes, asyncio.run(main())


def test_2_an_exception_does_not_acknowledge_its_event() -> None:
    """Faust acknowledges the event an agent died of; here the event stays, and the whole worker starts afresh."""

    async def dies(_batch: object) -> None:
        raise RuntimeError("a defect of the shell")

    crashes, acked = crash_of(dies)
    assert [str(error) for error in crashes] == ["a defect of the shell"]
    assert not acked


def test_3_a_batch_is_acknowledged_only_after_its_sends() -> None:
    """`take` acknowledges a batch even if the call failed; here one that is still being sent is not acknowledged."""

    async def waits(_batch: object) -> None:
        await asyncio.Event().wait()

    async def sends(_batch: object) -> None:
        await asyncio.sleep(0)

    assert crash_of(waits) == ([], False)
    assert crash_of(sends) == ([], True)


@pytest.mark.servers
@pytest.mark.usefixtures("fresh_topics")
def test_2_and_poison_stops_nobody(settings: Make, tmp_path: Path) -> None:
    """Defects, panics and poison of every kind are rejected with their reasons; the good pages around them arrive."""
    mine = settings(stage_deadline_seconds=0.5)
    good = [raw_article(f"خبر {number}\nمتن") for number in range(20)]
    newer = raw_article("خبر من المستقبل").model_copy(update={"schema_version": 99})
    hopeless = [raw_article(f"عنوان\n{word}") for word in ("!empty", "!broken", "!panic", "!endless")]
    poison = [b"", b"\x00\xff", b"no json", b"{}", b'{"article_id": 7}', encode(newer), b"9" * 5_000_000]
    # A topic once had a larger limit: the five megabytes are in it when the worker's own limit is four.
    ensure_topics(mine.model_copy(update={"max_message_bytes": 8_000_000}))
    wide = mine.model_copy(update={"max_message_bytes": 8_000_000})
    feed(wide, [*good[:10], *hopeless, *((f"{n:032}".encode(), value) for n, value in enumerate(poison)), *good[10:]])
    feed(mine, [(None, b"no batch of sightings"), (None, b"")], topic=SEEN.name)
    with workers(mine, tmp_path):
        wait_until_drained(mine)
    found = result(mine)
    assert set(found.articles) == {page.article_id for page in good}
    reasons = sorted(reject.reason for reject in found.rejected.values())
    assert reasons == sorted(
        [Reason.NO_TEXT, Reason.STAGE_FAILED, Reason.STAGE_FAILED, Reason.TOO_SLOW, Reason.UNSUPPORTED_VERSION]
        + [Reason.NOT_A_MESSAGE] * 6
        + [Reason.WRONG_SCHEMA] * 2
    )


@pytest.mark.servers
def test_3_a_broker_that_dies_loses_nothing(tmp_path: Path) -> None:
    """Kafka is killed half-way and comes back: the worker waits, sends again, and the end is as if nothing had been."""
    mine = Settings(_env_file=None, state_dir=tmp_path / "state", partitions=2, work_batch=20, group="dying")
    server = start_kafka(tmp_path / "kafka", mine, 0, options=QUICK)
    mine = mine.model_copy(update={"kafka": server.address})
    mine.model_fields_set.add("kafka")
    given = [raw_article(f"خبر {number}\n!heavy") for number in range(200)]
    try:
        ensure_topics(mine)
        feed(mine, given)
        with workers(mine, tmp_path) as (worker,):
            while lag(mine) > 150:
                time.sleep(0.05)
            os.kill(server.pid, signal.SIGKILL)
            server.stop()
            time.sleep(2)
            server = start_kafka(tmp_path / "kafka", mine, int(server.address.rpartition(":")[2]), options=QUICK)
            wait_until_drained(mine, 120)
            assert worker.stop() == 0
        assert set(result(mine).articles) == {page.article_id for page in given}
    finally:
        server.stop()


@pytest.mark.servers
def test_4_a_worker_without_kafka_still_stops(tmp_path: Path) -> None:
    """With Kafka gone in the middle of a batch, SIGTERM ends the worker with status 0 within ten seconds."""
    mine = Settings(_env_file=None, state_dir=tmp_path / "state", partitions=2, work_batch=20, group="leaving")
    server = start_kafka(tmp_path / "kafka", mine, 0, options=QUICK)
    mine = mine.model_copy(update={"kafka": server.address})
    mine.model_fields_set.add("kafka")
    try:
        ensure_topics(mine)
        feed(mine, [raw_article(f"خبر {number}\n!heavy") for number in range(200)])
        with workers(mine, tmp_path) as (worker,):
            while lag(mine) > 150:
                time.sleep(0.05)
            os.kill(server.pid, signal.SIGKILL)
            time.sleep(1)
            began = time.monotonic()
            assert worker.stop() == 0
            assert time.monotonic() - began < 10
    finally:
        server.stop()


def test_7_no_stage_outlasts_the_session(tmp_path: Path) -> None:
    """A stage that holds the interpreter up to its deadline does not get its worker thrown out of the group."""
    for seconds in (0.5, 10.0, 60.0):
        mine = Settings(_env_file=None, state_dir=tmp_path, stage_deadline_seconds=seconds)
        assert session_seconds(mine) > seconds
        assert build(mine, STAND_INS).app.conf.broker_session_timeout == session_seconds(mine)


def test_4_no_partition_is_called_stuck_for_being_behind(tmp_path: Path) -> None:
    """Faust's own watch, which knows only its iterators, never cries: the role's pulse says who stands still."""
    mine = Settings(_env_file=None, state_dir=tmp_path)
    assert build(mine, STAND_INS).app.conf.stream_processing_timeout > 10 * 365 * 24 * 3600


def test_8_limits_agree_from_end_to_end(tmp_path: Path) -> None:
    """Clients and topics take any message that the check at the door lets through, with room for its envelope."""
    mine = Settings(_env_file=None, state_dir=tmp_path, max_message_bytes=2_000_000)
    assert build(mine, STAND_INS).app.conf.producer_max_request_size == 2_000_000 + ENVELOPE_BYTES
    assert {config["max.message.bytes"] for config in topic_configs(mine).values()} == {str(2_000_000 + ENVELOPE_BYTES)}


@pytest.mark.servers
@pytest.mark.usefixtures("fresh_topics")
def test_8_two_megabytes_pass_and_too_much_is_rejected(settings: Make, tmp_path: Path) -> None:
    """A page of 2 MB becomes a document; one that a stage swells past the limit becomes a reject with its original."""
    mine = settings()
    words = "اجتماع القمة في الرياض " * 50_000
    large, swollen = raw_article(f"خبر طويل\n{words}"), raw_article(f"خبر ينتفخ\n!swell\n{words[:100_000]}")
    assert len(encode(large)) > 2_000_000
    ensure_topics(mine)
    feed(mine, [large, swollen, raw_article("خبر قصير\nمتن")])
    with workers(mine, tmp_path):
        wait_until_drained(mine)
    found = result(mine)
    assert large.article_id in found.articles
    assert len(found.articles) == 2
    (reject,) = found.rejected.values()
    assert (reject.reason, reject.article_id, reject.topic) == (
        Reason.MESSAGE_TOO_LARGE,
        swollen.article_id,
        RAW.name,
    )
    assert reject.payload == encode(swollen)


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_9_and_10_the_worker_opens_no_door_and_trusts_no_bytes(topology: str, tmp_path: Path) -> None:
    """No web server, no pickles, no topics declared by Faust, our own store, and the changelog that we create."""
    mine = Settings(_env_file=None, state_dir=tmp_path, topology=topology)
    app = build(mine, STAND_INS).app
    assert not app.conf.web_enabled
    assert not app.conf.topic_allow_declare
    assert {type(table.data) for table in app.tables.values()} == {Store}
    assert {agent.channel.value_serializer for agent in app.agents.values()} == {"raw"}
    assert [table.changelog_topic_name for table in app.tables.values()] == [changelog(mine, table) for table in TABLES]


def test_secrets_stay_out_of_what_faust_shows(tmp_path: Path) -> None:
    """Neither the app nor its credentials print the password."""
    mine = Settings(
        _env_file=None,
        state_dir=tmp_path,
        kafka_security="SASL_PLAINTEXT",
        kafka_username="sada",
        kafka_password="canary-7",
    )
    app = build(mine, STAND_INS).app
    assert app.conf.broker_credentials.password == "canary-7"
    assert "canary-7" not in f"{app!r} {app.conf.broker_credentials!r} {mine!r}"
