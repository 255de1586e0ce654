"""`sada schema`: the messages' JSON Schemas."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from sada import cli
from sada.schema import message_schemas
from schemas import Reason, Rejected, StageName, encode
from schemas.topics import TOPICS


def test_every_topic_has_its_model(capsys: pytest.CaptureFixture[str]) -> None:
    """The printed document names each topic and holds the schema of the model on it."""
    assert cli.main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed["topics"]) == {topic.name for topic in TOPICS}
    for topic in printed["topics"].values():
        assert topic["$ref"].removeprefix("#/$defs/") in printed["$defs"]


def test_the_document_is_a_json_schema() -> None:
    """The document, and each model in it, is a valid schema whose references all lead somewhere."""
    document = message_schemas()
    Draft202012Validator.check_schema(document)
    for name in document["$defs"]:
        Draft202012Validator({**document, "$ref": f"#/$defs/{name}"})
        assert document["$defs"][name]["type"] in {"object", "string"}


def test_a_real_message_fits_its_schema() -> None:
    """A message as it travels validates against the printed schema; one without its key does not."""
    document = message_schemas()
    validator = Draft202012Validator({**document, "$ref": "#/$defs/Rejected"})
    reject = Rejected(
        reject_id="0" * 32,
        stage=StageName.READ,
        reason=Reason.EMPTY,
        message="no letter in it",
        payload=b"...",
        rejected_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    message = json.loads(encode(reject))
    validator.validate(message)
    del message["reject_id"]
    assert not validator.is_valid(message)
