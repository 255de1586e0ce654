"""What is remembered of words: two generations, each word reckoned once while it is asked for."""

from __future__ import annotations

from streams.text.remembered import Remembered


def test_a_word_is_reckoned_once_while_it_is_asked_for() -> None:
    """A word asked for in each generation is never reckoned again; one that was not is forgotten."""
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    table = Remembered(length, most=3)
    for number in range(50):
        assert (table["خبر"], table[f"{number:03}"]) == (3, 3)
    assert asked.count("خبر") == 1
    assert len(asked) == 51
    assert table["000"] == 3
    assert asked.count("000") == 2


def test_no_more_than_two_generations_are_held() -> None:
    """However many words come, those held stay few; nothing is a value like any other."""
    asked: list[str] = []
    table: Remembered[None] = Remembered(asked.append, most=10)
    assert all(table[str(number)] is None for number in range(1000))
    assert len(table) <= 10
    assert [table["999"], table["999"]] == [None, None]
    assert asked.count("999") == 1
