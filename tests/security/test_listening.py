"""What `sada up` starts listens on loopback alone, shows no secret, and hides the canaries that it is given."""

from __future__ import annotations

import base64
import ipaddress
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import psutil
import pytest

from bench.corpus import page
from sada.local.servers import forget_elasticsearch
from tests.security.roles import ask

pytestmark = pytest.mark.servers

CANARIES = {
    "SADA_KAFKA_USERNAME": "canary-user-4821",
    "SADA_KAFKA_PASSWORD": "canary-kafka-9317",
    "SADA_KAFKA_KEY_PASSWORD": "canary-key-5520",
    "SADA_ELASTICSEARCH_PASSWORD": "canary-search-7744",
    "SADA_ELASTICSEARCH_USERNAME": "canary-reader-1190",
    "SADA_ELASTICSEARCH_API_KEY": base64.b64encode(b"canary:api-key-0073").decode(),
}
"""Secrets that the plain local servers never ask for; users are no secrets, yet nobody's business either."""

JAVA_DEBUGGING = ("jmxremote", "jdwp", "agentlib", "debug")


class Up:
    """A line that `sada up` started in `folder`, and all its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = CANARIES | {
            "SADA_LOG_LEVEL": "debug",
            "SADA_PARTITIONS": "2",
            "SADA_STATE_DIR": str(folder / ".sada"),
        }
        self.started = ask(folder, self.variables, "up")
        self.status = ask(folder, self.variables, "status", "--json")

    def processes(self) -> list[psutil.Process]:
        """Return the supervisor with everything below it."""
        run = orjson.loads((self.folder / ".sada" / "run.json").read_bytes())
        supervisor = psutil.Process(run["supervisor"]["pid"])
        return [supervisor, *supervisor.children(recursive=True)]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Bring up a line with canaries for secrets, at debug level, and let an article pass it."""
    folder = tmp_path_factory.mktemp("up")
    (folder / "inbox").mkdir()
    (folder / "inbox" / "a.txt").write_text(page(5).text)
    line = Up(folder)
    try:
        assert line.started.returncode == 0, line.started.stderr
        yield line
    finally:
        ask(folder, line.variables, "down")
        forget_elasticsearch(folder / ".sada")


def test_every_socket_listens_on_loopback(up: Up) -> None:
    """Kafka, its controller and Elasticsearch's two ports listen on loopback; roles and supervisor nowhere else."""
    listening = {
        (process.name(), one.laddr.ip, one.laddr.port)
        for process in up.processes()
        for one in process.net_connections(kind="inet")
        if one.status == psutil.CONN_LISTEN or (one.type == 2 and one.laddr)
    }
    outside = {one for one in listening if not _is_loopback(one[1])}
    assert outside == set()
    assert {port for _, _, port in listening} >= {_port(up, "kafka"), _port(up, "elasticsearch")}
    assert len({port for name, _, port in listening if name == "java"}) == 4, listening


def _is_loopback(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback


def _port(up: Up, server: str) -> int:
    return int(orjson.loads(up.status.stdout)[server]["address"].rpartition(":")[2])


def test_no_server_can_be_debugged_or_managed_from_outside(up: Up) -> None:
    """No Java process has JMX or a debugger's port switched on."""
    commands = [" ".join(process.cmdline()) for process in up.processes() if process.name() == "java"]
    assert len(commands) >= 2
    assert [word for word in JAVA_DEBUGGING if any(f"-{word}" in one or f".{word}" in one for one in commands)] == []


def test_no_canary_is_told(up: Up) -> None:
    """No log, answer, state file or command line holds a secret; the children's environment does, unavoidably."""
    searched = ask(up.folder, up.variables, "search", "خبر", "--json")
    wrong = ask(up.folder, up.variables | {"SADA_KAFKA_SECURITY": "SASL_SSL"}, "status")
    failed = ask(
        up.folder, up.variables | {"SADA_DEBUG": "1", "SADA_KAFKA_SECURITY": "SSL", "SADA_KAFKA_CA": "/no"}, "sink"
    )
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    told = {
        "answers": "".join(one.stdout + one.stderr for one in (up.started, up.status, searched, wrong, failed)),
        "ps": listed,
        "cmdline": "".join(" ".join(process.cmdline()) for process in up.processes()),
        **{
            str(path): path.read_text("utf-8", "replace") for path in (up.folder / ".sada").rglob("*") if _is_ours(path)
        },
    }
    secrets = {value for name, value in CANARIES.items() if not name.endswith("USERNAME")}
    assert [(place, secret) for place, text in told.items() for secret in secrets if secret in text] == []
    assert any(path.endswith(".log") for path in told)


def _is_ours(path: Path) -> bool:
    """Leave out the servers' own data, which holds articles alone."""
    return path.is_file() and "data" not in path.parts
