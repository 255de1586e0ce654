"""Runs Apache Kafka on loopback: from a home folder and settings to a broker that keeps its data there."""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from schemas.settings import Settings

from .jars import fetch, load_pins
from .java import find_java
from .launch import Command, Server, ServerError, launch, open_log
from .lock import locked
from .places import cache_folder
from .ports import HOST, choose_port, free_port
from .progress import Say
from .versions import KAFKA

USUAL_PORT = 9092
LEAST_JAVA = 17
HEAP = "512m"
LOGGING = (
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.showThreadName=false",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn",
    "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config.AbstractConfig=warn",
)
STARTED = b"Kafka Server started"


def start_kafka(  # noqa: PLR0913, PLR0917 - the last two are for tests
    home: Path,
    settings: Settings,
    port: int | None = None,
    say: Say = print,
    properties: Mapping[str, str] | None = None,
    options: tuple[str, ...] = (),
) -> Server:
    """Start Kafka with its data in `home/kafka` and its log in `home/logs/kafka.log`.

    Args:
        home: folder of the local servers; the same folder again finds the same topics and messages.
        settings: for `max_message_bytes`.
        port: the port itself, 0 for any free one, None for 9092 or else a free one.
        say: is told what happens, line by line.
        properties: broker properties that are added or win over ours; `{port}` and `{controller}` in a value become
            the two ports.
        options: Java options after ours, such as `-Xmx1g`.

    Raises:
        NoJavaError, DownloadError, PortTakenError, ServerError: each with what to do.
    """
    java = find_java(f"Kafka {KAFKA}", LEAST_JAVA)
    jars = prefetch_kafka(say)
    folder = home.absolute() / "kafka"
    folder.mkdir(parents=True, exist_ok=True)
    number = choose_port(USUAL_PORT, port, "Kafka", say)
    file = _configure(folder, settings, number, dict(properties or {}))
    base = (
        java.program("java"),
        f"-Xmx{HEAP}",
        "-XX:+ExitOnOutOfMemoryError",
        *LOGGING,
        *options,
        "-cp",
        os.pathsep.join(map(str, jars)),
    )
    log = open_log(home, "kafka")
    if not (folder / "data" / "meta.properties").exists():
        _format(base, file, log)
    begin = log.stat().st_size
    command = Command("kafka", (*base, "kafka.Kafka", str(file)), java.environ(), folder, log)
    return launch(command, f"{HOST}:{number}", lambda: _has_started(log, begin), say)


def prefetch_kafka(say: Say) -> list[Path]:
    """Download and verify what Kafka needs; returns its class path."""
    cache = cache_folder()
    with locked(cache, say):
        return fetch(load_pins("kafka"), cache, say)


def broker_properties(folder: Path, settings: Settings, port: int, controller_port: int) -> dict[str, str]:
    """Compose the properties of a single broker that is its own controller."""
    largest = str(settings.max_message_bytes)
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": str(folder / "data"),
        "auto.create.topics.enable": "false",
        "message.max.bytes": largest,
        "replica.fetch.max.bytes": largest,
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "8",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "8",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "log.cleaner.dedupe.buffer.size": "16777216",
    }


def as_java_properties(values: Mapping[str, str]) -> str:
    r"""Write `values` in Java's format, which is Latin-1: other letters and backslashes are escaped.

    >>> as_java_properties({"log.dirs": "/tmp/صدى"})
    'log.dirs=/tmp/\\u0635\\u062f\\u0649\n'
    """
    return "".join(f"{key}={_escape(value)}\n" for key, value in values.items())


def _escape(value: str) -> str:
    units = value.replace("\\", "\\\\").encode("utf-16-be")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(chr(code) if 32 <= code < 127 else f"\\u{code:04x}" for code in codes)


def _configure(folder: Path, settings: Settings, port: int, extra: dict[str, str]) -> Path:
    controller = free_port()
    values = broker_properties(folder, settings, port, controller)
    for name, value in extra.items():
        values[name] = value.replace("{port}", str(port)).replace("{controller}", str(controller))
    file = folder / "server.properties"
    file.write_text(as_java_properties(values), "ascii")
    return file


def _format(base: tuple[str, ...], file: Path, log: Path) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
    arguments = ("kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", cluster, "-c", str(file))
    done = subprocess.run([*base, *arguments], check=False, capture_output=True, text=True)
    with log.open("a", encoding="utf-8") as lines:
        lines.write(done.stdout + done.stderr)
    if done.returncode:
        raise ServerError(f"Kafka could not prepare {file.parent / 'data'}:\n{done.stderr.strip()}")


def _has_started(log: Path, begin: int) -> bool:
    with log.open("rb") as lines:
        lines.seek(begin)
        return STARTED in lines.read()
