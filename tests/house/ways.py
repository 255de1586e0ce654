"""How the commands of the documents are tried: what stands for their placeholders, and which are not run, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer

from sada.cli import app
from tests.house.commands import WALKED, Command

FILLED = (
    (r"(?<!\w)/data/", "data/"),
    (r"\bkafka:9092\b", "{kafka}"),
    (r"http://elasticsearch:9200\b", "{elasticsearch}"),
    (r"\blocalhost:9200\b", "{elasticsearch}"),
    (r"\bcurl -sG http://127\.0\.0\.1:8474\b", "curl -fsG {desk}"),
    (r"\b8640\b", "{health_port}"),
    (r"\b4318\b|\b8080\b", "{free_port}"),
    (r"\b0\.0\.0\.0\b", "127.0.0.1"),
    (r"\b8d4c0f9ab1e26375c4e8f01b2a3d5e67\b", "{reject}"),
    (r"^(sada rejected show) ID\b", r"\1 {reject}"),
    (r"\b4c97b1d2a8e35f60917c3d5e8b2a4f01\b|\bID\b", "{article}"),
    (r"5f0c…", "{reject}"),
    (r"\bGOLD_DIR RAW_DIR\b", "gold raw"),
    (r"\bPAIRS\.jsonl\b", "pairs.jsonl"),
    (r"^(sada eval ner) FILE\b", r"\1 test.conll"),
    (r"\bFOLDER\b", "folder"),
    (r"\bTREE\b", "streams"),
    (r"\bCOMMAND\b", "search"),
    (r"\bjq \.rejected\b", "python -m json.tool"),
    (r"--every 6\b", "--every 0.5"),
)
"""Placeholders, addresses of somebody else's servers and long ways, and what stands for them here."""

SET_ASIDE = {
    ". ": "the walks have the environment on their path",
    "make run": "test_tutorial.py runs what it does, test_makefile.py that it does so",
    "make stop": "as make run",
    "make setup": "test_makefile.py, with an interpreter that notes what it is asked",
    "make test": "this is it",
    "make unit": "part of make test",
    "make bench": "three minutes at the least",
    "make chaos": "twenty minutes; test_chaos.py runs the shortest of it",
    "make docs": "test_site.py builds the pages, test_reference.py the reference",
    "make fuzz": "a minute; tests/fuzz gives every parser what it has found",
    "make sbom": "half a minute; part of what a release needs",
    "make secrets": "half a minute; looks at every file that git keeps",
    "make train": "needs the training data and an hour",
    "make release-check": "needs the package index; test_release_check.py",
    "pytest ": "make test runs all of them",
    "python -m bench": "takes minutes to hours of the whole machine",
    "python bench/": "takes minutes; the gate on costs stands in tests/bench",
    "python hatch_build.py": "part of make setup, by which what the other commands load was compiled",
    "python -m training.train": "needs the training data and an hour",
    "python -m training.ablation": "needs the training data and an hour",
    "pip install": "needs the package index",
    "git pull": "needs the place the checkout came from",
    "docker ": "needs a Docker engine; test_compose.py reads the file as Compose does",
    "kubectl ": "needs a cluster; test_kubernetes.py reads the manifests",
    "systemctl ": "needs systemd as process 1; test_systemd.py reads the units",
    "install -d": "needs root; test_systemd.py reads the units",
    "cp deploy/systemd": "needs root; test_systemd.py reads the units",
    "curl -X POST 'http://KIBANA": "needs Kibana; test_kibana.py reads what it is given",
    "sada --install-completion": "writes into the shell's own start file; `sada completion` prints the same",
}
"""Commands, by how they begin, that are checked and not run, and why."""

RUN_ANYWAY = ("python -m bench.chaos.proof",)
"""Of those that are set aside by their beginning."""

STAYING = ("sada desk", "sada sink", "sada work", "sada watch", "sada lines data/lines")
"""Roles: they stay until they are told to end."""

CHANGING = (
    *("sada lines --once", "sada demo", "sada ingest", "sada forget", "sada rejected replay", "sada rejected purge"),
    *("sada reprocess", "sada reindex"),
)
"""What changes the index: one after the other, in this order, when all that only looks is done."""

ANSWERS = {"sada forget": 2}
"""Exit codes other than 0: it wants to be told what."""

LAST = ("sada down", "sada up")
"""What ends the line that all others look at: one after the other, when nothing else runs."""


def filled(text: str, known: Mapping[str, object]) -> str:
    """Put what is here in the place of what the documents say.

    >>> filled("sada forget ID", {"article": "4f"})
    'sada forget 4f'
    """
    for pattern, stead in FILLED:
        text = re.sub(pattern, stead, text)
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def walked(command: Command) -> bool:
    """Say whether the test of its page runs it."""
    return command.block and command.page in WALKED and not set_aside(command.text)


def set_aside(text: str) -> str | None:
    """Return why a command is not run, if so."""
    if text.startswith(RUN_ANYWAY):
        return None
    return next((reason for begin, reason in SET_ASIDE.items() if text.startswith(begin)), None)


def names_only(command: Command) -> bool:
    """Say whether running text names a command of `sada` that wants to be told more."""
    first, *words = command.text.split()
    if command.block or first != "sada":
        return False
    found: Any = typer.main.get_command(app)
    for word in words:
        if word not in getattr(found, "commands", ()):
            return False
        found = found.commands[word]
    return hasattr(found, "commands") or any(one.required for one in found.params)
