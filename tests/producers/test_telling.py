"""What the watcher tells its pulse while messages go out."""

from __future__ import annotations

from pathlib import Path

from producers.plan import Outgoing
from producers.telling import TellingPublisher
from schemas import Settings
from schemas.pulse import Pulse
from tests.producers.fakes import Broker


class Troubled(Broker):
    """A broker that says what is amiss."""

    trouble: str | None = None


def test_acks_are_progress_and_silence_is_a_lag(tmp_path: Path) -> None:
    """What is sent is a lag until it is acknowledged; a Kafka that is away is what the watcher waits for."""
    broker, pulse = Troubled(), Pulse(Settings(_env_file=None, state_dir=tmp_path), "watch")
    publisher = TellingPublisher(broker, pulse)
    broker.acking = False
    publisher.send([Outgoing("articles.raw", b"k", b"v")] * 3)
    assert not publisher.acknowledged(0.01)
    beat = pulse.beat()
    assert (beat.lag, beat.committed, beat.waiting_for) == (3, {"acknowledged": 0}, None)
    assert beat.turned is not None
    broker.trouble = "Kafka"
    publisher.acknowledged(0.01)
    assert pulse.beat().waiting_for == "Kafka"
    broker.acking = True
    assert publisher.acknowledged(0.01)
    beat = pulse.beat()
    assert (beat.lag, beat.committed, beat.waiting_for) == (0, {"acknowledged": 3}, None)
    assert beat.last_progress is not None
