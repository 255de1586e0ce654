"""Fixtures for every room's tests: real servers and a browser once for each session, settings that keep tests apart.

A session is one pytest process: where several workers share the tests, each has servers of its own.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psutil
import pytest
from playwright.sync_api import Browser

from schemas import Settings
from tests import sharing
from tests.browser import MISSING, NEEDED, find_chromium, open_browser, without_running_loop
from tests.servers.choice import Servers, choose, docker_answers
from tests.servers.topics import delete_topics

PARTITIONS = 4

# How long an example takes says more about the machine's load than about the code: pytest's own timeout remains.
hypothesis.settings.register_profile("sada", deadline=None)
hypothesis.settings.load_profile("sada")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Real Kafka and Elasticsearch for this session: containers if a Docker engine answers, else local ones."""
    home, settings = tmp_path_factory.mktemp("servers"), Settings(_env_file=None)
    if choose(os.environ, docker_answers) == "containers":
        from tests.servers.containers import start_containers

        running = start_containers(settings)
    else:
        from tests.servers.local import start_local

        running = start_local(home, settings)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def kafka_address(servers: Servers) -> str:
    """Bootstrap address of the session's Kafka; topics outlive a test (see `fresh_topics`)."""
    return servers.kafka


@pytest.fixture
def fresh_topics(kafka_address: str) -> None:
    """Delete every topic of the session's Kafka first, for tests that read from the beginning."""
    delete_topics(kafka_address)


@pytest.fixture(scope="session")
def elasticsearch_url(servers: Servers) -> str:
    """Address of the session's Elasticsearch; give your indices the settings' `index_prefix`."""
    return servers.elasticsearch


@pytest.fixture
def settings(tmp_path: Path, servers: Servers) -> Callable[..., Settings]:
    """Make settings for the session's servers: own inbox, state folder, group and index prefix each time."""

    def make(**changes: Any) -> Settings:
        name = f"t{uuid.uuid4().hex[:10]}"
        values: dict[str, Any] = {
            "inbox": tmp_path / "inbox",
            "state_dir": tmp_path / "state",
            "kafka": servers.kafka,
            "elasticsearch": servers.elasticsearch,
            "group": name,
            "index_prefix": name,
            "partitions": PARTITIONS,
        }
        made = Settings(_env_file=None, **(values | changes))
        made.inbox.mkdir(parents=True, exist_ok=True)
        return made

    return make


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """This session's Chromium through Playwright's synchronous interface; make a `new_context()` for each test."""
    program = find_chromium()
    if program is None and os.environ.get(NEEDED) == "1":
        pytest.fail(MISSING)
    if program is None:
        pytest.skip(MISSING)
    with open_browser(program, tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let tests without a browser run event loops of their own while the session's browser stays open."""
    if "browser" in getattr(item, "fixturenames", ()):
        return (yield)
    with without_running_loop():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long parts first where several workers share the tests, so that none is left over at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=sharing.rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.Scheduler | None:
    """Share the tests our way (`--dist loadscope`)."""
    return sharing.Scheduler(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Say how many workers `-n auto` starts on this machine."""
    return sharing.workers(sharing.cores(), psutil.virtual_memory().available)
