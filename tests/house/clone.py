"""A copy of the checkout, and in it a line on given servers: where the commands of the documents are tried."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson

from tests.house.commands import ROOT
from tests.servers.choice import Servers
from tests.servers.topics import delete_topics

LEFT = (".git", ".venv", ".sada", "dist", "build", "inbox", "__pycache__", ".*_cache", ".hypothesis", ".ci", "gold_ner")
PAGE = "samples/03-aggregator-timestamps.txt"
CONLL = "زار\tO\nسامي\tB-PERS\nالجندي\tI-PERS\nموسكو\tB-LOC\n"
PAIR = {"id": "1", "a": "بوتين يزور الصين غداً", "b": "بوتين يزور الصين غدا", "same": True}
START_SECONDS = 120


class Clone:
    """The copy in `folder`, `home` beside it."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        self.folder = folder / "sada"
        self.home = folder / "home"
        self.servers = servers
        self.desk_port = free_port()
        shutil.copytree(ROOT, self.folder, ignore=shutil.ignore_patterns(*LEFT))
        self.furnish()

    def furnish(self) -> None:
        """Put the files there that the documents speak of."""
        for name in (".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions"):
            (self.home / name).mkdir(parents=True)
        for name in ("inbox", "folder", "pages", "data/pages", "data/archive", "gold", "raw", "old"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("page.txt", "inbox/page.txt", "folder/page.txt", "pages/page.txt", "data/archive/page.txt"):
            shutil.copyfile(ROOT / PAGE, self.folder / name)
        for name in ("gold", "raw"):
            shutil.copy(next((ROOT / "tests/gold/pages").glob("*.page")), self.folder / name)
        (self.folder / "inbox/empty.txt").touch()
        (self.folder / "token").write_text("a token long enough for a desk\n")
        (self.folder / "test.conll").write_text(CONLL, encoding="utf-8")
        (self.folder / "pairs.jsonl").write_bytes(orjson.dumps(PAIR))
        for asked in (["init", "--quiet"], ["add", "--all"]):
            subprocess.run(["git", *asked], cwd=self.folder, check=True, timeout=60)

    @property
    def environment(self) -> dict[str, str]:
        """The environment as it is, without settings but those of the servers; programs are those of this Python."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SADA_", "MAKE", "PYTEST"))}
        programs = Path(sys.executable).parent
        return kept | {
            "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
            "HOME": str(self.home),
            "BROWSER": "true",
            "PYTHONPATH": str(self.folder),
            "MAKEFLAGS": f"VENV={sys.prefix} -o {sys.prefix}/.ready",
            "SADA_KAFKA": self.servers.kafka,
            "SADA_ELASTICSEARCH": self.servers.elasticsearch,
            "SADA_PARTITIONS": "4",
            "SADA_DESK_PORT": str(self.desk_port),
        }

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody who says yes to what it asks."""
        return subprocess.run(
            ["/bin/sh", "-ec", text],
            cwd=self.folder,
            env=self.environment,
            input="y\n",
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def json(self, text: str) -> dict[str, str]:
        """Run a command that answers in JSON."""
        done = self.run(text)
        assert done.returncode == 0, done.stderr
        answer: dict[str, str] = orjson.loads(done.stdout.splitlines()[0] if "process" in text else done.stdout)
        return answer

    def lives(self, text: str, port: int) -> bool:
        """Say whether a role's page answers; the one that has none writes files."""
        if "sada lines" in text:
            return any((self.folder / text.rsplit(maxsplit=1)[-1]).glob("*"))
        try:
            with urlopen(f"http://127.0.0.1:{port}/live", timeout=5):
                return True
        except OSError:
            return False

    @contextmanager
    def staying(self, text: str, port: int) -> Iterator[None]:
        """Run a role apart from the line: it stays until the end, gives a sign of life, and ends well when told to."""
        apart = {"SADA_GROUP": "apart", "SADA_STATE_DIR": f"apart/{port}", "SADA_HEALTH_PORT": str(port)} | {
            "SADA_DESK_PORT": "0"
        }
        asked = ["/bin/sh", "-c", f"exec env {text}"]
        with subprocess.Popen(asked, cwd=self.folder, env=self.environment | apart, stderr=subprocess.PIPE) as role:
            try:
                wait_for(lambda: self.lives(text, port), role)
                yield
                assert role.poll() is None, text
            finally:
                role.terminate()
                said = role.communicate(timeout=60)[1]
            assert role.returncode == 0, f"{text}\n{said.decode()}"


def wait_for(sign: Callable[[], bool], role: subprocess.Popen[bytes]) -> None:
    """Wait until a role gives a sign of life."""
    until = time.monotonic() + START_SECONDS
    while not sign():
        assert role.poll() is None, role.communicate()[1].decode()
        assert time.monotonic() < until, f"no sign of {role.args!r}"
        time.sleep(0.1)


def free_port() -> int:
    """Return a port where nothing listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def cloned(folder: Path, servers: Servers) -> Iterator[Clone]:
    """Copy the checkout, start its line, end it and clear the servers."""
    delete_topics(servers.kafka)
    clone = Clone(folder, servers)
    try:
        started = clone.run("sada up")
        assert started.returncode == 0, started.stderr
        yield clone
    finally:
        clone.run("sada down")
        delete_topics(servers.kafka)
        for kind in ("_index_template", "_component_template", ""):
            forget(f"{servers.elasticsearch}/{kind}/sada*".replace("//sada", "/sada"))


def forget(address: str) -> None:
    """Delete what the address names, if it is there."""
    try:
        with urlopen(Request(address, method="DELETE"), timeout=60):
            pass
    except URLError:
        return
