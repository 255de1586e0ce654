"""Scripts of others' ways in, what they do with the same articles on the same servers out; none of them is ours.

The scripts stand in ../shared/peers where that folder is there. Their virtual environments are made once, below .venv,
from the requirements beside them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import psutil
from elasticsearch import Elasticsearch  # noqa: TID251 - the bench asks the index itself
from kafka import KafkaProducer  # noqa: TID251 - the bench fills the topic itself
from kafka.admin import KafkaAdminClient, NewTopic  # noqa: TID251 - as above

from sada.local.servers import Server, start_kafka
from schemas import Settings
from schemas.identity import article_id

from .pool import Pool
from .results import Figures
from .stand import peak

ROOT: Final = Path(__file__).parents[2]
SCRIPTS: Final = ROOT.parent / "shared" / "peers"
HOMES: Final = Path(os.environ.get("PEERS_HOME", ROOT / ".venv" / "peers"))
TOPIC: Final = "articles-for-peers"
PARTITIONS: Final = 4
LIMIT: Final = 90.0
MAPPING: Final[dict[str, Any]] = {
    "dynamic": False,
    "properties": {
        "id": {"type": "keyword"}, "path": {"type": "keyword"}, "title": {"type": "text"}, "text": {"type": "text"},
        "source": {"type": "keyword"}, "keywords": {"type": "text"}, "related": {"type": "text"},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Peer:
    """One way: its name, the environment it needs and its command."""

    name: str
    home: str
    command: tuple[str, ...]


PEERS: Final = (
    Peer("floor", "vf", ("python", "floor_bulk.py")),
    Peer("faust take", "vf", ("faust", "-A", "faust_take", "worker", "-l", "warn", "--without-web")),
    Peer("quix", "vq", ("python", "quix_sink.py")),
)


def ready(say: Any) -> bool:  # noqa: ANN401 - a function that takes a line
    """See to it that the peers can run; false where their scripts are not there or cannot be installed."""
    if not SCRIPTS.is_dir():
        return False
    for home in dict.fromkeys(peer.home for peer in PEERS):
        if not (HOMES / home / "ready").exists():
            say(f"installing the peers' {home} (once)")
            if not _install(home):
                return False
    return True


def _install(home: str) -> bool:
    pip = [str(HOMES / home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", str(HOMES / home)],
        [*pip, "--requirement", str(SCRIPTS / f"req-{home}.txt")],
    ):
        if subprocess.run(command, check=False, timeout=300).returncode != 0:
            return False
    (HOMES / home / "ready").touch()
    return True


@dataclass
class Ring:
    """Where peers meet: servers and a filled topic."""

    home: Path
    kafka: Server
    elasticsearch: Server
    files: int
    deadline: float
    runs: int = 0

    def run(self, peer: Peer, processes: int) -> Figures:
        """Let `processes` of a peer work off the topic; return its figures.

        Raises:
            TimeoutError: it did not come to its end.
        """
        self.runs += 1
        name = f"peer-{self.runs}"
        folder = self.home / name
        folder.mkdir()
        with closing(Elasticsearch(self.elasticsearch.address, request_timeout=30)) as client:
            settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "30s"}
            client.indices.create(index=name, mappings=MAPPING, settings=settings)
            try:
                with _running(self, peer, processes, folder, name) as crew:
                    said = self._wait(folder, crew)
                    memory = sum(peak(process.pid) for process in crew)
                client.indices.refresh(index=name)
                if client.count(index=name)["count"] < self.files:
                    raise TimeoutError("not every document is in the index")
            finally:
                client.indices.delete(index=name)
        seconds = max(one["last"] for one in said) - min(one["first"] for one in said if one["n"])
        cpu = sum(one["cpu"] for one in said)
        return {"articles_s": self.files / seconds, "cpu_ours": 1000 * cpu / self.files, "peak_mb": memory}

    def _wait(self, folder: Path, crew: list[psutil.Popen]) -> list[dict[str, float]]:
        until = min(time.monotonic() + LIMIT, self.deadline)
        while True:
            said = [one for path in folder.glob("*.json") if (one := _read(path))]
            if sum(one["n"] for one in said) >= self.files:
                return said
            if time.monotonic() > until or all(process.poll() is not None for process in crew):
                raise TimeoutError((folder / "log").read_text("utf-8", "replace")[-300:] or "not done in time")
            time.sleep(0.05)


@contextmanager
def _running(ring: Ring, peer: Peer, processes: int, folder: Path, name: str) -> Iterator[list[psutil.Popen]]:
    program = str(HOMES / peer.home / "bin" / peer.command[0])
    crew: list[psutil.Popen] = []
    given = {
        "BROKER": ring.kafka.address, "ES": ring.elasticsearch.address, "TOPIC": TOPIC, "GROUP": name, "INDEX": name,
        "RUN_DIR": str(folder), "PYTHONPATH": f"{SCRIPTS / 'w1'}:{SCRIPTS}", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    try:
        for number in range(processes):
            data = folder / f"data{number}"
            data.mkdir()
            arguments = [str(SCRIPTS / "w1" / one) if one.endswith(".py") else one for one in peer.command[1:]]
            with (folder / "log").open("ab") as log:
                crew.append(
                    psutil.Popen(
                        [program, *arguments],
                        env={**os.environ, **given, "FAUST_DATADIR": str(data), "WORKER": str(number)},
                        cwd=data,
                        stdout=log,
                        stderr=log,
                    )
                )
        yield crew
    finally:
        for process in crew:
            with suppress(psutil.NoSuchProcess):
                process.kill()
            process.wait()


def _read(path: Path) -> dict[str, float]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


@contextmanager
def ring(home: Path, elasticsearch: Server, pool: Pool, files: int, deadline: float) -> Iterator[Ring]:
    """Start a Kafka with a topic of `files` articles as peers read them."""
    home.mkdir(parents=True)
    server = start_kafka(home / "servers", Settings(_env_file=None), 0, lambda _: None)
    try:
        with closing(KafkaAdminClient(bootstrap_servers=server.address)) as admin:
            admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
            admin.wait_for_topics([TOPIC])
        with closing(KafkaProducer(bootstrap_servers=server.address, compression_type="lz4", linger_ms=20)) as producer:
            for name, text in pool.texts(files):
                message = {"id": article_id(text), "path": name, "text": text}
                producer.send(TOPIC, orjson.dumps(message), key=message["id"].encode())
            producer.flush()
        yield Ring(home, server, elasticsearch, files, deadline)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
