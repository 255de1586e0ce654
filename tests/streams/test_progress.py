"""How much a worker has still to do, read off its clients' books."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition  # noqa: TID251 - the shape that the client keeps its books in

from streams.progress import count_unfinished


def app(parts: dict[TopicPartition, Any] | None, acked: tuple[bool, ...] = ()) -> Any:
    assignment = None if parts is None else SimpleNamespace(tps=set(parts), _tp_state=parts)
    client = SimpleNamespace(_subscription=SimpleNamespace(subscription=SimpleNamespace(assignment=assignment)))
    messages = [SimpleNamespace(acked=done) for done in acked]
    return SimpleNamespace(consumer=SimpleNamespace(unacked=messages, _thread=SimpleNamespace(_consumer=client)))


def at(position: int | None, highwater: int | None) -> Any:
    return SimpleNamespace(position=position, highwater=highwater, has_valid_position=position is not None)


def test_what_is_in_hand_and_what_lies_behind_is_counted() -> None:
    """Unacknowledged messages and unfetched ones; changelogs and partitions nothing is known of are not."""
    parts = {
        TopicPartition("articles.raw", 0): at(7, 10),
        TopicPartition("articles.raw", 1): at(None, 10),
        TopicPartition("articles.raw", 2): at(7, None),
        TopicPartition("sada-streams-members-changelog", 0): at(0, 100),
    }
    assert count_unfinished(app(parts, (False, True, False))) == 5


def test_nothing_is_known_before_partitions_are_given() -> None:
    """Null is no lag of zero that was counted."""
    assert count_unfinished(app(None)) is None
