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
        command = (peer.home, *peer.command)
        said, memory, cpu = self._race([command] * processes, TOPIC, {})
        seconds = max(one["last"] for one in said) - min(one["first"] for one in said if one["n"])
        return {"articles_s": self.files / seconds, "cpu_ours": 1000 * cpu / self.files, "peak_mb": memory}

    def from_files(self, inbox: Path) -> Figures:
        """Let the floor's two processes take a folder to the index, from their start; return their figures.

        Raises:
            TimeoutError: they did not come to their end.
        """
        topic = f"files-{self.runs}"
        _make_topic(self.kafka, topic)
        crew = [("vf", "python", f"../w2/{name}.py") for name in ("floor_sink", "floor_ingest")]
        said, memory, cpu = self._race(crew, topic, {"WATCH_DIR": str(inbox)})
        seconds = max(one["last"] for one in said) - min(one["first"] for one in said)
        return {"articles_s": self.files / seconds, "cpu_ours": 1000 * cpu / self.files, "peak_mb": memory}

    def _race(
        self, commands: list[tuple[str, ...]], topic: str, given: dict[str, str]
    ) -> tuple[list[dict[str, float]], float, float]:
        """Run the commands until all is indexed; return what they metered, their megabytes and CPU seconds.

        CPU time counts from a process's first article, as its start is not the line's; that of one which came to no
        article does not count.
        """
        self.runs += 1
        name = f"peer-{self.runs}"
        folder = self.home / name
        folder.mkdir()
        with closing(Elasticsearch(self.elasticsearch.address, request_timeout=30)) as client:
            settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "30s"}
            client.indices.create(index=name, mappings=MAPPING, settings=settings)
            try:
                with _running(self, commands, folder, {"TOPIC": topic, "GROUP": name, "INDEX": name, **given}) as crew:
                    said = self._wait(folder, crew)
                    memory = sum(peak(process.pid) for process in crew)
                    met = [process for process in crew if (folder / f"{process.pid}.json").exists()]
                    spent = sum(sum(process.cpu_times()[:2]) for process in met)
                client.indices.refresh(index=name)
                if client.count(index=name)["count"] < self.files:
                    raise TimeoutError("not every document is in the index")
            finally:
                client.indices.delete(index=name)
        return said, memory, spent - sum(one["cpu0"] for one in said)

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
def _running(
    ring: Ring, commands: list[tuple[str, ...]], folder: Path, names: dict[str, str]
) -> Iterator[list[psutil.Popen]]:
    crew: list[psutil.Popen] = []
    given = {
        **names, "BROKER": ring.kafka.address, "ES": ring.elasticsearch.address,
        "RUN_DIR": str(folder), "PYTHONPATH": f"{SCRIPTS / 'w1'}:{SCRIPTS}", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    try:
        for number, (home, program, *rest) in enumerate(commands):
            data = folder / f"data{number}"
            data.mkdir()
            arguments = [str(SCRIPTS / "w1" / one) if one.endswith(".py") else one for one in rest]
            with (folder / "log").open("ab") as log:
                crew.append(
                    psutil.Popen(
                        [str(HOMES / home / "bin" / program), *arguments],
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


def _make_topic(kafka: Server, name: str) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=kafka.address)) as admin:
        admin.create_topics([NewTopic(name, PARTITIONS, 1)])
        admin.wait_for_topics([name])


@contextmanager
def ring(home: Path, elasticsearch: Server, pool: Pool, files: int, deadline: float) -> Iterator[Ring]:
    """Start a Kafka with a topic of `files` articles as peers read them."""
    home.mkdir(parents=True)
    server = start_kafka(home / "servers", Settings(_env_file=None), 0, lambda _: None)
    try:
        _make_topic(server, TOPIC)
        with closing(KafkaProducer(bootstrap_servers=server.address, compression_type="lz4", linger_ms=20)) as producer:
            for name, text in pool.texts(files):
                message = {"id": article_id(text), "path": name, "text": text}
                producer.send(TOPIC, orjson.dumps(message), key=message["id"].encode())
            producer.flush()
        yield Ring(home, server, elasticsearch, files, deadline)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
