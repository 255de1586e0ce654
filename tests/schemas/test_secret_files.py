"""Secrets in files: read without their line end, refused where they cannot serve, never printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sada.errors import explain
from schemas.secret_files import LARGEST, SettingsError
from schemas.settings import load_settings

SECRET = "canary-2206"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env file of the checkout


def name_file(monkeypatch: pytest.MonkeyPatch, place: Path, variable: str = "SADA_KAFKA_PASSWORD") -> None:
    monkeypatch.setenv(f"{variable}_FILE", str(place))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_line_ends_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """What an editor or `echo` puts behind the secret is no part of it; blanks are."""
    (tmp_path / "secret").write_text(f" {SECRET}{end}", newline="")
    name_file(monkeypatch, tmp_path / "secret")
    found = load_settings().kafka_password
    assert found is not None
    assert found.get_secret_value() == f" {SECRET}"


def test_every_secret_and_user_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All six variables of logins have their `_FILE`; other settings have none."""
    names = ["KAFKA_USERNAME", "KAFKA_PASSWORD", "KAFKA_KEY_PASSWORD"]
    names += ["ELASTICSEARCH_USERNAME", "ELASTICSEARCH_PASSWORD", "ELASTICSEARCH_API_KEY"]
    for name in [*names, "GROUP"]:
        (tmp_path / name).write_text(f"canary-{name}\n")
        name_file(monkeypatch, tmp_path / name, f"SADA_{name}")
    settings = load_settings()
    assert settings.model_fields_set == {name.lower() for name in names}
    assert settings.kafka_username == "canary-KAFKA_USERNAME"
    assert settings.group == "sada"
    assert "canary-ELASTICSEARCH_API_KEY" not in repr(settings) + settings.model_dump_json()


def test_a_file_may_be_named_in_the_dot_env(tmp_path: Path) -> None:
    """`.env` names files as the environment does."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / ".env").write_text(f"SADA_KAFKA_PASSWORD_FILE={tmp_path / 'secret'}\n")
    found = load_settings().kafka_password
    assert found is not None
    assert found.get_secret_value() == SECRET


def test_a_file_and_its_variable_together_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody should have to guess which of two passwords is used."""
    (tmp_path / "secret").write_text(SECRET)
    name_file(monkeypatch, tmp_path / "secret")
    monkeypatch.setenv("SADA_KAFKA_PASSWORD", "canary-other")
    with pytest.raises(SettingsError, match="both SADA_KAFKA_PASSWORD and SADA_KAFKA_PASSWORD_FILE are set"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0, "No such file or directory"),
        (b"", 0o600, "is empty"),
        (b"\n", 0o600, "is empty"),
        (b"x" * (LARGEST + 1), 0o600, "is longer than 65,536 bytes"),
        (b"canary-\xff", 0o600, "is no UTF-8 text"),
        (b"canary", 0o602, "any user may write"),
    ],
)
def test_a_file_that_cannot_serve_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, mode: int, said: str
) -> None:
    """The one line names variable and file, and shows nothing of what is in it."""
    place = tmp_path / "secret"
    if content is not None:
        place.write_bytes(content)
        place.chmod(mode)
    name_file(monkeypatch, place)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = explain(caught.value)
    assert line.startswith("SADA_KAFKA_PASSWORD_FILE: ")
    assert said in line
    assert str(place) in line
    assert "canary" not in line
    assert "\n" not in line


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe without a writer, a device without an end and a folder are refused at once."""
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        name_file(monkeypatch, place)
        with pytest.raises(SettingsError, match="is no regular file"):
            load_settings()


def test_one_that_any_user_may_read_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker and Kubernetes mount secrets so."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o444)
    name_file(monkeypatch, tmp_path / "secret")
    assert load_settings().kafka_password is not None


def test_a_folder_of_secrets_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that was not mounted is an error, not a start without a password."""
    monkeypatch.setenv("SADA_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match=r"SADA_SECRETS_DIR: .*none is no folder"):
        load_settings()


@pytest.mark.parametrize("variable", ["SADA_KAFKA", "SADA_ELASTICSEARCH"])
def test_no_login_in_an_address(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Addresses are shown, so they may hold no password; the refusal does not show it either."""
    monkeypatch.setenv(variable, f"https://sada:{SECRET}@search.test:9200")
    with pytest.raises(ValueError, match="an address holds no user or password") as caught:
        load_settings()
    assert SECRET not in explain(caught.value) + str(caught.value)
