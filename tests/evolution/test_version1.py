"""Messages as version 1 wrote them: they are what they were, and today's program reads each of them whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas import DecodeError, ProbeBatch, RawArticle, Reason, Rejected, decode, encode
from schemas import codec as codec_module
from schemas.message import SCHEMA_VERSION, Message
from schemas.topics import TOPICS, Topic
from schemas.upgrades import STEPS
from tests.evolution.version1 import FIELDS, NESTED, VERSION, read, write

OLD = [topic for topic in TOPICS if topic.name in FIELDS]


def fields(topic: str) -> dict[str, Any]:
    """Return what stands in the old message of `topic`."""
    found: dict[str, Any] = json.loads(read(topic).value)
    return found


def test_the_frozen_messages_are_those_of_version_1() -> None:
    """There is one for each topic that version 1 knew, with just the fields that it wrote."""
    assert {topic.name for topic in TOPICS} >= FIELDS.keys()
    for topic, names in FIELDS.items():
        assert list(fields(topic)) == names.split(), topic
        assert fields(topic)["schema_version"] == VERSION
    for (topic, field), names in NESTED.items():
        inner = fields(topic)[field]
        for one in inner if isinstance(inner, list) else [inner]:
            assert set(one) == set(names.split()), f"{topic}.{field}"


@pytest.mark.parametrize("topic", OLD, ids=lambda topic: topic.name)
def test_old_messages_say_today_what_they_said(topic: Topic) -> None:
    """Every field that version 1 wrote is there, with its value, but for those that a step has turned into others."""
    message = decode(topic.model, read(topic.name).value)
    if topic.model is not ProbeBatch:
        now = json.loads(encode(message))
        for name, value in fields(topic.name).items():
            assert name == "schema_version" or _same(now[name], value), name
    assert message.schema_version == SCHEMA_VERSION or (topic.model.__name__, VERSION) not in STEPS
    assert decode(topic.model, encode(message)) == message


def _same(now: Any, old: Any) -> bool:
    """Compare what both know: a field that came later is no difference, and nested messages bear their own version."""
    if isinstance(old, dict):
        return all(name == "schema_version" or (name in now and _same(now[name], old[name])) for name in old)
    if isinstance(old, list):
        return len(now) == len(old) and all(map(_same, now, old))
    return bool(now == old)


def test_a_probe_of_one_band_asks_in_a_list_of_one() -> None:
    """Version 1 asked one band in a probe, version 2 asks several: the old question is asked in the new form."""
    (old,) = fields("clusters.bands")["probes"]
    (probe,) = decode(ProbeBatch, read("clusters.bands").value).probes
    sent = json.loads(encode(ProbeBatch(probes=(probe,))))["probes"][0]
    assert sent["bands"] == [old["band"]]
    assert probe.member == old["member"]


@pytest.mark.parametrize("topic", OLD, ids=lambda topic: topic.name)
def test_a_newer_message_is_refused_by_its_version(topic: Topic) -> None:
    """Whatever else a newer version has changed, the reason is the version, and the text says what to do."""
    for newer in ({"schema_version": SCHEMA_VERSION + 1}, fields(topic.name) | {"schema_version": 99, "body": 7}):
        with pytest.raises(DecodeError) as caught:
            decode(topic.model, write(newer))
        assert caught.value.reason is Reason.UNSUPPORTED_VERSION
        assert "upgrade it, then replay" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"schema_version": 0}, Reason.WRONG_SCHEMA),
        ({"schema_version": -1, "probes": []}, Reason.WRONG_SCHEMA),
        ({"schema_version": 1, "probes": 7}, Reason.WRONG_SCHEMA),
        ({"schema_version": 1, "probes": [7]}, Reason.WRONG_SCHEMA),
        ({"schema_version": 1, "probes": [{"band": 7}]}, Reason.WRONG_SCHEMA),
        ({"schema_version": "x", "probes": []}, Reason.WRONG_SCHEMA),
    ],
)
def test_old_and_broken_is_no_message(value: dict[str, Any], reason: Reason) -> None:
    """What claims to be old and is not what was written then is refused like any foreign message."""
    with pytest.raises(DecodeError) as caught:
        decode(ProbeBatch, write(value))
    assert caught.value.reason is reason


def test_steps_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message goes through the steps of all versions between, each once, in order; others are left alone."""

    def renamed(old: dict[str, Any]) -> dict[str, Any]:
        return {"text" if name == "body" else name: value for name, value in old.items()}

    def trimmed(old: dict[str, Any]) -> dict[str, Any]:
        return old | {"text": old["text"].strip()}

    monkeypatch.setitem(STEPS, ("RawArticle", 1), renamed)
    monkeypatch.setitem(STEPS, ("RawArticle", 3), trimmed)
    monkeypatch.setattr(codec_module, "SCHEMA_VERSION", 4)
    old = fields("articles.raw")
    first = {"body" if name == "text" else name: value for name, value in old.items()}
    assert decode(RawArticle, write(first)).text == old["text"].strip()
    reject: Message = decode(Rejected, read("articles.rejected").value)
    assert reject.schema_version == 4
