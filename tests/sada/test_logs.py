"""The log: one format for all, quiet libraries, no secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from sada.logs import configure_logging, hide_secrets
from schemas import Settings


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    """Leave the process's logging as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_role_time_and_arabic(capsys: pytest.CaptureFixture[str]) -> None:
    """Away from a terminal each line is a JSON object, its Arabic readable."""
    configure_logging(settings(), "sink")
    structlog.get_logger().info("indexed", title="صدى")
    raw = capsys.readouterr().err
    line = json.loads(raw)
    assert "صدى" in raw
    assert (line["event"], line["role"], line["level"]) == ("indexed", "sink", "info")
    assert line["timestamp"].endswith("Z")


def test_libraries_speak_the_same_format_from_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    """A library's chatter is dropped, its warning comes as a line like ours."""
    configure_logging(settings(), "work")
    logging.getLogger("faust.app").info("ready")
    logging.getLogger("kafka.conn").warning("lost %s", "broker")
    assert [(line["event"], line["role"]) for line in lines(capsys)] == [("lost broker", "work")]


def test_the_level_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """SADA_LOG_LEVEL drops what is less severe."""
    configure_logging(settings(log_level="error"), "work")
    structlog.get_logger().warning("unheard")
    logging.getLogger("kafka").warning("unheard")
    structlog.get_logger().error("heard")
    assert [line["event"] for line in lines(capsys)] == ["heard"]


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """SADA_LOG_FORMAT=console gives plain lines, not JSON."""
    configure_logging(settings(log_format="console"), "work")
    structlog.get_logger().info("ready", workers=2)
    err = capsys.readouterr().err
    assert "ready" in err
    assert not err.startswith("{")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_secret_reaches_the_log(capsys: pytest.CaptureFixture[str], log_format: str) -> None:
    """A secret setting's value is blotted out wherever it turns up: message, field, exception, library record."""
    configure_logging(
        settings(kafka_password="canary-1", elasticsearch_api_key="canary-2", log_format=log_format), "sink"
    )
    log = structlog.get_logger()
    log.error("refused canary-1", options={"password": "canary-1"}, url="http://u:canary-2@host")
    logging.getLogger("elasticsearch").error("401 for %s", "canary-2")
    try:
        raise ValueError("bad key canary-2")
    except ValueError:
        log.exception("failed")
    err = capsys.readouterr().err
    assert "refused" in err
    assert "ValueError" in err
    assert "canary" not in err


def test_numbers_stay_numbers() -> None:
    """Hiding secrets leaves other values as they are."""
    hide = hide_secrets(settings(kafka_password="canary"))
    event = {"event": "x", "count": 3, "ok": True, "none": None, "ids": [1, 2]}
    assert hide(None, "info", dict(event)) == event
