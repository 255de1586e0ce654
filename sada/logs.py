"""Settings in, one log stream on standard error: structlog lines, the libraries' own records among them."""

from __future__ import annotations

import logging
import logging.config
import sys
from typing import Any, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from schemas.settings import Settings

QUIET = (
    "aiokafka",
    "asyncio",
    "elastic_transport",
    "elasticsearch",
    "faust",
    "kafka",
    "mode",
    "python_multipart",
    "urllib3",
    "watchdog",
)
"""Libraries that are heard only from `warning` on: each retry and each rebalance would drown our own lines."""


def configure_logging(settings: Settings, role: str) -> None:
    """Send every log line of this process to standard error as `role`.

    Lines below `settings.log_level` are dropped; the libraries in `QUIET` speak from `warning` on.
    The values of secret settings never appear, whoever logs them.
    """
    shared = _shared(role, hide_secrets(settings))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_render(settings, sys.stderr)],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    # kafka-python cannot decode what Faust's members tell of themselves, and warns so at each look at their group.
    logging.getLogger("kafka.admin").setLevel(logging.ERROR)
    # It warns of its own tasks that took 0.1 s: on a machine that is busy, of every other one.
    logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)
    # It finds its own loop slow whenever the machine is busy, which is nothing that anybody could mend.
    logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)


def hide_secrets(settings: Settings) -> Processor:
    """Return a processor that blots out the secret settings' values in every field of a line."""
    secrets = [
        value.get_secret_value()
        for name in type(settings).model_fields
        if isinstance(value := getattr(settings, name), SecretStr) and value.get_secret_value()
    ]

    def blot(value: Any) -> Any:  # noqa: ANN401 (a log field may be anything)
        text = value if isinstance(value, str) else str(value)
        if not any(secret in text for secret in secrets):
            return value
        for secret in secrets:
            text = text.replace(secret, "**********")
        return text

    def hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {key: value if key.startswith("_") else blot(value) for key, value in event.items()}

    return hide


def _shared(role: str, hide: Processor) -> list[Processor]:
    def name_role(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event.setdefault("role", role)
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_role,
        structlog.processors.format_exc_info,
        hide,
    ]


def _render(settings: Settings, stream: TextIO) -> list[Processor]:
    as_lines = stream.isatty() if settings.log_format == "auto" else settings.log_format == "console"
    if as_lines:
        return [
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    return [structlog.processors.JSONRenderer(ensure_ascii=False)]
