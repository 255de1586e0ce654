"""Settings come from the environment, then from secret files, and never print a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.settings import load_settings


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no .env file of the checkout


def test_environment_then_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command-line option wins over the environment; None leaves the environment's word."""
    monkeypatch.setenv("SADA_PARTITIONS", "3")
    assert load_settings().partitions == 3
    assert load_settings(partitions=5).partitions == 5
    assert load_settings(partitions=None).partitions == 3


def test_globs_are_a_json_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are given as JSON."""
    monkeypatch.setenv("SADA_INCLUDE", '["**/*.text"]')
    assert load_settings().include == ("**/*.text",)


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SADA_SECRETS_DIR names a folder whose files hold the secrets."""
    (tmp_path / "SADA_KAFKA_PASSWORD").write_text("canary-7319\n", encoding="utf-8")
    monkeypatch.setenv("SADA_SECRETS_DIR", str(tmp_path))
    settings = load_settings()
    assert settings.kafka_password is not None
    assert settings.kafka_password.get_secret_value() == "canary-7319"
    assert "canary-7319" not in repr(settings) + str(settings) + settings.model_dump_json()
