"""Where integration tests get their servers: the choice, and that containers are started and removed in order."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import Settings
from tests.servers.choice import choose, docker_answers
from tests.servers.containers import (
    ELASTICSEARCH_IMAGE,
    KAFKA_IMAGE,
    kafka_environment,
    start_containers,
    start_script,
)


class FakeContainer:
    """A container that writes down what is done with it."""

    port = 9200

    def __init__(self, name: str, done: list[str], *, fails: bool = False) -> None:
        self.name, self.done, self.fails = name, done, fails

    def start(self, timeout: int = 0) -> None:
        """Start, or fail as an image that cannot be pulled does."""
        self.done.append(f"start {self.name}")
        if self.fails:
            raise RuntimeError("no such image")

    def stop(self) -> None:
        """Stop."""
        self.done.append(f"stop {self.name}")

    def get_bootstrap_server(self) -> str:
        """Say where Kafka's clients find it."""
        return "docker.host:32768"

    def get_container_host_ip(self) -> str:
        """Say where Elasticsearch's clients find it."""
        return "docker.host"

    def get_exposed_port(self, port: int) -> int:
        """Say which port of the host is the container's."""
        return port + 30000


def start(done: list[str], *, fails: bool = False) -> Any:
    """Start fakes in the place of containers."""
    kafka = FakeContainer("kafka", done)
    node = FakeContainer("elasticsearch", done, fails=fails)
    return start_containers(Settings(_env_file=None), lambda settings: kafka, lambda: node)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(("wish", "engine", "kind"), [
    ("", True, "containers"),
    ("", False, "local"),
    ("local", True, "local"),
    ("containers", False, "containers"),
])  # fmt: skip
def test_choice(wish: str, engine: bool, kind: str) -> None:
    """The variable decides, otherwise whether an engine answers."""
    assert choose({"SADA_TEST_SERVERS": wish}, lambda: engine) == kind


def test_the_engine_is_not_asked_when_the_variable_decides() -> None:
    """A wish is followed without looking for Docker."""

    def engine() -> bool:
        raise AssertionError("asked")

    assert choose({"SADA_TEST_SERVERS": "local"}, engine) == "local"
    assert choose({"SADA_TEST_SERVERS": "containers"}, engine) == "containers"


def test_an_unknown_wish_is_an_error() -> None:
    """A misspelt wish is not taken for none."""
    with pytest.raises(ValueError, match="SADA_TEST_SERVERS=docker: say local or containers"):
        choose({"SADA_TEST_SERVERS": "docker"}, lambda: True)


def test_no_engine_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no engine listens the ping says so, quickly and without a warning."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")
    assert docker_answers() is False
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/such/docker.sock")
    assert docker_answers() is False


def test_containers_start_and_stop_in_order() -> None:
    """Both addresses are handed out; stopping removes the last started first."""
    done: list[str] = []
    servers = start(done)
    assert (servers.kafka, servers.elasticsearch) == ("docker.host:32768", "http://docker.host:39200")
    servers.stop()
    assert done == ["start kafka", "start elasticsearch", "stop elasticsearch", "stop kafka"]


def test_nothing_is_left_when_the_second_fails() -> None:
    """Where Elasticsearch does not start, Kafka's container is removed and the error shows."""
    done: list[str] = []
    with pytest.raises(RuntimeError, match="no such image"):
        start(done, fails=True)
    assert done[-2:] == ["stop elasticsearch", "stop kafka"]


def test_images_are_in_docker_hubs_short_form() -> None:
    """Image names hold no registry host and the versions of the local servers."""
    assert (KAFKA_IMAGE, ELASTICSEARCH_IMAGE) == ("apache/kafka:4.3.1", "elasticsearch:9.5.3")


def test_kafka_in_a_container_is_set_up_as_the_local_one() -> None:
    """The same limits and the same refusal to create topics; the advertised address is told at the start."""
    environ = kafka_environment(Settings(_env_file=None, max_message_bytes=2_000_000))
    assert environ["KAFKA_MESSAGE_MAX_BYTES"] == "2000000"
    assert environ["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert environ["KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS"] == "0"
    script = start_script("docker.host:32768")
    assert script.startswith("#!/bin/bash\n")
    assert "PLAINTEXT://docker.host:32768," in script
