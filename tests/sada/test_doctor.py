"""`sada doctor`: each look tells good from bad, nothing breaks it, and on a real line all is well."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sada import doctor
from sada.checkup import broker, index, line, machine
from sada.checkup.finding import GIB, Finding, Verdict, ok
from sada.cli import app, main
from sada.doctor import examine, has_failed
from sada.local.java import NoJavaError
from sada.state import describe
from schemas import Settings
from schemas.health import Beat, beat_file
from sinks.client import Cluster, connect
from sinks.templates import ensure
from streams.topics import ensure_topics

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def away(folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        inbox=folder / "inbox",
        state_dir=folder / "state",
        kafka="127.0.0.1:1",
        elasticsearch="http://127.0.0.1:1",
    )


def test_servers_that_are_away_are_findings(tmp_path: Path) -> None:
    """Addresses set by hand at which nobody answers fail, with a remedy; the other looks are taken all the same."""
    settings = away(tmp_path)
    found = {finding.what: finding for finding in examine(settings, None, settings)}
    assert (found["Kafka"].verdict, found["Elasticsearch"].verdict) == (FAIL, FAIL)
    assert "SADA_KAFKA" in found["Kafka"].remedy
    assert found["Python"].verdict is OK
    assert found["inbox"].verdict is WARN


def test_servers_that_nobody_started_are_no_failure() -> None:
    """Where `sada up` would start them, servers that are away are only told of."""
    settings = Settings(_env_file=None, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:1")
    found = [*broker.examine_kafka(settings, expected=False), *index.examine_elasticsearch(settings, expected=False)]
    assert [finding.verdict for finding in found] == [WARN, WARN]


def test_a_look_that_breaks_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in one look is a finding, and the rest follows."""

    def broken(*_: object) -> Iterator[Finding]:
        yield ok("half", "way", "there")
        raise ZeroDivisionError("no reason")

    monkeypatch.setattr(machine, "examine_machine", broken)
    settings = away(tmp_path)
    found = examine(settings, None, settings)
    assert [finding.what for finding in found[:2]] == ["half", "machine"]
    assert "ZeroDivisionError: no reason" in found[1].found
    assert found[-1].what == "Elasticsearch"


def test_the_command_says_it_in_lines_in_json_and_by_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Failures give 1; both forms hold the same findings, the plain one with the failures last."""
    for name, value in {"KAFKA": "127.0.0.1:1", "ELASTICSEARCH": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(f"SADA_{name}", value)
    monkeypatch.setenv("SADA_INBOX", str(tmp_path / "inbox"))
    assert main(["doctor", "--state-dir", str(tmp_path), "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert {finding["verdict"] for finding in findings} == {"ok", "warn", "fail"}
    assert all(finding["remedy"] for finding in findings if finding["verdict"] != "ok")
    assert main(["doctor", "--state-dir", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.strip().splitlines()[2:]
    assert len(lines) == len(findings)
    assert lines[-1].startswith("fail\t")
    assert CliRunner().invoke(app, ["doctor", "--help"]).exit_code == 0


def test_nothing_failed_gives_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings do not change the exit code."""
    monkeypatch.setattr(doctor, "examine", lambda *_, **__: (ok("a", "b", "c"),))
    assert main(["doctor", "--state-dir", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    ("free", "verdict"), [(100 * GIB, OK), (1 * GIB, WARN), (0.1 * GIB, FAIL)], ids=["room", "little", "none"]
)
def test_disks(tmp_path: Path, free: float, verdict: Verdict) -> None:
    """Little room is told before there is none; folders that are not there yet are judged by their parents."""
    found = list(machine.check_disks(away(tmp_path), lambda folder: free if folder.exists() else -1))
    assert {finding.verdict for finding in found} == {verdict}


def test_java_python_and_memory() -> None:
    """Java is needed by local servers alone."""

    def none(*_: object, **__: object) -> object:
        raise NoJavaError("needs a full JDK; found: none at all.\nInstall one.")

    missing = machine.check_java(needed=True, find=none)
    assert (missing.verdict, missing.remedy) == (FAIL, "Install one.")
    assert machine.check_java(needed=False, find=none).verdict is OK
    assert machine.check_python((3, 9)).verdict is FAIL
    assert machine.check_compiled([]).verdict is OK
    slower = machine.check_compiled(["signs"])
    assert slower.verdict is WARN
    assert "signs" in slower.found
    assert machine.check_memory(GIB, needed=True).verdict is WARN
    assert machine.check_memory(GIB, needed=False).verdict is OK


def test_ports_are_free_taken_or_given() -> None:
    """The ports of servers given by hand are nobody's business."""
    settings = Settings(_env_file=None, kafka="kafka:9092")
    assert [one.verdict for one in machine.check_ports(settings, None, lambda _: False)] == [WARN]
    both = list(machine.check_ports(Settings(_env_file=None), None, lambda port: port == 9092))
    assert [(one.where, one.verdict) for one in both] == [("127.0.0.1:9092", OK), ("127.0.0.1:9200", WARN)]


def test_the_inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, no folder, unreadable files, readable."""
    inbox = tmp_path / "inbox"
    assert machine.check_inbox(inbox).verdict is WARN
    inbox.mkdir()
    (inbox / "a.txt").write_text("خبر", encoding="utf-8")
    assert machine.check_inbox(inbox).verdict is OK
    assert machine.check_inbox(inbox / "a.txt").verdict is FAIL
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(".txt"))
    assert machine.check_inbox(inbox).found == "1 of 1 files cannot be read"


def test_the_registry(tmp_path: Path) -> None:
    """None yet, sound, and no database at all."""
    file = tmp_path / "registry.sqlite"
    assert machine.check_registry(file).found == "none yet"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE files (path BLOB)")
    assert machine.check_registry(file).verdict is OK
    file.write_bytes(b"no database" * 1000)
    assert machine.check_registry(file).verdict is FAIL


def test_roles_are_judged_by_their_pulse(tmp_path: Path) -> None:
    """Gone, silent, stuck, waiting, ready."""
    settings, now = away(tmp_path), time.monotonic()
    process = describe("sink", os.getpid())
    assert line.check_role(settings, process.model_copy(update={"born": 1.0}), now).verdict is FAIL
    assert line.check_role(settings, process, now).found == "has not said a word yet"
    beat = Beat(
        role="sink", pid=process.pid, written=now, turned=now, moved=now, joined=True, waiting_for=None,
        committed={}, lag=3, last_progress=None,
    )  # fmt: skip
    file = beat_file(settings.state_dir, "sink", process.pid)
    file.parent.mkdir(parents=True)
    for words, verdict in (({}, OK), ({"waiting_for": "Kafka"}, WARN), ({"turned": now - 99}, FAIL)):
        file.write_text(beat.model_copy(update=words).model_dump_json())
        assert line.check_role(settings, process, now).verdict is verdict


def test_topics_of_another_width_fail() -> None:
    """The remedy names the number to set."""
    settings = Settings(_env_file=None)
    found = {one.where: one for one in broker.check_topics(settings, {"articles.raw": 3, "articles.enriched": 8})}
    assert found["articles.raw"].verdict is FAIL
    assert "SADA_PARTITIONS=3" in found["articles.raw"].remedy
    assert found["articles.enriched"].verdict is OK
    assert found["clusters.seen"].verdict is WARN


def test_changelogs_that_forget_fail() -> None:
    """A changelog that is deleted by age loses rows that never changed again."""
    settings = Settings(_env_file=None)
    policies = dict(
        zip(("sada-streams-members-changelog", "sada-streams-bands-changelog"), ("delete", "compact"), strict=True)
    )
    configs = {name: {"cleanup.policy": policy} for name, policy in policies.items()}
    assert [one.verdict for one in broker.check_changelogs(settings, configs)] == [FAIL, OK]


@pytest.mark.parametrize(
    ("left", "more", "verdict"),
    [(50, {}, OK), (12, {}, WARN), (3, {}, FAIL), (3, {index.SWITCH: "false"}, OK), (3, {"bytes": True}, OK)],
)
def test_watermarks(left: int, more: dict[str, Any], verdict: Verdict) -> None:
    """Past the low mark is a warning, past the flood stage a failure; marks in bytes and switched off are respected."""
    marks = dict(zip(index.MARKS, ("20gb", "10gb", "5gb") if "bytes" in more else ("85%", "90%", "95%"), strict=True))
    values = {index.MARK + name: mark for name, mark in marks.items()} | more
    disk = {"available_in_bytes": left * GIB, "total_in_bytes": 100 * GIB}
    assert index.check_disk("node a", disk, values).verdict is verdict


def test_clocks() -> None:
    """Seconds matter, fractions do not."""
    assert [index.check_clock("node a", ahead).verdict for ahead in (0.4, -30.0)] == [OK, WARN]


@pytest.mark.servers
@pytest.mark.usefixtures("fresh_topics")
def test_a_prepared_line_is_well(settings: Callable[..., Settings]) -> None:
    """With topics and indices made, nothing about the servers is amiss; what is spoiled is found and named."""
    mine = settings()
    ensure_topics(mine)
    with closing(Cluster(connect(mine))) as cluster:
        ensure(cluster, mine)
        found = examine(mine, None, mine)
        servers = [one for one in found if one.what not in {"disk of Elasticsearch", "cluster health", "memory"}]
        assert [one for one in servers if one.verdict is not OK] == []
        assert {"clock", "mapping", "alias", "template", "changelog", "topic"} <= {one.what for one in found}
        name = f"{mine.index_prefix}-articles"
        cluster.ask("PUT", f"/{name}/_settings", {"index.blocks.write": True})
        cluster.ask("DELETE", f"/_index_template/{name}")
        cluster.ask("DELETE", f"/{mine.index_prefix}-rejected-v1")
        spoiled = {(one.what, one.where): one.verdict for one in index.examine_elasticsearch(mine, expected=True)}
        assert spoiled["index", f"{name}-v1"] is FAIL
        assert spoiled["template", name] is WARN
        assert spoiled["alias", f"{mine.index_prefix}-rejected"] is WARN
    narrow = mine.model_copy(update={"partitions": 3})
    assert has_failed(list(broker.examine_kafka(narrow, expected=True)))
