"""Messages survive the wire and refuse what they are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import DecodeError, Label, RawArticle, Reason, Rejected, RelatedHeadline, Span, StageName, decode, encode
from schemas.identity import article_id, digest, embedded_id, normalise
from schemas.message import SCHEMA_VERSION
from tests.raws import raw_article

WHEN = datetime(2025, 4, 20, 23, 4, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_the_wire(text: str) -> None:
    """Encoding and decoding gives the same article back, whatever its text."""
    assert decode(RawArticle, encode(raw_article(text))) == raw_article(text)


def test_arabic_travels_as_utf8() -> None:
    """An Arabic letter takes two bytes on the wire, not six."""
    assert "صدى".encode() in encode(raw_article("صدى"))


def test_a_payload_of_any_bytes_survives() -> None:
    """A reject carries the original bytes, text or not."""
    payload = bytes(range(256))
    reject = Rejected(
        reject_id=digest("x"),
        stage=StageName.READ,
        reason=Reason.BINARY,
        message="no text",
        payload=payload,
        rejected_at=WHEN,
    )
    assert decode(Rejected, encode(reject)).payload == payload


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_A_MESSAGE),
        (b"\xff\x00", Reason.NOT_A_MESSAGE),
        (b"[1, 2]", Reason.WRONG_SCHEMA),
        (b'{"article_id": 7}', Reason.WRONG_SCHEMA),
        (encode(raw_article("خبر", schema_version=SCHEMA_VERSION + 1)), Reason.UNSUPPORTED_VERSION),
    ],
)
def test_other_bytes_are_refused_with_a_reason(data: bytes, reason: Reason) -> None:
    """Bytes that are no message raise DecodeError with the reason that a reject will carry."""
    with pytest.raises(DecodeError) as caught:
        decode(RawArticle, data)
    assert caught.value.reason is reason


def test_fields_of_a_newer_writer_are_ignored() -> None:
    """A reader survives a field that a newer writer of the same version added."""
    data = encode(raw_article("خبر")).replace(b'"schema_version"', b'"mood":"calm","schema_version"')
    assert decode(RawArticle, data) == raw_article("خبر")


def test_messages_are_frozen_and_versioned() -> None:
    """A message cannot change on its way and says which version wrote it."""
    message = raw_article("خبر")
    assert message.schema_version == SCHEMA_VERSION
    with pytest.raises(ValidationError):
        message.text = "غيره"  # type: ignore[misc]


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Normalisation is idempotent, so identities are stable."""
    assert normalise(normalise(text)) == normalise(text)


def test_identity_is_of_the_content_alone() -> None:
    """Line endings, blank lines and a BOM make no other article; a word does."""
    assert article_id("\ufeffخبر\r\n\r\nعاجل") == article_id("خبر\nعاجل ")
    assert article_id("خبر عاجل") != article_id("خبر آجل")


def test_one_text_embedded_in_two_pages_is_two_documents() -> None:
    """An embedded article's identity holds its parent, so each page keeps its own."""
    assert embedded_id("a" * 32, "عنوان", "متن") != embedded_id("b" * 32, "عنوان", "متن")


def test_a_trusted_record_is_the_record_that_validation_makes() -> None:
    """Same fields in the same order, defaults filled in, equal, and as frozen."""
    made = RelatedHeadline.trusted(text="خبر عاجل", headline_id=digest("x"))
    checked = RelatedHeadline(text="خبر عاجل", headline_id=digest("x"))
    assert (made, made.model_dump_json(), hash(made)) == (checked, checked.model_dump_json(), hash(checked))
    with pytest.raises(ValidationError):
        made.text = "غيره"  # type: ignore[misc]


def test_records_made_whole_are_those_that_validation_makes() -> None:
    """Equal, dumped alike, as frozen; a changed copy of one leaves the others alone."""
    texts = ("خبر عاجل", "غيره")
    made, other = RelatedHeadline.whole({"text": text, "headline_id": digest("x"), "date": None} for text in texts)
    checked = RelatedHeadline(text="خبر عاجل", headline_id=digest("x"), date=None)
    assert (made.model_dump_json(), hash(made), repr(made)) == (checked.model_dump_json(), hash(checked), repr(checked))
    assert made == checked != other
    with pytest.raises(ValidationError):
        made.text = "غيره"  # type: ignore[misc]
    assert made.model_copy(update={"text": "غيره"}) == other
    assert made.model_fields_set == other.model_fields_set == set(RelatedHeadline.model_fields)


def test_a_span_travels_with_its_fields_named() -> None:
    """A span is an object on the wire, whatever a newer writer added to it; a label that no reader knows is refused."""
    spans = TypeAdapter(tuple[Span, ...])
    told = b'[{"start":0,"end":4,"label":"body","rule":"feature.paragraph","article":1}]'
    read = spans.validate_json(told)
    assert read == (Span(0, 4, Label.BODY, "feature.paragraph", 1),)
    assert (spans.dump_json(read), spans.validate_python(read)) == (told, read)
    assert spans.validate_json(b'[{"start":0,"end":4,"label":"body","rule":"x","mood":"calm"}]')[0].article == 0
    with pytest.raises(ValidationError):
        spans.validate_json(told.replace(b'"body"', b'"mood"'))
