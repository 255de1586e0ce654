"""The charset ladder: what the bytes say, what is guessed, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.charset import NotText, decode
from schemas import Reason

SENTENCES = (
    "أعلنت وزارة الصحة اليوم عن افتتاح ثلاثة مستشفيات جديدة في المحافظات الشمالية",
    "قال المتحدث باسم الحكومة إن الاجتماع المقبل سيعقد يوم الخميس في العاصمة",
    "فاز فريق النجمة على ضيفه بهدفين مقابل هدف في ختام الجولة العاشرة",
    "ارتفعت أسعار القمح 12% خلال أسبوع، وسط مخاوف من تراجع المحصول",
    "تشهد المنطقة موجة غبار كثيفة تستمر حتى مساء الجمعة",
    "وصف الخبير الوضع بأنه مقلق للغاية، مطالبا بخطة عاجلة",
    "هل تنجح المفاوضات هذه المرة؟ سؤال يطرحه سكان القرى الحدودية",
    "افتتح المتحف أبوابه أمام الزوار بعد عامين من أعمال الترميم",
    "شهد الميناء حركة نشطة؛ إذ وصلت سبع سفن محملة بالحبوب",
    "كشف باحثون عن طريقة لتحلية المياه بالطاقة الشمسية",
)
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32",
    "cp1256": "windows-1256",
    "iso8859_6": "iso-8859-6",
}


@pytest.mark.parametrize("codec", ENCODINGS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_survive_each_encoding(codec: str, sentence: str) -> None:
    """A sentence written in any encoding of the ladder comes back, with the encoding's name."""
    assert decode(sentence.encode(codec)) == (sentence, ENCODINGS[codec])


@pytest.mark.parametrize("sentence", SENTENCES)
def test_mac_arabic_sentences_survive(sentence: str) -> None:
    """Mac Arabic shares its letters with ISO-8859-6; whichever is named, the words are right."""
    data = sentence.encode("mac_arabic")
    assert decode(data).text.replace("\xa0", " ").split()[:3] == sentence.split()[:3]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_without_controls_is_kept_letter_by_letter(text: str) -> None:
    """Valid UTF-8 is UTF-8: nothing is changed unless a mojibake repair is recorded."""
    decoded = decode(b"\xef\xbb\xbf" + text.encode())
    assert decoded.text == text or "mojibake" in decoded.encoding


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8), st.sampled_from(list(ENCODINGS)))
def test_pages_of_any_sentences_survive(lines: list[str], codec: str) -> None:
    """Whole pages come back in every encoding, line endings as they were."""
    text = "\r\n".join(lines)
    assert decode(text.encode(codec)).text == text


@given(st.binary(max_size=400))
def test_any_bytes_end_in_text_or_a_reason(data: bytes) -> None:
    """Whatever the bytes, the ladder ends: text that can be encoded again, or one of two reasons."""
    try:
        ended: object = decode(data).text.encode("utf-8").decode("utf-8")
    except NotText as error:
        ended = error.reason
    assert isinstance(ended, str)
    assert not isinstance(ended, Reason) or ended in {Reason.BINARY, Reason.UNDECODABLE}


def test_letter_cut_at_the_end_is_still_utf_8() -> None:
    """A file that breaks off inside its last letter keeps all the others; the cut is recorded."""
    decoded = decode("انتهى الخبر فجأة".encode()[:-1])
    assert decoded == ("انتهى الخبر فجأ\ufffd", "utf-8 (cut at the end)")


def test_few_broken_bytes_are_counted() -> None:
    """Two stray bytes in a page are replaced and counted, not read as another encoding."""
    data = SENTENCES[0].encode() + b"\xff " + SENTENCES[1].encode() + b"\xfe " + SENTENCES[2].encode()
    decoded = decode(data)
    assert decoded.encoding == "utf-8 (2 broken)"
    assert decoded.text.startswith(SENTENCES[0] + "\ufffd ")


def test_utf_16_cut_at_the_end_keeps_the_rest() -> None:
    """An odd number of bytes after a UTF-16 mark costs the last letter alone."""
    decoded = decode(SENTENCES[0].encode("utf-16")[:-1])
    assert decoded.text.startswith(SENTENCES[0][:-1])
    assert decoded.encoding == "utf-16 (1 broken)"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"PK\x03\x04\x14\x00\x06\x00",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\x1f\x8b\x08\x00abc",
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"\x00\x01\x02\x03" * 100,
        "خبر".encode() + b"\x00" * 20,
        bytes(range(256)) * 8,
    ],
)
def test_binary_is_named(data: bytes) -> None:
    """Known formats and bytes full of controls are binary, and the message says what was seen."""
    with pytest.raises(NotText, match=r"looks like|control characters|broken") as caught:
        decode(data)
    assert caught.value.reason in {Reason.BINARY, Reason.UNDECODABLE}


def test_one_stray_control_stays_in_the_text() -> None:
    """A single NUL in a long page makes no binary; it stays where it was."""
    text = " ".join(SENTENCES) + "\x00" + SENTENCES[0]
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(
    "data",
    ["Вчера в городе прошли переговоры о новом соглашении".encode("cp1251"), "日本語のテキスト".encode("shift_jis")],
)
def test_foreign_encodings_are_undecodable(data: bytes) -> None:
    """Text in no encoding of the ladder is refused rather than turned into nonsense."""
    with pytest.raises(NotText, match="no Arabic words") as caught:
        decode(data)
    assert caught.value.reason is Reason.UNDECODABLE


def test_western_quotes_are_read() -> None:
    """An English line with curly quotes and an accent is windows-1252."""
    text = "The minister said “no comment” at the café – again"
    assert decode(text.encode("cp1252")) == (text, "windows-1252")


@pytest.mark.parametrize("data", [b"", b"x", "خ".encode(), b"1", b" \n"])
def test_tiny_files_decode(data: bytes) -> None:
    """No size is too small to be decoded; whether it is empty is another's question."""
    assert decode(data).text == data.decode()
