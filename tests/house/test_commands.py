"""The commands of the documents, run as they stand there in a copy of the checkout, beside a line that runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from tests.house.clone import Clone, cloned, free_port
from tests.house.commands import ROOT, WALKED, commands, stray_blocks
from tests.house.ways import (
    ANSWERS,
    CHANGING,
    FILLED,
    LAST,
    RUN_ANYWAY,
    SET_ASIDE,
    STAYING,
    filled,
    names_only,
    set_aside,
    walked,
)
from tests.servers.choice import Servers

FOUND = list(commands())
TEXTS = list(dict.fromkeys(one.text for one in FOUND))
FOLLOWED = {one.text for one in FOUND if walked(one)}
NAMES = {one.text for one in FOUND if names_only(one)}
RUN = [text for text in TEXTS if not set_aside(text) and text not in FOLLOWED | NAMES]
ASIDE = [text for text in TEXTS if set_aside(text)]
UNITS = ROOT / "deploy" / "systemd"
PARSED = """
import argparse, os, runpy, sys
from importlib.util import find_spec
from unittest.mock import MagicMock

for name in ("gensim", "jax", "pycrfsuite"):  # of the extra `train`, which need not be installed
    if find_spec(name) is None:
        sys.modules |= {name: MagicMock(), name + ".models": MagicMock(), name + ".numpy": MagicMock()}

def parse(self, *given, **named):
    real(self, *given, **named)
    sys.exit(0)

real, argparse.ArgumentParser.parse_args = argparse.ArgumentParser.parse_args, parse
del sys.argv[0]
name = sys.argv[0]
sys.path.insert(0, os.path.dirname(name))
runpy.run_path(name, run_name="__main__") if name.endswith(".py") else runpy.run_module(name, run_name="__main__")
"""
"""Runs a program up to where it has understood its arguments."""


def test_what_looks_like_a_command_is_one() -> None:
    """Blocks that hold commands say `sh`; no row of the tables is left over from a command that is gone."""
    assert stray_blocks() == []
    begins = [*SET_ASIDE, *RUN_ANYWAY, *LAST, *CHANGING, *ANSWERS]
    assert [begin for begin in begins if not any(text.startswith(begin) for text in TEXTS)] == []
    assert [pattern for pattern, _ in FILLED if not any(re.search(pattern, text) for text in TEXTS)] == []
    assert set(WALKED) == {one.page for one in FOUND if walked(one)}


@pytest.mark.servers
@pytest.mark.timeout(1200)
def test_every_command_of_the_documents_runs(tmp_path: Path, servers: Servers) -> None:
    """Each that is not followed on its page or set aside ends as it should; roles stay until they are told to end."""
    with cloned(tmp_path, servers) as clone:
        known = what_is_here(clone)
        staying = [filled(text, known) for text in RUN if is_role(text)]
        with ExitStack() as stack, ThreadPoolExecutor(4) as pool:
            roles = [clone.staying(text, known["health_port"] if "HEALTH" in text else free_port()) for text in staying]
            list(pool.map(stack.enter_context, roles))
            looking = [text for text in RUN if not is_role(text) and not asks(text, *CHANGING, *LAST)]
            wrong = [one for one in pool.map(lambda text: fault(clone, text, known), looking) if one]
        for command in (*CHANGING, *LAST):
            wrong += [one for text in RUN if asks(text, command) if (one := fault(clone, text, known))]
    assert wrong == [], "\n".join(wrong)


def asks(text: str, *commands: str) -> bool:
    """Say whether one of the commands is what a text runs, whatever settings stand before it."""
    return re.sub(r"^(\w+=\S+ )+", "", text).startswith(commands)


def test_settings_before_a_command_do_not_hide_it() -> None:
    """A line that is brought up with other servers is no mere look: it would end the one that the others look at."""
    assert asks("SADA_KAFKA=kafka:9092 sada up", "sada up")
    assert not asks("grep x sada up", "sada up")
    assert not [text for text in RUN if "sada up" in text and not asks(text, *LAST)]


def is_role(text: str) -> bool:
    """Say whether a command stays until it is told to end."""
    line = filled(text, {})
    return any(re.search(rf"(^|\s){one}(\s|$)", line) for one in STAYING) and "--once" not in line


def what_is_here(clone: Clone) -> dict[str, object]:
    """Return what stands for the placeholders: addresses, ports, an article, a reject."""
    assert clone.run("sada demo").returncode == 0
    rejects = clone.json("sada rejected list --json")
    return {
        "kafka": clone.servers.kafka,
        "elasticsearch": clone.servers.elasticsearch,
        "desk": clone.json("sada status --json")["desk"],
        "health_port": free_port(),
        "free_port": free_port(),
        "article": clone.json("sada process page.txt")["article_id"],
        "reject": rejects[0]["reject_id"],
    }


def fault(clone: Clone, text: str, known: dict[str, object]) -> str | None:
    """Run a command; return what is wrong with how it ended."""
    if "sada up" in text:
        assert clone.run("sada down").returncode == 0
    line = filled(text, known)
    done = clone.run(line)
    if done.returncode == ANSWERS.get(text, 0) and "Traceback" not in done.stdout + done.stderr:
        return None
    return f"{line}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("text", ASIDE)
def test_a_command_set_aside_is_there(text: str) -> None:
    """What cannot be run here has its target, its arguments, its files, services and units."""
    words = shlex.split(text)
    if words[0] == "make":
        run("make", "--dry-run", *words[1:])
    elif words[0] == "python":
        in_python(words[1:])
    elif words[0] == "docker":
        in_docker(words)
    elif words[0] == "pip":
        extras = set(re.findall(r"\[(\w+)\]", text))
        assert extras <= set(re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE))
    elif words[0] == "systemctl":
        units = {re.sub(r"@\d+", "@", word) for word in words if word.startswith("sada")}
        assert units <= {name for path in UNITS.iterdir() for name in (path.name, path.stem)}
    for word in words:
        if word.startswith(("deploy/", "tests/")):
            assert list(ROOT.glob(word)), word


def in_python(words: list[str]) -> None:
    """Let the program's own parser read the arguments; a program that takes none needs only be there."""
    name, *arguments = words[1:] if words[0] == "-m" else words
    plain = ROOT / f"{name.removesuffix('.py').replace('.', '/')}"
    source = plain.with_suffix(".py") if plain.with_suffix(".py").exists() else plain / "__main__.py"
    if "parse_args" in source.read_text("utf-8"):
        run(sys.executable, "-c", PARSED, name, *(filled(word, {}) for word in arguments))
    else:
        assert arguments == []


def run(*words: str) -> None:
    """Run a program in the checkout; it must end well."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{words}\n{done.stderr}"


def in_docker(words: list[str]) -> None:
    """Look up services and profiles in the compose file, arguments in the Dockerfile."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    profiles = {profile for one in services.values() for profile in one.get("profiles", ())}
    arguments = set(re.findall(r"^ARG (\w+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE))
    known = {"--scale": set(services), "--profile": profiles, "--build-arg": arguments}
    for option, value in pairwise(words):
        assert value.partition("=")[0] in known.get(option, {value.partition("=")[0]}), value
