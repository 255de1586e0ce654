"""Every error ends as one line that says what, where and what to do; never as a stack trace."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sada import cli
from sada.commands.reaching import reach_index
from sada.errors import UserError, explain
from schemas.settings import load_settings
from sinks.faults import Denied, Unavailable


def run_sada(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "sada", *arguments]
    return subprocess.run(command, env=base | environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dance"], "No such command 'dance'"),
        (["up", "--wrokers", "2"], "--wrokers"),
        (["up", "--workers", "0"], "'--workers'"),
        (["up", "--topology", "round"], "'round' is not one of"),
        (["process", "/no/such/page.txt"], "'/no/such/page.txt' does not exist"),
        (["process"], "Missing argument"),
        (["search"], "Missing argument"),
    ],
)
def test_a_wrong_call_is_one_line_and_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt call names what is wrong and where the help is, and exits 2."""
    assert cli.main(arguments) == cli.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert said in err
    assert "--help" in err


def test_no_command_shows_the_help_and_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A bare `sada` is answered with its help, and counts as a wrong call."""
    assert cli.main([]) == cli.USAGE
    assert "Commands:" in capsys.readouterr().out


def test_a_setting_out_of_range_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A wrong environment variable is named, in one line, with exit code 1."""
    monkeypatch.setenv("SADA_PARTITIONS", "none")
    assert cli.main(["status", "--state-dir", str(tmp_path)]) == cli.FAILED
    err = capsys.readouterr().err
    assert err.startswith("sada: SADA_PARTITIONS: ")
    assert len(err.splitlines()) == 1


def test_the_value_of_a_wrong_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error line never shows a setting's value, for it may be a secret."""
    monkeypatch.setenv("SADA_SHARDS", "canary-7f3a")
    with pytest.raises(ValueError, match="shards") as caught:
        load_settings()
    assert "canary" not in explain(caught.value)


def test_more_workers_than_partitions_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A worker without a partition would idle for ever; `up` says so before anything starts."""
    assert cli.main(["up", "--workers", "99", "--state-dir", str(tmp_path)]) == cli.FAILED
    assert "more than the 8 partitions" in capsys.readouterr().err


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A state folder below a file is one line with a remedy."""
    (tmp_path / "file").write_text("")
    assert cli.main(["up", "--state-dir", str(tmp_path / "file" / "x")]) == cli.FAILED
    assert "cannot make" in capsys.readouterr().err


def test_an_unforeseen_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Even an error that nobody thought of is one line, and says how to see more."""
    monkeypatch.delenv("SADA_DEBUG", raising=False)
    monkeypatch.setattr("sada.schema.message_schemas", lambda: 1 / 0)
    assert cli.main(["schema"]) == cli.FAILED
    err = capsys.readouterr().err
    assert err == "sada: division by zero (ZeroDivisionError; SADA_DEBUG=1 shows where)\n"


def test_debug_shows_where(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """SADA_DEBUG=1 puts the stack trace before the line."""
    monkeypatch.setenv("SADA_DEBUG", "1")
    monkeypatch.setattr("sada.schema.message_schemas", lambda: 1 / 0)
    assert cli.main(["schema"]) == cli.FAILED
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends a command with the shell's usual code and no trace."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sada.schema.message_schemas", interrupt)
    assert cli.main(["schema"]) == cli.INTERRUPTED
    assert capsys.readouterr().err == "sada: interrupted\n"


def test_a_closed_pipe_is_quiet() -> None:
    """`sada schema | head -1` ends without a word once head has gone."""
    command = f"'{sys.executable}' -m sada schema | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_a_user_error_joins_problem_and_remedy() -> None:
    """What went wrong comes first, what to do second."""
    assert explain(UserError("no line", "start one")) == "no line; start one"
    assert explain(FileNotFoundError(2, "No such file or directory", "x.txt")) == "x.txt: No such file or directory"


def test_help_is_fast_and_has_examples() -> None:
    """Every command's help ends with examples; none needs the libraries of the line."""
    code = (
        "import sys; from sada import cli; cli.main(['--help'])\n"
        "heavy = {'faust', 'kafka', 'elasticsearch', 'pydantic', 'rich', 'structlog'} & set(sys.modules)\n"
        "sys.exit(f'imports {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert done.returncode == 0
    assert "Examples:" in done.stdout


@pytest.mark.parametrize(
    "command", ["up", "down", "status", "watch", "work", "sink", "process", "search", "schema", "desk"]
)
def test_each_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`sada COMMAND --help` exits 0 and shows an example call of that command."""
    assert cli.main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"sada {command}" in out.partition("Examples:")[2]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`sada --version` prints name and version."""
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sada 0.")


def test_the_module_runs_as_the_command() -> None:
    """`python -m sada` is the same command."""
    assert run_sada("--version").stdout.startswith("sada 0.")


def test_being_refused_is_not_being_away(tmp_path: Path) -> None:
    """An index that refuses us is told as it says it; one that is away by how to start it."""
    with pytest.raises(UserError, match=r"^401: the login is wrong$"), reach_index(tmp_path):
        raise Denied("401: the login is wrong")
    with pytest.raises(UserError, match="does not answer: no route"), reach_index(tmp_path):
        raise Unavailable("no route")
