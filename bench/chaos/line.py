"""Two servers and the three roles as processes of their own, each of which can be ended and started by itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
from elasticsearch import Elasticsearch  # noqa: TID251 - the bench asks the index itself

from sada.local.ports import free_port
from sada.local.servers import QUICK, Server, forget_elasticsearch, start_elasticsearch, start_kafka
from schemas import Settings

from .clock import Clocks
from .proxy import Wire

REGISTRY_MB = 24
ROLES = {"watch": "watch", "work-1": "work", "work-2": "work", "sink": "sink"}
"""The processes of the line by name, with the command of each."""


class Line:
    """The line in `home`; every process is this object's own and ends with `close`.

    The watcher's state is on a disk of `registry_mb` of its own, where one can be mounted, unless that is None. With
    `clocks`, those of the roles can be set, where libfaketime is installed.
    """

    def __init__(
        self, home: Path, partitions: int = 8, registry_mb: int | None = REGISTRY_MB, *, clocks: bool = True
    ) -> None:
        self.home = home
        self._registry_mb = registry_mb
        self.roles: dict[str, subprocess.Popen[bytes]] = {}
        self.retired: list[subprocess.Popen[bytes]] = []
        self.added = 0
        self.small_disk = False
        self.clocks = Clocks.find(home / "clocks") if clocks else None
        self._servers: dict[str, Server] = {}
        self._wires: dict[str, Wire] = {}
        self.settings = Settings(_env_file=None, inbox=home / "inbox", state_dir=home / "state", partitions=partitions)

    def open(self) -> None:
        """Start servers, wires and roles."""
        for name in ("inbox", "state", "watch", "logs"):
            (self.home / name).mkdir(parents=True)
        self.small_disk = self._registry_mb is not None and _mount(self.home / "watch", self._registry_mb)
        self._wires["kafka"] = Wire(free_port())
        self._wires["elasticsearch"] = Wire(free_port())
        for name in self._wires:
            self.start_server(name)
        self.client = Elasticsearch(self.direct("elasticsearch"), request_timeout=30, max_retries=0)
        self.settings = self.settings.model_copy(
            update={
                "kafka": f"127.0.0.1:{self._wires['kafka'].port}",
                "elasticsearch": f"http://127.0.0.1:{self._wires['elasticsearch'].port}",
                "rescan_seconds": 10.0,
                "log_format": "json",
            }
        )
        for name in ROLES:
            self.start(name)

    def close(self, *, keep: bool) -> None:
        """End all of it; its folder is removed unless `keep`."""
        for process in [*self.roles.values(), *self.retired]:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
        for server in self._servers.values():
            server.stop()
        for wire in self._wires.values():
            wire.close()
        forget_elasticsearch(self.home / "servers")
        if self.small_disk:
            if keep:
                shutil.copytree(self.home / "watch", self.home / "watch-kept")
            subprocess.run(["umount", str(self.home / "watch")], check=False)
        if not keep:
            shutil.rmtree(self.home)

    def wire(self, name: str) -> Wire:
        """Return the wire before the server `name`."""
        return self._wires[name]

    def direct(self, name: str) -> str:
        """Return the address of the server `name` itself, past its wire (Kafka's leads back to the wire)."""
        port = self._wires[name].target
        return f"http://127.0.0.1:{port}" if name == "elasticsearch" else f"127.0.0.1:{port}"

    def start_server(self, name: str) -> None:
        """Start the server `name` on its port with the data it had."""
        wire, home = self._wires[name], self.home / "servers"
        if name == "kafka":
            address = {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{wire.port}"}
            self._servers[name] = start_kafka(home, self.settings, wire.target, _quiet, address, QUICK)
        else:
            self._servers[name] = start_elasticsearch(home, self.settings, wire.target, _quiet, options=QUICK)

    def kill_server(self, name: str) -> None:
        """End the server `name` without warning."""
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self._servers[name].pid).kill()
        self._servers[name].stop()

    def start(self, name: str, state: str = "") -> None:
        """Start the process `name`; its log is kept in `logs/`."""
        folder = self.home / (state or ("watch" if name == "watch" else "state"))
        folder.mkdir(exist_ok=True)
        settings = self.settings.model_copy(update={"state_dir": folder})
        clock = self.clocks.environment(name) if self.clocks else {}
        command = self.clocks.command("sada") if self.clocks else ("-m", "sada")
        with (self.home / "logs" / f"{name}.log").open("ab") as log:
            self.roles[name] = subprocess.Popen(
                [sys.executable, *command, ROLES.get(name, "work")],
                env={**os.environ, **_environment(settings), **clock},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End the process `name` without warning."""
        self.roles[name].kill()
        self.roles[name].wait()

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the process `name`."""
        self.roles[name].send_signal(number)

    def add_worker(self) -> str:
        """Start one more worker, with a state folder of its own as on another machine; return its name."""
        self.added += 1
        name = f"work-added-{self.added}"
        self.start(name, state=f"state-{name}")
        return name

    def dead(self) -> list[str]:
        """Return the processes that have ended without being told to."""
        return [name for name, process in self.roles.items() if process.poll() is not None]

    def stop_roles(self, limit: float = 30.0) -> dict[str, tuple[int, float]]:
        """Ask every process to end; return the exit code and the seconds that each took."""
        begun = time.monotonic()
        for process in self.roles.values():
            process.send_signal(signal.SIGTERM)
        ended: dict[str, tuple[int, float]] = {}
        for name, process in self.roles.items():
            try:
                ended[name] = process.wait(max(0.1, begun + limit - time.monotonic())), time.monotonic() - begun
            except subprocess.TimeoutExpired:
                process.kill()
                ended[name] = process.wait(), limit
        return ended


def _environment(settings: Settings) -> dict[str, str]:
    names = ("inbox", "state_dir", "kafka", "elasticsearch", "partitions", "rescan_seconds", "log_format")
    return {f"SADA_{name.upper()}": str(getattr(settings, name)) for name in names}


def _mount(folder: Path, size_mb: int) -> bool:
    """Give `folder` a small disk of its own, where we may."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "sada-chaos", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _quiet(_: str) -> None:
    """Say nothing: the logs hold it."""
