"""A worker's consumer in, the number of messages that are its to take and not finished out; it stops nothing."""

from __future__ import annotations

from typing import Any, Final, cast

from faust import App  # noqa: TID251 the consumer is Faust's
from faust.transport.consumer import Consumer  # noqa: TID251

from schemas.topics import TOPICS

_OURS: Final = {topic.name for topic in TOPICS}


def count_unfinished(app: App) -> int | None:
    """Count what the worker was given and has not acknowledged, and what lies behind it in its partitions.

    Null before it has a consumer. Read off the clients' own books, since asking the consumer's thread for it would
    wait with that thread, and would so be silent just when it hangs.
    """
    consumer = cast(Consumer, app.consumer)
    in_hand = sum(not message.acked for message in tuple(consumer.unacked))
    client = cast(Any, consumer)._thread._consumer
    subscription = None if client is None else client._subscription.subscription
    if subscription is None or subscription.assignment is None:
        return None
    return in_hand + sum(_behind(subscription.assignment, part) for part in tuple(subscription.assignment.tps))


def _behind(assignment: Any, part: Any) -> int:  # noqa: ANN401 aiokafka has no types
    """Count what was not fetched yet; changelogs are nobody's work."""
    state = assignment._tp_state.get(part)
    if part.topic not in _OURS or state is None or state.highwater is None or not state.has_valid_position:
        return 0
    return int(max(0, state.highwater - state.position))
