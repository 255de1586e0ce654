"""What could not be processed, why, and what to send again once the cause is gone."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict

from schemas.message import Id, Message, Moment


class StageName(StrEnum):
    """Where an article can fail: the producer's reading, a stage, or the index."""

    READ = "read"
    CLEAN = "clean"
    SPLIT = "split"
    TAG = "tag"
    DEDUPE = "dedupe"
    MATCH = "match"
    INDEX = "index"


class Reason(StrEnum):
    """Why it failed; a slug used in the index, in logs and as a metric label (docs/rejects.md says what to do)."""

    EMPTY = "empty"
    BINARY = "binary"
    OVERSIZE = "oversize"
    UNDECODABLE = "undecodable"
    UNREADABLE = "unreadable"
    NOT_A_MESSAGE = "not_a_message"
    WRONG_SCHEMA = "wrong_schema"
    UNSUPPORTED_VERSION = "unsupported_version"
    NO_TEXT = "no_text"
    TOO_SLOW = "too_slow"
    STAGE_FAILED = "stage_failed"
    MESSAGE_TOO_LARGE = "message_too_large"
    REFUSED_BY_INDEX = "refused_by_index"


class Rejected(Message):
    """One reject. `payload` is the original message or file (null where it is too large to carry).

    `path` is the inbox path where known; `topic` the topic the payload was read from, to which a replay goes.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    reject_id: Id
    stage: StageName
    reason: Reason
    message: str
    attempt: int = 1
    path: str | None = None
    article_id: Id | None = None
    topic: str | None = None
    key: str | None = None
    payload: bytes | None = None
    rejected_at: Moment
