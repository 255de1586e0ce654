"""Bad files among good ones: each bad one is rejected for its own reason, all the good ones are indexed."""

from __future__ import annotations

import ctypes
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from elasticsearch import Elasticsearch  # noqa: TID251 - the test asks the index itself
from elasticsearch.helpers import scan  # noqa: TID251

from producers.folder import wire_path
from schemas import Settings
from tests.line.harness import environment
from tests.security.hostile import KINDS, LEFT_ALONE, LIMIT, OUTSIDE, odd_names, own_text
from tests.security.roles import Roles
from tests.servers.choice import Servers
from tests.servers.topics import delete_topics

pytestmark = pytest.mark.servers

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
MOST_MEMORY = 400 * 1024 * 1024


@dataclass
class Outcome:
    """What the index holds when all is quiet, and what the roles did on the way."""

    rejects: dict[str, dict[str, Any]]
    paths: set[str]
    texts: str
    said: str
    alive: bool
    memory: int


@pytest.fixture(scope="module")
def outcome(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Fill an inbox, half of it before the line starts and half while it runs, and wait until nothing moves."""
    delete_topics(servers.kafka)  # a new group reads from the beginning
    home = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        _env_file=None,
        inbox=home / "inbox",
        state_dir=home / "state",
        kafka=servers.kafka,
        elasticsearch=servers.elasticsearch,
        group=home.name,
        index_prefix=home.name,
        partitions=4,
        max_file_bytes=LIMIT,
        max_message_bytes=LIMIT,
        rescan_seconds=2,
    )
    settings.inbox.mkdir()
    (settings.inbox / "a-folder").mkdir()
    (home / OUTSIDE).write_text("نص خارج الصندوق لا يجوز أن يقرأ")
    names = list(KINDS)
    line = Roles(home / "roles", environment(settings), prepare=give_up_reading_everything)
    try:
        put(settings.inbox, names[::2])
        put_good(settings.inbox)
        line.start()
        put(settings.inbox, names[1::2])
        stopping = threading.Event()
        threads = [threading.Thread(target=work, args=(settings.inbox, stopping)) for work in (grow, churn, haunt)]
        for thread in threads:
            thread.start()
        try:
            memory = watched(line, settings)
        finally:
            stopping.set()
            for thread in threads:
                thread.join()
        yield settle(line, settings, memory)
    finally:
        line.kill()
        (settings.inbox / "locked.txt").chmod(0o600)


def give_up_reading_everything() -> None:
    """Take away root's right to read what nobody may: the roles then meet a forbidden file as any user does."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0)


def put(inbox: Path, names: list[str]) -> None:
    for name in names:
        KINDS[name].make(inbox / name)


def put_good(inbox: Path) -> None:
    for name, content in odd_names().items():
        place = os.path.join(os.fsencode(inbox), name)  # noqa: PTH118 - a name that is no text
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120
        with open(place, "wb") as file:  # noqa: PTH123
            file.write(content)
    (inbox / "first-name.txt").write_text(own_text(500))
    (inbox / "second-name.txt").hardlink_to(inbox / "first-name.txt")
    (inbox / "good-link.txt").symlink_to("first-name.txt")
    for name in LEFT_ALONE:
        (inbox / name).parent.mkdir(exist_ok=True)
        (inbox / name).write_text(f"نص متروك {name}")


def grow(inbox: Path, stopping: threading.Event) -> None:
    """Write into one file for ever."""
    with (inbox / "growing.txt").open("ab") as file:
        while not stopping.wait(0.02):
            file.write(b"a" * 20_000)
            file.flush()


def churn(inbox: Path, stopping: threading.Event) -> None:
    """Replace a file again and again, the last time by a page that must be found."""
    for number in range(300):
        aside = inbox / "churn.part"
        aside.write_text(own_text(700 + number) * 200)
        aside.replace(inbox / "churn.txt")
        if stopping.wait(0.005):
            break
    (inbox / "churn.txt").write_text(own_text(999))


def haunt(inbox: Path, stopping: threading.Event) -> None:
    """Write and delete a file again and again."""
    for number in range(300):
        (inbox / "ghost.txt").write_text(own_text(2000 + number) * 200)
        if stopping.wait(0.003):
            break
        (inbox / "ghost.txt").unlink()
    (inbox / "ghost.txt").unlink(missing_ok=True)


def watched(line: Roles, settings: Settings) -> int:
    """Wait until every bad file is among the rejects; return the most memory that a role took."""
    most = 0
    with Elasticsearch(settings.elasticsearch) as client:

        def all_rejected() -> bool:
            nonlocal most
            most = max(most, *(psutil.Process(role.pid).memory_info().rss for role in line.running.values()))
            time.sleep(0.2)
            return set(KINDS) <= set(rejects(client, settings))

        line.eventually(all_rejected, "all bad files are rejected", 90)
    return most


def settle(line: Roles, settings: Settings, memory: int) -> Outcome:
    """Wait until the good pages are there and return what came of it all."""
    wanted = {wire_path(os.fsdecode(name)) for name in odd_names()} | {"first-name.txt", "second-name.txt", "churn.txt"}
    with Elasticsearch(settings.elasticsearch) as client:
        line.eventually(lambda: wanted <= paths(pages(client, settings)), "all good pages are indexed")
        line.eventually(lambda: "المشروع رقم 999" in texts(pages(client, settings)), "the last page is indexed")
        found = pages(client, settings)
        return Outcome(
            rejects=rejects(client, settings),
            paths=paths(found),
            texts=texts(found),
            said=line.said(),
            alive=all(role.poll() is None for role in line.running.values()),
            memory=memory,
        )


def rejects(client: Elasticsearch, settings: Settings) -> dict[str, dict[str, Any]]:
    return {one["path"] or one["article_id"]: one for one in documents(client, f"{settings.index_prefix}-rejected")}


def pages(client: Elasticsearch, settings: Settings) -> list[dict[str, Any]]:
    return documents(client, f"{settings.index_prefix}-articles")


def paths(found: list[dict[str, Any]]) -> set[str]:
    return {path for one in found for path in one["paths"]}


def texts(found: list[dict[str, Any]]) -> str:
    return "\n".join(one["body"] for one in found)


def documents(client: Elasticsearch, alias: str) -> list[dict[str, Any]]:
    if not client.indices.exists(index=alias):
        return []
    client.cluster.health(index=alias, wait_for_status="yellow")  # just made, its shard may not answer yet
    client.indices.refresh(index=alias)
    return [hit["_source"] for hit in scan(client, index=alias)]


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_rejected_for_its_own_reason(outcome: Outcome, name: str) -> None:
    """The reject names the file, its stage and reason, and says what was found in words that no other kind has."""
    kind, found = KINDS[name], outcome.rejects[name]
    assert (found["stage"], found["reason"]) == (kind.stage, kind.reason)
    assert kind.words in found["message"]
    alike = [other for other, one in outcome.rejects.items() if kind.words in one["message"]]
    assert alike == [name]


def test_all_good_pages_are_indexed_and_nothing_else(outcome: Outcome) -> None:
    """Odd names and forms are no faults; what is left alone or outside is neither indexed nor rejected."""
    good = {wire_path(os.fsdecode(name)) for name in odd_names()}
    more = {"first-name.txt", "second-name.txt", "good-link.txt", "churn.txt"}
    assert outcome.paths - {"ghost.txt"} == good | more
    assert set(outcome.rejects) == set(KINDS)
    assert "متروك" not in outcome.texts
    assert "خارج الصندوق" not in outcome.texts


def test_no_role_stumbles(outcome: Outcome) -> None:
    """No role ended, started its worker again, told of a defect, or took more memory than its bound."""
    assert outcome.alive
    assert "Traceback" not in outcome.said
    assert "worker_restarts" not in outcome.said
    assert "worker_failed" not in outcome.said
    assert outcome.memory < MOST_MEMORY


def test_names_cannot_write_into_logs_or_terminals(outcome: Outcome) -> None:
    """No control character and no mark that turns letters around gets from a file's name into a log or the index."""
    shown = outcome.said.replace("\n", "") + "".join(outcome.paths)
    assert re.findall(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", shown) == []


def test_the_documents_list_every_kind() -> None:
    """docs/rejects.md has a row for each kind, with its reason."""
    table = (Path(__file__).parents[2] / "docs" / "rejects.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^`|][^|]*?) \| [^|]*? \| `([a-z_]+)` \|", table, re.MULTILINE))
    assert {kind.kind: kind.reason for kind in KINDS.values()}.items() <= rows.items()
    assert len(rows) >= 24
