"""The house's walls: who may import whom, which files touch a client library, what is pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.house.shape import ROOMS, ROOT

# The only files that may touch a client library; each does nothing else.
CLIENTS = {
    "faust": {
        "streams/agents.py",
        "streams/app.py",
        "streams/batches.py",
        "streams/continuity.py",
        "streams/progress.py",
        "streams/recovery.py",
        "streams/store.py",
        "streams/worker.py",
    },
    "mode": {"streams/batches.py", "streams/recovery.py"},
    "aiokafka": {"streams/door.py", "streams/outbox.py", "streams/recovery.py", "streams/replay.py"},
    "kafka": {
        "producers/publisher.py",
        "streams/topic_ids.py",
        "streams/topics.py",
        "sinks/consumer.py",
        "sinks/line_writer.py",
        "sinks/outbox.py",
        "sada/broker.py",
        "sada/checkup/broker.py",
        "sada/originals.py",
        "sada/checkup/retention.py",
        "sada/footprints.py",
        "sada/passing.py",
        "sada/status.py",
    },
    "prometheus_client": {"schemas/meter.py"},
    "opentelemetry": {"schemas/traces.py"},
    "elasticsearch": {
        "schemas/elasticsearch_options.py",
        "schemas/elasticsearch_refusals.py",
        "sinks/client.py",
        "desk/client.py",
    },
}

# Modules that reach for a clock, the network, the environment, a log or chance.
IMPURE = {
    "asyncio", "datetime.now", "http", "logging", "multiprocessing", "os", "random", "secrets", "socket", "sqlite3",
    "structlog", "subprocess", "threading", "time", "urllib",
}  # fmt: skip


def modules(room: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_meet_only_in_schemas(room: str) -> None:
    """A room imports itself and schemas; only the front door imports the others."""
    allowed = set(ROOMS) if room == "sada" else {room, "schemas"}
    crossings = {
        f"{name} imports {target}"
        for name, tree in modules(room)
        for target in imports(tree)
        if target.split(".")[0] in ROOMS and target.split(".")[0] not in allowed
    }
    assert crossings == set()


@pytest.mark.parametrize("library", CLIENTS)
def test_clients_stand_in_named_files(library: str) -> None:
    """Only the named files import a client library, and each name is still true."""
    found = {
        name
        for room in ROOMS
        for name, tree in modules(room)
        if any(target.split(".")[0] == library for target in imports(tree))
    }
    assert found == CLIENTS[library], "name it in CLIENTS, tests/house/test_rooms.py, if it does nothing else"


def test_stages_and_text_tools_are_pure() -> None:
    """Stages and text tools import no clock, network, environment, log or chance."""
    impure = {
        f"{name} imports {target}"
        for room in ("streams/stages", "streams/text")
        for name, tree in modules(room)
        for target in imports(tree)
        if target in IMPURE or target.split(".")[0] in IMPURE
    }
    assert impure == set()


def test_stages_never_ask_for_the_time() -> None:
    """No stage or text tool calls now(), today() or utcnow()."""
    calls = {
        f"{name}:{node.lineno}"
        for room in ("streams/stages", "streams/text")
        for name, tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}
    }
    assert calls == set()
