"""Bodies summed up by the compiled loops: the same bytes as Python alone draws, of Arabic and of any other signs."""

from __future__ import annotations

import random
from hashlib import blake2b
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.letters import fold
from streams.text.lexicon import rows
from streams.text.story import KEPT, sketch, sketch_in_python

pytestmark = pytest.mark.skipif(compiled("sketch") is None, reason="nothing is compiled here")

ARABIC = "".join(map(chr, range(0x600, 0x700)))
SIGNS = "«»،؛؟.…–“”'\"()%:/-_٫٬ـًَُِّْٰٕٓٔ\u200f\u200d0123456789٠١٢٣٤٥٦٧٨٩"
ELSEWHERE = "aéßÆZİıſẛ̣e\u0301ﻻﷲ²½ñ\u0340\u037e\u0387ͺ\U0001f600\U00010330\ud800\x00\x1c\x85\xa0\u2003\u3000"


def words() -> st.SearchStrategy[str]:
    """Words of Arabic, stop words and numbers in words among them, words of any signs, and long ones."""
    listed = [row[0] for name in ("stop_words.tsv", "number_words.tsv") for row in rows(name)]
    return st.one_of(
        st.text(ARABIC, min_size=1, max_size=8),
        st.sampled_from([*listed, *(f"و{word}" for word in listed), *(f"«{word}»،" for word in listed)]),
        st.text(ARABIC[0x20:0x4B] + SIGNS, min_size=1, max_size=9),
        st.text(SIGNS + ELSEWHERE, min_size=1, max_size=5),
        st.text(max_size=5),
        st.text(ARABIC[0x20:0x4B], min_size=55, max_size=70),
    )


@settings(max_examples=600, deadline=None)
@given(st.lists(words(), max_size=12), st.integers(1, 12), st.sampled_from([" ", "\n", "\u2003", "\x1f "]))
def test_any_body_has_the_sketch_that_python_draws(some: list[str], times: int, gap: str) -> None:
    """Whatever signs stand in it, however they are parted, and words that come again and again."""
    body = gap.join(some * times)
    assert sketch(body) == sketch_in_python(body)
    body = gap.join([*some, *(f"كلمه{number}x" for number in range(40)), *some])
    assert sketch(body) == sketch_in_python(body)


def test_every_sign_and_length_is_hashed_as_in_python() -> None:
    """Each of the signs up to U+3100 at either end of a word and within, and words of 1 to 150 letters."""
    for start in range(0, 0x3100, 64):
        signs = [chr(code) for code in range(start, start + 64)]
        body = " ".join(word for sign in signs for word in (f"{sign}كتب", f"كتب{sign}", f"كت{sign}ابة", f"و{sign}"))
        assert sketch(body) == sketch_in_python(body), hex(start)
    body = " ".join("بتثجحخ"[:number] * (number // 6) + "ر" * (number % 6) for number in range(1, 150))
    assert sketch(body) == sketch_in_python(body)


def test_long_bodies_have_the_sketch_that_python_draws() -> None:
    """Of 100,000 words, whose places are counted in steps; of one word; and of one of a megabyte."""
    chance = random.Random(4)
    for count in (24, 25, 26, 256, 255 * 256, 100_000):
        body = " ".join("".join(chance.choices("ابتثجحخدذرز", k=5)) for _ in range(count))
        assert sketch(body) == sketch_in_python(body)
    for body in ("مطر " * 300, "م" * 1_000_000, " " * 1_000_000, ""):
        assert sketch(body) == sketch_in_python(body)


@given(st.text("ابتةأ" + "abe", min_size=3, max_size=60))
def test_a_word_is_hashed_by_blake2b(word: str) -> None:
    """The four bytes that the standard library gives, of words of all lengths up to a block."""
    native: Any = compiled("sketch")
    room = np.zeros(len(word) // 2 + 1, dtype=np.uint64)
    plain = b"".join(code.to_bytes(2, "little") for code in [4 if code < 33 else code for code in range(0x700)])
    assert native.Words(plain + bytes(0xE0), {}, {}).draw(word, room) == 1
    assert room[0] == int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "little")
    assert fold("ة") == "ه"  # which the table above does not know


def test_wrong_tables_and_too_little_room_are_refused() -> None:
    """What would be read or written past its end is an error, not a crash."""
    native: Any = compiled("sketch")
    for folded, known in ((b"", {}), (bytes(2 * 0x770), {b"": 1}), (bytes(2 * 0x770), {bytes(23): 1})):
        with pytest.raises(ValueError, match="wanted"):
            native.Words(folded, known, {})
    with pytest.raises(ValueError, match="room"):
        native.Words(bytes(2 * 0x770), {}, {}).draw("اب", np.zeros(1, dtype=np.uint64))
    with pytest.raises(ValueError, match="steps"):
        native.least(np.zeros(1, dtype=np.uint64), 0)
    assert native.least(np.zeros(0, dtype=np.uint64), 1) == (0, b"", b"")
    assert native.mix(np.zeros(1, dtype=np.uint64)) == []
    assert len(native.least(np.arange(200, dtype=np.uint64) << np.uint64(32), 1)[2]) == KEPT
