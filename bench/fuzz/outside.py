"""Targets for what surrounds the pages: command lines, the environment, our own files gone bad, servers' answers."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from .engine import Check

Folder = TemporaryDirectory[str]


def _require(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)


def arguments() -> Check:
    """A command line: parsed, or one line that says what is wrong. What the commands would do is left out."""
    import typer

    from sada import cli

    def disarm(command: Any) -> None:  # noqa: ANN401 - groups and commands of two libraries
        for one in getattr(command, "commands", {}).values():
            disarm(one)
        if not hasattr(command, "commands"):
            command.callback = lambda **_: None

    tree = typer.main.get_command(cli.app)
    disarm(tree)

    def check(data: bytes) -> None:
        line = [part.decode("utf-8", "surrogateescape") for part in data.split(b"\0")]
        out, err = io.StringIO(), io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
        with redirect_stdout(out), redirect_stderr(err), patch.object(typer.main, "get_command", lambda _: tree):
            code = cli.main(line)
        err.flush()
        said = err.buffer.getvalue().decode()  # type: ignore[attr-defined]
        _require(code in {0, 2}, f"exit code {code}: {said}")
        _require(code == 0 or said.count("\n") == 1 or "Usage:" in out.getvalue(), f"not one line: {said}")
        _require("Traceback" not in said, said)

    return check


def command_lines() -> Sequence[bytes]:
    """Give lines that are right."""
    lines = (
        "up --workers 2 --inbox /data",
        "down",
        "status --json",
        "search --limit 3 --all موسكو",
        "process README.md",
        "rejected list --by reason --since 2h --limit 5",
        "rejected replay --reason stage_failed --yes",
        "forget --undo 8d4c0f9ab1e26375c4e8f01b2a3d5e67",
        "forget --deleted",
        "eval split . . --json",
        "--version",
        "-h",
        "explain --html README.md",
        "same a b --json",
        "watch --retract-deleted",
        "reindex --drop-old",
        "reprocess --since 7d",
    )
    return [b"\0".join(part.encode() for part in line.split(" ")) for line in lines]


def settings() -> Check:
    """Variables of the environment, one a line: settings, or one line that names the variable and no value."""
    from pydantic import ValidationError

    from sada.errors import explain
    from schemas import Settings
    from schemas.kafka_options import client_options
    from schemas.secret_files import SettingsError
    from sinks.client import connect

    def check(data: bytes) -> None:
        lines = data.decode("utf-8", "replace").replace("\0", "").splitlines()
        given = dict(line.split("=", 1) for line in lines if "=" in line)
        names = {name.upper(): value for name, value in given.items()}
        with _environment(names):
            try:
                made = Settings(_env_file=None)
                client_options(made)
                connect(made).close()
            except (ValidationError, SettingsError, ValueError) as error:
                said = explain(error)
                _require(said.count("\n") == 0, f"not one line: {said}")
                _require("SADA_" in said, f"names no variable: {said}")
                secret = names.get("SADA_KAFKA_PASSWORD") or names.get("SADA_ELASTICSEARCH_PASSWORD") or ""
                _require(len(secret) < 8 or secret not in said, f"tells a secret: {said}")

    return check


@contextmanager
def _environment(names: dict[str, str]) -> Iterator[None]:
    import os

    before = dict(os.environ)
    ours = {name: value for name, value in names.items() if name.startswith("SADA_") and len(name) < 100}
    with suppress(ValueError, UnicodeEncodeError):  # names that no environment can hold
        os.environ.update({name: value for name, value in ours.items() if not name.endswith(("_FILE", "_DIR"))})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def environments() -> Sequence[bytes]:
    """Give sets of variables."""
    return [
        b'SADA_KAFKA=127.0.0.1:9092\nSADA_PARTITIONS=8\nSADA_INCLUDE=["**/*.txt"]\nSADA_RESCAN_SECONDS=1.5',
        b"SADA_KAFKA_SECURITY=SASL_SSL\nSADA_KAFKA_USERNAME=u\nSADA_KAFKA_PASSWORD=secret-canary\nSADA_KAFKA_CA=/nowhere",
        b"SADA_ELASTICSEARCH=https://a:9200,https://b:9200\nSADA_ELASTICSEARCH_API_KEY=QUJD",
        b"SADA_ELASTICSEARCH=http://[::1]:9200\nSADA_ELASTICSEARCH_USERNAME=u\nSADA_ELASTICSEARCH_PASSWORD=secret-canary",
        b"SADA_TOPOLOGY=staged\nSADA_LOG_LEVEL=debug\nSADA_HEALTH_PORT=0\nSADA_EXCLUDE=[]\nSADA_MAX_MESSAGE_BYTES=65536",
    ]


def registry() -> Check:
    """The watcher's registry, damaged: it works, or SQLite says what is wrong."""
    from producers.registry import Registry

    folder = TemporaryDirectory(prefix="sada-fuzz-")
    place = Path(folder.name)

    def check(data: bytes, _keep: Folder = folder) -> None:
        for file in place.glob("registry*"):
            file.unlink()
        (place / "registry.sqlite").write_bytes(data)
        with ExitStack() as closing, suppress(sqlite3.Error, ValueError):
            found = Registry(place / "registry.sqlite", place)
            closing.callback(found.close)
            found.count()
            list(found.rows(["a.txt", "b.txt"]).values())
            list(found.present())
            found.vanished()
            found.forgotten()

    return check


def registries() -> Sequence[bytes]:
    """Give registries with some rows."""
    from producers.folder import Signature
    from producers.registry import Intent, Registry, Row

    with TemporaryDirectory() as folder:
        place = Path(folder) / "registry.sqlite"
        empty = _closed(Registry(place, Path(folder)), lambda _: None, place)
        held = (("a", False), ("b", True))
        rows = [Row(f"{name}.txt", Signature(1, 2, 3, 4), 5, "a" * 32, None, gone, 1.0) for name, gone in held]

        def fill(one: Registry) -> None:
            one.intend([Intent("c.txt", "b" * 32, reject=False)])
            one.save(rows)
            one.forget(["c" * 32])

        return [empty, _closed(Registry(place, Path(folder)), fill, place)]


def _closed(one: Any, work: Callable[[Any], None], place: Path) -> bytes:  # noqa: ANN401 - a registry, imported late
    work(one)
    one.close()
    return place.read_bytes()


def configuration() -> Check:
    """Files that the operator or an earlier run wrote: read, or refused by name."""
    from sada.state import read_run
    from schemas.health import beat_file, read_beat
    from schemas.secret_files import SettingsError, read_secret
    from streams.text.sites import SiteRuleError, load_rules

    folder = TemporaryDirectory(prefix="sada-fuzz-")
    place = Path(folder.name)
    beat_file(place, "work", 1).parent.mkdir()

    def check(data: bytes, _keep: Folder = folder) -> None:
        kind, content = data[:1], data[1:]
        if kind == b"1":
            (place / "run.json").write_bytes(content)
            read_run(place)
        elif kind == b"2":
            beat_file(place, "work", 1).write_bytes(content)
            read_beat(place, "work", 1)
        elif kind == b"3":
            (place / "secret").write_bytes(content)
            with suppress(SettingsError):
                read_secret("SADA_KAFKA_PASSWORD_FILE", place / "secret")
        else:
            (place / "generic.toml").write_bytes(content)
            with suppress(SiteRuleError):
                load_rules(place)

    return check


def configurations() -> Sequence[bytes]:
    """Give files that are right, each with its kind in front."""
    from sada.state import Phase, Process, Run
    from schemas.health import Beat
    from streams.text.sites import SITES

    one = Process(name="work-1", pid=1, born=1.0)
    run = Run(phase=Phase.READY, supervisor=one, inbox=Path("inbox"), workers=1, topology="fused", processes=(one,))
    beat = Beat(
        role="work",
        pid=1,
        written=1.0,
        turned=1.0,
        moved=1.0,
        joined=True,
        waiting_for=None,
        committed={"a-1": 1},
        lag=1,
        last_progress=None,
    )
    rules = [b"4" + path.read_bytes() for path in sorted(SITES.glob("*.toml"))[:6]]
    rules.append(b"4" + (SITES / "generic.toml").read_bytes())
    return [b"1" + run.model_dump_json().encode(), b"2" + beat.model_dump_json().encode(), b"3secret\n", *rules]


def answers() -> Check:
    """What Elasticsearch, or whatever stands in its place, answers: understood, or waited for, or refused."""
    from elastic_transport import ApiResponseMeta, BaseNode, HttpHeaders
    from elastic_transport._node import NodeApiResponse
    from elasticsearch import Elasticsearch  # noqa: TID251 - its answers are made up here

    from sinks.actions import write
    from sinks.client import Cluster
    from sinks.faults import Unavailable, Unfit

    class Node(BaseNode):
        """Answers what it is told to."""

        body, status = b"", 200

        def perform_request(self, *_: Any, **__: Any) -> NodeApiResponse:  # noqa: ANN401 - whatever is asked
            headers = HttpHeaders({"x-elastic-product": "Elasticsearch", "content-type": "application/json"})
            return NodeApiResponse(ApiResponseMeta(Node.status, "1.1", headers, 0.1, self.config), Node.body)

        def close(self) -> None:
            """Nothing is open."""

    cluster = Cluster(Elasticsearch("http://127.0.0.1:9200", node_class=Node, max_retries=0))
    actions = [write("a", "1", {"a": 1}), write("a", "2", {"a": 2})]
    asks: tuple[Callable[[], object], ...] = (
        lambda: cluster.bulk(actions),
        lambda: cluster.fetch("a", ["1", "2"], ["a"]),
        lambda: cluster.inspect("a", ["1", "2"], ["a"]),
        lambda: cluster.ask("GET", "/_alias/a"),
        lambda: cluster.refresh(["a"]),
    )
    statuses = (200, 200, 200, 400, 401, 403, 404, 429, 500, 503)

    def check(data: bytes) -> None:
        kind = data[0] if data else 0
        Node.status, Node.body = statuses[kind // len(asks) % len(statuses)], data[1:]
        with suppress(Unavailable, Unfit):
            asks[kind % len(asks)]()

    return check


def bodies() -> Sequence[bytes]:
    """Give answers of all kinds."""
    whole = (
        b'{"items":[{"index":{"status":201}},{"index":{"status":400,"error":{"type":"a","reason":"b","caused_by":{"reason":"c"}}}}]}',
        b'{"docs":[{"_id":"1","_source":{"a":1},"_seq_no":1,"_primary_term":1},{"_id":"2"}]}',
        b'{"docs":[{"_id":"1","error":{"type":"index_not_found_exception"}}]}',
        b'{"error":{"root_cause":[{"type":"a","reason":"b"}],"type":"a","reason":"b"},"status":403}',
        b'{"sada-articles-v1":{"aliases":{"sada-articles":{}}}}',
        b'{"error":"no handler found"}',
        b"<html>502</html>",
        b"",
    )
    return [bytes([kind]) + body for body in whole for kind in range(50)]
