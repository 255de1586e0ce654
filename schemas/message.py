"""The base of every message: frozen, versioned, tolerant of fields that a newer writer added."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

SCHEMA_VERSION = 1
"""Version written into each message; a reader upgrades older ones and refuses newer ones."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""128 bits of SHA-256 as 32 lower-case hex digits (schemas/identity.py)."""

PrintedTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$")]
"""A date or local date-time as the page prints it, in ISO 8601: `2025-04-20` or `2025-04-20T23:04`."""

Moment = AwareDatetime
"""A point in time with its zone, always UTC on the wire."""


class Record(BaseModel):
    """A frozen value; unknown fields are ignored so that old readers survive new writers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Record):
    """A record that travels alone on a topic."""

    schema_version: int = SCHEMA_VERSION
