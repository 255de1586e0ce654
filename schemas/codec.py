"""Models to bytes and back: UTF-8 JSON, validated once at each wall."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from schemas.message import SCHEMA_VERSION, Message
from schemas.rejects import Reason
from schemas.upgrades import upgrade

M = TypeVar("M", bound=Message)


class DecodeError(ValueError):
    """Bytes that are no message of the expected kind; `reason` says why, the text where."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def encode(message: Message) -> bytes:
    """Encode `message` as UTF-8 JSON, Arabic letters as themselves (2 bytes each, not 6)."""
    return message.__pydantic_serializer__.to_json(message)


def decode(model: type[M], data: bytes) -> M:
    """Decode `data` as a `model`; what an older version wrote is upgraded.

    Raises:
        DecodeError: not JSON (`not_a_message`), other fields (`wrong_schema`), a newer version
            (`unsupported_version`).
    """
    try:
        message = model.model_validate_json(data)
    except ValidationError as error:
        return _other_version(model, data, error)
    if message.schema_version != SCHEMA_VERSION:
        return _other_version(model, data, None)
    return message


def _other_version(model: type[M], data: bytes, error: ValidationError | None) -> M:
    """Upgrade what an older version wrote; say why anything else is no message.

    Looked at only where it matters: a newer version's message may lack fields that this one requires.
    """
    fields = _fields(data)
    version = None if fields is None else fields.get("schema_version", 1)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise DecodeError(
            Reason.UNSUPPORTED_VERSION,
            f"{model.__name__}: written by schema version {version}, "
            f"this program reads up to {SCHEMA_VERSION}; upgrade it, then replay",
        ) from None
    if fields is not None and isinstance(version, int) and 0 < version < SCHEMA_VERSION:
        try:
            return model.model_validate_json(orjson.dumps(upgrade(model.__name__, fields, SCHEMA_VERSION)))
        except ValidationError as later:
            error = later
    if error is None:
        raise DecodeError(Reason.WRONG_SCHEMA, f"{model.__name__}.schema_version: {version!r} is no version")
    raise _why(model, error) from None


def _fields(data: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _why(model: type[Message], error: ValidationError) -> DecodeError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return DecodeError(Reason.NOT_A_MESSAGE, f"{model.__name__}: not JSON: {first['msg']}")
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return DecodeError(Reason.WRONG_SCHEMA, f"{model.__name__}.{where}: {first['msg']}")
