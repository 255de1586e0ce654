"""Models to bytes and back: UTF-8 JSON, validated once at each wall."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from schemas.message import SCHEMA_VERSION, Message
from schemas.rejects import Reason

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
    """Decode `data` as a `model`.

    Raises:
        DecodeError: not JSON (`not_a_message`), other fields (`wrong_schema`), a newer version
            (`unsupported_version`).
    """
    try:
        message = model.model_validate_json(data)
    except ValidationError as error:
        raise _why(model, error) from None
    if message.schema_version > SCHEMA_VERSION:
        raise DecodeError(
            Reason.UNSUPPORTED_VERSION,
            f"{model.__name__}: written by schema version {message.schema_version}, "
            f"this program reads up to {SCHEMA_VERSION}; upgrade it, then replay",
        )
    return message


def _why(model: type[Message], error: ValidationError) -> DecodeError:
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return DecodeError(Reason.NOT_A_MESSAGE, f"{model.__name__}: not JSON: {first['msg']}")
    where = ".".join(str(part) for part in first["loc"]) or "message"
    return DecodeError(Reason.WRONG_SCHEMA, f"{model.__name__}.{where}: {first['msg']}")
