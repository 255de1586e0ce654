"""docker-compose.yml and the Dockerfile: valid, pinned, closed to the outside, and their commands do the work."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import yaml
from jsonschema import Draft7Validator

from sada.local.versions import ELASTICSEARCH, KAFKA
from schemas import Settings

ROOT = Path(__file__).parents[2]
ROLES = ("watch", "work", "sink")
SERVERS = ("kafka", "elasticsearch", "kibana", "kibana-objects", "prometheus", "grafana")


def load_compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture
def compose() -> dict[str, Any]:
    return load_compose()


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


def compose_schema() -> dict[str, Any]:
    """The Compose Specification's own JSON Schema, as check-jsonschema ships it."""
    file = distribution("check-jsonschema").locate_file("check_jsonschema/builtin_schemas/vendor/compose-spec.json")
    return json.loads(Path(str(file)).read_text("utf-8"))


def test_the_file_fits_the_compose_schema(compose: dict[str, Any]) -> None:
    """Every key of docker-compose.yml is one that Docker Compose knows, where it stands."""
    schema = compose_schema()
    validator = Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(compose)] == []
    compose["services"]["work"]["comand"] = ["work"]
    assert not validator.is_valid(compose)


def test_versions_are_those_of_the_local_servers(compose: dict[str, Any]) -> None:
    """Stock images by their short names, pinned to the versions that the tests run against."""
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert images["kafka"] == f"apache/kafka:{KAFKA}"
    assert images["elasticsearch"] == f"elasticsearch:{ELASTICSEARCH}"
    assert images["kibana"] == images["kibana-objects"] == f"kibana:{ELASTICSEARCH}"
    for image in images.values():
        assert "." not in image.partition(":")[0], "a registry's host name"
        assert not image.endswith(":latest")


def test_each_role_is_a_service(compose: dict[str, Any]) -> None:
    """One service a role, built here, with room to drain, and nothing that forbids a second container of it."""
    services = compose["services"]
    assert set(services) == {*ROLES, "desk", *SERVERS}
    for role in (*ROLES, "desk"):
        service = services[role]
        assert service["command"] == [role]
        assert service["build"] == "."
        assert service["restart"] == ("on-failure:3" if role == "desk" else "unless-stopped")
        assert int(service["stop_grace_period"].removesuffix("s")) > 10
        assert "container_name" not in service
    assert "ports" not in services["work"]
    assert "volumes" not in services["work"], "workers share no state folder"


def test_every_variable_is_a_setting(compose: dict[str, Any]) -> None:
    """A SADA_ variable that no setting reads would be a silent mistake; each value is one that fits."""
    for role in (*ROLES, "desk"):
        values = {
            name.removeprefix("SADA_").lower(): value
            for name, value in compose["services"][role]["environment"].items()
        }
        assert set(values) <= set(Settings.model_fields)
        assert Settings(_env_file=None, **values).partitions == 8


def test_servers_are_waited_for(compose: dict[str, Any]) -> None:
    """Whoever depends on a server waits until it is healthy, and every server says when it is."""
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services
            assert how == {"condition": "service_healthy"}, name
            assert "healthcheck" in services[needed]
    assert set(services["sink"]["depends_on"]) == {"kafka", "elasticsearch"}
    for name in ("kafka", "elasticsearch", "kibana"):
        assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_each_role_answers_for_its_health(compose: dict[str, Any]) -> None:
    """The check asks the port that the role is given, and its program is one that compiles."""
    for role in (*ROLES, "desk"):
        kind, program, flag, code = compose["services"][role]["healthcheck"]["test"]
        assert (kind, program, flag) == ("CMD", "python", "-c")
        compile(code, "healthcheck", "exec")
        port = compose["services"][role]["environment"]["SADA_HEALTH_PORT"]
        assert f"http://127.0.0.1:{port}/live" in code


def test_nothing_is_open_to_the_outside(compose: dict[str, Any]) -> None:
    """Servers without a password are published on the loopback address alone."""
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_data_outlives_the_containers(compose: dict[str, Any]) -> None:
    """Each store has its own named volume, the inbox is the folder beside the file and cannot be written."""
    services = compose["services"]
    mounts = {name: service.get("volumes", []) for name, service in services.items()}
    named = {mount.split(":")[0] for all_mounts in mounts.values() for mount in all_mounts}
    assert {name for name in named if not name.startswith("./")} == set(compose["volumes"])
    assert "./inbox:/inbox:ro" in mounts["watch"]
    assert mounts["kafka"] == [f"kafka:{services['kafka']['environment']['KAFKA_LOG_DIRS']}"]


def test_kafka_takes_our_largest_message(compose: dict[str, Any]) -> None:
    """The broker's limit is no smaller than ours, and topics are made by us alone."""
    environment = compose["services"]["kafka"]["environment"]
    assert int(environment["KAFKA_MESSAGE_MAX_BYTES"]) >= Settings(_env_file=None).max_message_bytes
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_the_desk_asks_for_a_token(compose: dict[str, Any]) -> None:
    """Inside its container it listens beyond loopback, so it wants a token, which stands in no file of ours."""
    environment = compose["services"]["desk"]["environment"]
    assert environment["SADA_DESK_TOKEN"] == "${SADA_DESK_TOKEN:-}"
    assert compose["services"]["desk"]["ports"] == [f"127.0.0.1:{environment['SADA_DESK_PORT']}:8474"]


def test_kibana_gets_its_objects(compose: dict[str, Any]) -> None:
    """One service loads the file that is there, once Kibana is well, and fails where the import says so."""
    loader = compose["services"]["kibana-objects"]
    assert loader["depends_on"] == {"kibana": {"condition": "service_healthy"}}
    (mount,) = loader["volumes"]
    (line,) = loader["command"]
    source, target, _ = mount.split(":")
    file = re.search(rf"file=@{target}/(\S+)", line)
    assert file is not None
    assert (ROOT / source / file[1]).is_file()
    assert "_import?overwrite=true" in line
    assert line.endswith("""grep '"success":true'""")
    assert subprocess.run(["/bin/sh", "-nc", line], check=False).returncode == 0


def test_the_cluster_id_is_one(compose: dict[str, Any]) -> None:
    """Kafka takes a cluster id of 16 bytes in base64 only."""
    import base64

    cluster = compose["services"]["kafka"]["environment"]["CLUSTER_ID"]
    assert len(base64.urlsafe_b64decode(cluster + "==")) == 16


def test_the_image_runs_without_root_and_without_tools() -> None:
    """The last stage runs as a user of its own, from the built environment, with no development dependency."""
    text = dockerfile()
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert all(re.match(r"python:3\.\d+-slim\b", stage) for stage in stages)
    assert re.search(r"^USER sada$", stages[1], re.MULTILINE)
    assert "pip install" not in stages[1]
    assert "[dev]" not in text
    assert re.search(r'^ENTRYPOINT \["sada"\]$', stages[1], re.MULTILINE)


def test_the_build_sees_every_room_and_no_more() -> None:
    """.dockerignore lets through what the wheel is made of, and neither data nor tests."""
    allowed = {
        line.removeprefix("!").strip()
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    packages = re.search(r"^packages = (\[.*\])$", project, re.MULTILINE)
    assert packages is not None
    assert allowed == {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", *json.loads(packages.group(1))}


def test_the_image_installs_every_dependency() -> None:
    """The line of the Dockerfile that lists the dependencies gives those of pyproject.toml."""
    found = re.search(r'^RUN python -c "(.*?)" > /tmp/requirements.txt', dockerfile(), re.MULTILINE | re.DOTALL)
    assert found is not None
    done = subprocess.run(
        [sys.executable, "-c", found.group(1)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    listed = done.stdout.split("\n")[:-1]
    assert any(line.startswith("faust-streaming") for line in listed)
    assert not any(line.startswith("pytest") for line in listed)


def image_environment() -> dict[str, str]:
    """What the Dockerfile's ENV lines set."""
    pairs = [pair for line in re.findall(r"^ENV (.*)$", dockerfile(), re.MULTILINE) for pair in shlex.split(line)]
    return dict(pair.split("=", 1) for pair in pairs if not pair.startswith("PATH="))


@contextmanager
def container(role: str, folder: Path, hosts: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service's command with its environment as Compose would, its hosts and folders mapped; end it in order."""
    service = load_compose()["services"][role]
    environment = {**image_environment(), **service["environment"]}
    for ours, theirs in {"0.0.0.0": "127.0.0.1", **hosts}.items():  # a test opens nothing to the outside
        environment = {name: value.replace(ours, theirs) for name, value in environment.items()}
    state = folder / role
    state.mkdir()
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    with (folder / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sada", *service["command"]],
            env={**outside, **environment, "SADA_STATE_DIR": str(state)},
            cwd=state,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.servers
def test_the_services_carry_an_article(
    tmp_path: Path, kafka_address: str, elasticsearch_url: str, clean_kafka: None
) -> None:
    """The three services' commands, in their own environments, bring a page to Elasticsearch and end with 0."""
    from sinks.client import Cluster, connect

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    hosts = {"kafka:19092": kafka_address, "http://elasticsearch:9200": elasticsearch_url, "/inbox": str(inbox)}
    with (
        container("sink", tmp_path, hosts) as sink,
        container("work", tmp_path, hosts) as work,
        container("watch", tmp_path, hosts) as watch,
    ):
        shutil.copyfile(ROOT / "samples" / "06-skynews-space.txt", inbox / "page.txt")
        settings = Settings(_env_file=None, elasticsearch=elasticsearch_url)
        with closing(connect(settings)) as client:
            cluster = Cluster(client)
            deadline = time.monotonic() + 180
            while not _titles(cluster):
                assert time.monotonic() < deadline, [log.read_text("utf-8")[-800:] for log in tmp_path.glob("*.log")]
                time.sleep(0.2)
            assert any("الكويكبات" in title for title in _titles(cluster))
    assert [process.returncode for process in (watch, work, sink)] == [0, 0, 0]


@pytest.mark.servers
def test_the_desk_comes_up_behind_its_token(tmp_path: Path, kafka_address: str, elasticsearch_url: str) -> None:
    """With a token the desk is ready and shows nothing without a login; without one it ends and says what is amiss."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        desk_port, health_port = (str(server.getsockname()[1]) for server in (one, other))
    hosts = {"kafka:19092": kafka_address, "http://elasticsearch:9200": elasticsearch_url, "/inbox": str(tmp_path)}
    hosts |= {"8474": desk_port, "8640": health_port, "${SADA_DESK_TOKEN:-}": "a canary of twenty"}
    with container("desk", tmp_path, hosts) as desk:
        deadline = time.monotonic() + 90
        while _status(f"http://127.0.0.1:{health_port}/ready") != 200:
            assert time.monotonic() < deadline, (tmp_path / "desk.log").read_text("utf-8")[-800:]
            time.sleep(0.2)
        assert "sada_live" in _page(f"http://127.0.0.1:{health_port}/metrics")
        assert "canary" not in _page(f"http://127.0.0.1:{desk_port}/")
    assert desk.returncode == 0
    (tmp_path / "bare").mkdir()
    with container("desk", tmp_path / "bare", hosts | {"${SADA_DESK_TOKEN:-}": ""}) as refused:
        assert refused.wait(90) != 0
    assert "SADA_DESK_TOKEN" in (tmp_path / "bare" / "desk.log").read_text("utf-8")


def _page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as found:
            return found.read().decode()
    except HTTPError as error:
        with error:
            return error.read().decode()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as found:
            return found.status
    except HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def _titles(cluster: Any) -> list[str]:
    from sinks.faults import Unavailable

    try:
        status, answer = cluster.ask("GET", "/sada-articles/_search")
    except Unavailable:  # the index is being made this moment
        return []
    return [hit["_source"].get("title", "") for hit in answer["hits"]["hits"]] if status == 200 else []


@pytest.fixture
def clean_kafka(fresh_topics: None, kafka_address: str) -> Iterator[None]:
    """No topic before, none after: those of the composed line have another width than the other tests'."""
    from kafka.admin import KafkaAdminClient  # noqa: TID251 (the broker is the test's own)

    yield
    with closing(KafkaAdminClient(bootstrap_servers=kafka_address)) as admin:
        names = {name for name in admin.list_topics() if not name.startswith("__")}
        admin.delete_topics(list(names))
        while names & set(admin.list_topics()):
            time.sleep(0.05)
