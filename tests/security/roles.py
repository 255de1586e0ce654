"""Roles and commands as processes of their own, with what they say and how they are called kept for the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROLES = ("watch", "work", "sink")
Variables = Mapping[str, str]


@dataclass
class Roles:
    """The three roles with `variables` in `folder`; their logs are `folder/ROLE.log`."""

    folder: Path
    variables: Variables
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None
    """Called in each new process before it becomes a role."""

    def start(self, *names: str) -> None:
        """Start the roles `names`, all of them by default."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in names or ROLES:
            with self.log(name).open("ab") as log:
                self.running[name] = subprocess.Popen(
                    command(name),
                    env=environment(self.variables),
                    cwd=self.folder,
                    stdout=log,
                    stderr=log,
                    preexec_fn=self.prepare,  # noqa: PLW1509 - nothing of ours runs beside it then
                )

    def log(self, name: str) -> Path:
        """Name the log of a role."""
        return self.folder / f"{name}.log"

    def said(self) -> str:
        """Return everything that all roles have said."""
        return "".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("*.log")))

    def command_lines(self) -> str:
        """Return the command lines of the roles as the kernel shows them to anyone."""
        return "".join(Path(f"/proc/{role.pid}/cmdline").read_text() for role in self.running.values())

    def eventually(self, holds: Callable[[], bool], what: str, seconds: float = 180.0) -> None:
        """Wait until `holds()`; fail with the logs' ends, or as soon as a role has ended."""
        deadline = time.monotonic() + seconds
        while not holds():
            ended = [name for name, role in self.running.items() if role.poll() is not None]
            assert not ended, f"{ended} ended while waiting until {what}\n{self.said()[-4000:]}"
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{self.said()[-4000:]}"
            time.sleep(0.1)

    def codes(self, seconds: float = 30.0) -> dict[str, int]:
        """Wait until all roles have ended by themselves and return their exit codes."""
        return {name: role.wait(seconds) for name, role in self.running.items()}

    def stop(self) -> dict[str, int]:
        """Ask all roles to end and return their exit codes."""
        for role in self.running.values():
            role.terminate()
        return self.codes()

    def kill(self) -> None:
        """End whatever still runs."""
        for role in self.running.values():
            role.kill()
            role.wait()


def ask(folder: Path, variables: Variables, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        command(*arguments),
        env=environment(variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def command(*arguments: str) -> list[str]:
    """Return the command line of `sada ARGUMENTS` under this interpreter."""
    return [sys.executable, "-m", "sada", *arguments]


def environment(variables: Variables) -> dict[str, str]:
    """Return this process's environment without settings of its own, and with `variables`."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SADA_")} | dict(variables)
