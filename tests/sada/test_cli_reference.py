"""docs/cli.md is the command line as it is; completion, JSON and exit codes are what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sada import cli
from sada.cli_reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"

SILENT = {
    "watch": "a role: its facts are its log and its metrics",
    "work": "as watch",
    "sink": "as watch",
    "desk": "as watch",
    "process": "JSON Lines anyway",
    "schema": "JSON anyway",
    "completion": "a script",
}
"""Commands without `--json`, and why."""


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for word, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{name}{word} ")
        elif not command.hidden:
            yield f"{name}{word}", command


def test_the_page_is_what_the_code_says() -> None:
    """Every command, argument, option and example stands in docs/cli.md as the code has it."""
    assert PAGE.read_text(encoding="utf-8") == reference(), "python -m sada.cli_reference > docs/cli.md"


def test_every_command_has_help_and_an_example() -> None:
    """No command or option goes unexplained."""
    for name, command in commands(typer.main.get_command(cli.app)):
        assert command.help, name
        assert "Examples:" in (command.epilog or ""), name
        assert all(one.help for one in command.params if not getattr(one, "hidden", False)), name


def test_facts_can_be_had_as_json() -> None:
    """Each command that prints facts, or says what it did, takes --json."""
    without = {
        name
        for name, command in commands(typer.main.get_command(cli.app))
        if not any("--json" in one.opts for one in command.params)
    }
    assert without == set(SILENT)


@pytest.mark.parametrize(("shell", "said"), [("bash", "complete -o"), ("zsh", "#compdef sada"), ("fish", "complete")])
def test_completion_scripts_are_printed(shell: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell's script is there for the asking."""
    assert cli.main(["completion", shell]) == 0
    assert said in capsys.readouterr().out


def test_bash_completes_commands_and_options() -> None:
    """What the script asks is answered: commands by their beginning, options of a command."""
    assert asked("sada tr", 1) == ["trace"]
    assert asked("sada rejected pur", 2) == ["purge"]
    assert "--no-wait" in asked("sada ingest --", 2)


def asked(words: str, number: int) -> list[str]:
    variables = {"_SADA_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    done = subprocess.run(
        [Path(sys.executable).with_name("sada")],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["same", "بوتين يزور الصين غداً", "بوتين يزور الصين غدا"], 0),
        (["trace", "/nowhere/page.txt"], 1),
        (["search", "موسكو"], 1),
        (["ingest"], 2),
        (["completion", "tcsh"], 2),
        (["top", "--every", "soon"], 2),
    ],
)
def test_exit_codes_are_those_of_the_page(
    arguments: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 fine, 1 no or failed, 2 called wrongly; failures are one line each, no trace."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SADA_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("SADA_ELASTICSEARCH", "http://127.0.0.1:1")
    assert cli.main(arguments) == code
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert len(err.splitlines()) == (0 if code == 0 or "trace" in arguments else 1)


def test_down_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where there is nothing to stop."""
    assert cli.main(["down", "--json", "--state-dir", str(tmp_path)]) == 0
    assert "outcome" in json.loads(capsys.readouterr().out)
