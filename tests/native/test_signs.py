"""Signs compared by the compiled loop: it says what Python alone says, of headlines and of bytes made by chance."""

from __future__ import annotations

import random
from array import array
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text import match
from streams.text.fold import headline_key
from streams.text.outline import LONGEST, tables
from tests.streams.test_match import KEYED

pytestmark = pytest.mark.skipif(compiled("signs") is None, reason="nothing is compiled here")

KEYS = sorted({key for _, a, b in KEYED for key in (a, b)})


def said(sign: bytes, others: list[bytes], *, begin_alike: bool) -> list[int]:
    found = match.rivals(sign, others, begin_alike=begin_alike)
    assert found == match.rivals_in_python(sign, others, begin_alike=begin_alike)
    some = array("I", range(len(others) - 1, -1, -2))
    among = match.rivals(sign, others, some, begin_alike=begin_alike)
    assert among == match.rivals_in_python(sign, others, some, begin_alike=begin_alike)
    assert among == [at for at in some if at in found]
    return found


def signs(keys: list[str]) -> list[bytes]:
    return [found.sign for key in keys if (found := match.probe(key))]


def mixed(chance: random.Random, count: int) -> list[str]:
    """Keys made of the words of two headlines that share some, cut off now and then."""
    made = []
    while len(made) < count:
        one, two = chance.choice(KEYED)[1:]
        words, others = one.split(), two.split()
        at, to = chance.randrange(len(words) + 1), chance.randrange(len(others) + 1)
        key = " ".join(words[:at] + others[to : to + chance.randrange(4)] + words[at + chance.randrange(3) :])
        made.append(headline_key(key + ("…" if chance.random() < 0.2 else "")))
    return made


@pytest.mark.parametrize("begin_alike", [False, True])
def test_headlines_are_compared_as_in_python(begin_alike: bool) -> None:
    """Of real headlines and of those made of two, each with all others that begin with its words, or few others."""
    chance = random.Random(8)
    passed = compared = 0
    for _ in range(150):
        a, b = chance.choice(KEYED)[1:]
        near = [a, b, *mixed(random.Random(chance.random()), 3)]
        words = a.split()
        for _ in range(40):
            kept = [word for word in words if chance.random() < 0.8]
            kept.insert(chance.randrange(len(kept) + 1), chance.choice(chance.choice(KEYS).split()))
            near.append(headline_key(" ".join(kept) + ("…" if chance.random() < 0.2 else "")))
        found = signs(near)
        for sign in found[:3]:
            passed += len(said(sign, found, begin_alike=begin_alike))
            compared += len(found)
    assert 0.02 < passed / compared < 0.9


def row() -> st.SearchStrategy[bytes]:
    """A word's hash and traces, from few values, so that words meet; some from the lists."""
    listed = tables()[2]
    soft = [b"\xfe" + listed[at : at + 3] for at in range(0, len(listed), 80)] + [b"\xfe\xff\0\0"]
    trace = st.sampled_from([0, 1, 2, 3, 253, 254, 255])
    made = st.builds(lambda *traces: bytes(traces), trace, trace, trace, trace)
    key = st.sampled_from([0, 1, 2, 3, 4, 500, 65535]).map(lambda key: key.to_bytes(2, "little"))
    return st.builds(lambda key, traces: key + traces, key, st.one_of(made, st.sampled_from(soft)))


def sign() -> st.SearchStrategy[bytes]:
    """Bits of which few differ, and words."""
    place = st.sets(
        st.sampled_from([0, 1, 63, 64, 65, 128, 191, 192, 200, 219, 220, 228, 247, *range(248, 252)]), max_size=8
    )
    bits = place.map(lambda places: sum(1 << one for one in places).to_bytes(32, "little"))
    return st.builds(lambda bits, rows: bits + b"".join(rows), bits, st.lists(row(), max_size=7))


@settings(max_examples=1500, deadline=None)
@given(sign(), st.lists(st.one_of(sign(), st.just(b"")), max_size=6), st.booleans())
def test_any_bytes_are_compared_as_in_python(one: bytes, others: list[bytes], begin_alike: bool) -> None:
    """Whatever stands in a sign, both say the same of it, and of itself that it could be related."""
    found = said(one, [*others, one, one[:32]], begin_alike=begin_alike)
    assert len(others) in found


def test_more_signs_than_are_fetched_together_are_compared_one_and_all() -> None:
    """Of some hundred, the first and the last of each block are looked at like the others."""
    found = signs(KEYS[:300])
    for count in (63, 64, 65, 128, 129, len(found)):
        few = said(found[0], found[:count], begin_alike=False)
        assert 0 in few
        assert said(found[count - 1], found[:count], begin_alike=False)[-1] == count - 1


def test_what_is_no_sign_tells_nothing_apart() -> None:
    """Behind more words than an outline holds, or half a word, nothing is told; what is too short could be anyone's."""
    few: bytes = signs(KEYS[:50])[0]
    many = few[:32] + b"\x01\x02\x03\x04\x05\x06" * (LONGEST + 1)
    for one, two in ((few, many), (many, few), (many, many), (few, few + b"\x01"), (few + b"\x01", few)):
        assert said(one, [two, two[:32]], begin_alike=False) == [0, 1]
    for one, two in ((few, few[:31]), (few[:31], few), (b"", few), (few, b"")):
        assert said(one, [two, two], begin_alike=True) == [0, 1]


def test_what_cannot_be_is_an_error_and_no_crash() -> None:
    """Places past the end, what is no bytes, and tables of another size are refused."""
    few: bytes = signs(KEYS[:50])[0]
    native: Any = compiled("signs")
    with pytest.raises(IndexError):
        match.rivals(few, [few], array("I", [1]))
    for wrong in ([None], [few, "few"]):
        with pytest.raises(TypeError):
            match.rivals(few, wrong)  # type: ignore[arg-type]
    for tables_of_no_size in ((b"", b"", b""), (bytes(8192), bytes(8192), bytes(7))):
        with pytest.raises(ValueError, match="wanted"):
            native.Lists(*tables_of_no_size)
