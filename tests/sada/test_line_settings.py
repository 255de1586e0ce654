"""How the commands find the running line, and what wins when the environment says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sada import cli
from sada.line import find_line, is_given, read_settings
from sada.state import Phase, Run, describe, write_run


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No SADA_ variable and no .env of the developer's."""
    for name in [name for name in os.environ if name.startswith("SADA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(state: Path, **facts: object) -> None:
    state.mkdir(exist_ok=True)
    known = {"kafka": "127.0.0.1:1111", "elasticsearch": "http://127.0.0.1:2222"} | facts
    supervisor = describe("supervisor", os.getpid())
    run = Run(phase=Phase.READY, supervisor=supervisor, inbox=Path("/pages"), workers=1, topology="staged", **known)
    write_run(state, run)


def test_a_running_line_is_found_in_the_folder(tmp_path: Path) -> None:
    """Without any option the commands talk to the line that `sada up` started in this folder."""
    write(tmp_path / ".sada")
    settings, run = find_line()
    assert run is not None
    assert settings.kafka == "127.0.0.1:1111"
    assert settings.elasticsearch == "http://127.0.0.1:2222"
    assert settings.inbox == Path("/pages")
    assert settings.topology == "staged"


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address set by hand is asked, whatever runs here; the rest is the running line's."""
    write(tmp_path / ".sada")
    monkeypatch.setenv("SADA_ELASTICSEARCH", "http://search:9200")
    settings, _ = find_line()
    assert settings.elasticsearch == "http://search:9200"
    assert settings.kafka == "127.0.0.1:1111"


def test_no_line_means_the_settings_alone(tmp_path: Path) -> None:
    """Where nothing runs, the defaults hold, with folders made absolute."""
    settings, run = find_line(tmp_path / "elsewhere")
    assert run is None
    assert settings.kafka == "127.0.0.1:9092"
    assert settings.state_dir == tmp_path / "elsewhere"
    assert settings.inbox == tmp_path / "inbox"


def test_given_is_told_from_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A server counts as given where the environment or .env names it, and not by its default."""
    assert not is_given(read_settings(), "kafka")
    (tmp_path / ".env").write_text("SADA_KAFKA=kafka:9092\n")
    assert is_given(read_settings(), "kafka")
    assert not is_given(read_settings(), "elasticsearch")


def test_status_without_servers_is_a_report_not_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing running and nobody answering, `status` still says so, and exits 0."""
    monkeypatch.setenv("SADA_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("SADA_ELASTICSEARCH", "http://127.0.0.1:1")
    # In a process of its own: kafka-python leaves the thread behind that never found its broker.
    code = "import sada.broker, sada.cli; sada.broker.PATIENCE_MS = 500; raise SystemExit(sada.cli.main(['status']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "not running (sada up starts it)" in done.stdout
    assert done.stdout.count("does not answer") == 2
    assert done.stderr == ""


def test_search_without_servers_says_how_to_start_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A search where nothing runs is one line with the remedy."""
    monkeypatch.setenv("SADA_ELASTICSEARCH", "http://127.0.0.1:1")
    assert cli.main(["search", "موسكو"]) == cli.FAILED
    err = capsys.readouterr().err
    assert "http://127.0.0.1:1 does not answer" in err
    assert "sada up" in err
    assert len(err.splitlines()) == 1


def test_down_with_nothing_running_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    """`sada down` where nothing runs says so and exits 0."""
    assert cli.main(["down"]) == 0
    assert capsys.readouterr().out == "nothing is running\n"
