"""The systemd units: what systemd itself can read, closed, and given settings that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from sada.cli import app
from schemas import Settings

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "systemd"
UNITS = {"watch": "sada-watch.service", "work": "sada-work@.service", "sink": "sada-sink.service"}
UNITS |= {"desk": "sada-desk.service"}
CLOSED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures": "native",
}


def lines(role: str) -> list[tuple[str, str]]:
    """Settings of a unit in order; a name may stand more than once."""
    text = (FOLDER / UNITS[role]).read_text("utf-8")
    return [(name, value) for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)]


def environment(role: str) -> dict[str, str]:
    words = [word for name, value in lines(role) if name == "Environment" for word in value.split()]
    return dict(word.split("=", 1) for word in words)


@pytest.mark.parametrize("role", UNITS)
def test_a_unit_runs_its_role_and_is_closed(role: str) -> None:
    """Its command exists, it runs as nobody's user but Sada's, ends in order, starts again, and may do nothing else."""
    unit = dict(lines(role))
    program, command = unit["ExecStart"].split()
    assert program.endswith("/bin/sada")
    assert command == role
    assert command in get_command(app).commands  # type: ignore[attr-defined]
    assert unit["User"] == unit["Group"] == "sada"
    assert unit["Restart"] == "always"
    assert int(unit["TimeoutStopSec"]) > 10
    assert unit["WantedBy"] == unit["PartOf"] == "sada.target"
    assert {name: unit[name] for name in CLOSED} == CLOSED


@pytest.mark.parametrize("role", UNITS)
def test_a_unit_gives_settings_that_exist(role: str) -> None:
    """Each SADA_ variable is a setting, in the unit and in the common file; each role has a port and a folder."""
    given = {name for name in environment(role) if name.startswith("SADA_")} - {"SADA_SECRETS_DIR"}
    common = re.findall(r"^(SADA_\w+)=", (FOLDER / "sada.env").read_text("utf-8"), re.MULTILINE)
    assert {name.removeprefix("SADA_").lower() for name in [*given, *common]} <= set(Settings.model_fields)
    assert environment(role)["SADA_STATE_DIR"] == f"/var/lib/{dict(lines(role))['StateDirectory']}"
    assert ("LoadCredential", "SADA:/etc/sada/secrets") in lines(role)
    assert environment(role)["SADA_SECRETS_DIR"] == "%d"


def test_ports_and_folders_are_each_their_own() -> None:
    """Roles that share a machine share neither port nor state; of workers each instance has its own."""
    for name in ("SADA_HEALTH_PORT", "SADA_STATE_DIR"):
        values = [environment(role)[name] for role in UNITS]
        assert len(set(values)) == len(values)
        assert "%i" in environment("work")[name]


def test_the_target_brings_up_every_role() -> None:
    """One instance of each role comes with `systemctl enable --now sada.target`."""
    text = (FOLDER / "sada.target").read_text("utf-8")
    wanted = re.search(r"^Wants=(.*)$", text, re.MULTILINE)
    assert wanted is not None
    assert {re.sub(r"@\d", "@", name) for name in wanted[1].split()} == set(UNITS.values())


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The units with a program and a user that this machine has."""
    for file in [*FOLDER.glob("*.service"), *FOLDER.glob("*.target")]:
        text = file.read_text("utf-8").replace("/opt/sada/bin/sada", "/bin/true")
        text = re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE)
        (tmp_path / file.name.replace("@.", "@1.")).write_text(text)
    return tmp_path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze: nobody here can read units")
def test_systemd_reads_the_units(here: Path) -> None:
    """`systemd-analyze verify` has nothing to say."""
    units = [str(file) for file in sorted(here.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        env={"SYSTEMD_UNIT_PATH": f"{here}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = [line for line in done.stderr.splitlines() if "sada" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze: nobody here can judge units")
@pytest.mark.parametrize("role", UNITS)
def test_systemd_finds_little_exposed(here: Path, role: str) -> None:
    """Its own judgement of what a unit may still do is below 2 of 10."""
    unit = here / UNITS[role].replace("@.", "@1.")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-300:]
