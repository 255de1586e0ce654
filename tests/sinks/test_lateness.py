"""The warning before Kafka deletes what the sink holds."""

from __future__ import annotations

from sinks.lateness import EVERY, Lateness

DAY_MS = 24 * 3600 * 1000
KEEP_MS = 7 * DAY_MS
NOON = 1_800_000_000.0


class Wall:
    """A clock on the wall."""

    now = NOON

    def __call__(self) -> float:
        """Return the seconds since 1970."""
        return self.now


def test_warns_each_hour_while_what_is_in_hand_is_half_gone() -> None:
    """Not of young messages; of old ones each hour; no more once they are done."""
    wall = Wall()
    late = Lateness(KEEP_MS, wall)
    assert not late.warn(), "nothing is in hand"
    late.take([round(NOON * 1000), round(NOON * 1000) - DAY_MS])
    assert not late.warn()
    wall.now += 2.6 * 24 * 3600
    assert late.warn()
    assert not late.warn(), "it was just said"
    wall.now += EVERY
    assert late.warn()
    wall.now += EVERY
    late.let_go()
    assert not late.warn()


def test_messages_without_a_time_say_nothing() -> None:
    """A broker that gives no time (-1) is not taken for one of 1970."""
    late = Lateness(KEEP_MS, Wall())
    late.take([-1, 0])
    assert not late.warn()
