"""The numbers of `dedupe` and `match`: each telling is taken or rejected, whatever goes wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import streams.ledger
import streams.matcher
from schemas import Reason, Settings
from schemas.meter import Meter
from schemas.topics import BANDS, SEEN
from streams.boundary import Origin
from streams.ledger import Ledger
from streams.mail import member_letters
from streams.matcher import Matcher
from tests.metrics.test_meter import origins, workshop
from tests.metrics.test_meter import run as work_off

SETTINGS = Settings(_env_file=None)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def arrivals() -> list[tuple[int, Origin]]:
    """What the samples tell, and a message that is none."""
    tellings = work_off(workshop(), origins(), Meter("work")).tellings
    letters = member_letters(tellings, SETTINGS)
    told = [(letter.partition or 0, Origin(SEEN.name, None, letter.value)) for letter in letters]
    return [*told, (0, Origin(SEEN.name, None, b"no message"))]


def ledger() -> Ledger:
    return Ledger(SETTINGS, lambda _, __: None, lambda: NOW)


def test_every_telling_is_taken() -> None:
    """All that the samples tell is taken; a message that cannot be read counts as one that is rejected."""
    entry = ledger().enter(arrivals())
    assert entry.taken > 50
    assert entry.rejected == {Reason.NOT_A_MESSAGE: 1}
    assert entry.received == entry.taken + 1
    assert len(entry.rejects) == 1
    assert entry.articles


def test_tellings_that_fail_are_counted_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a member's news cannot be told, all of it is rejected: one reject, as many tellings as it holds."""

    def fail(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(streams.ledger, "dedupe", fail)
    entry = ledger().enter(arrivals())
    assert entry.taken == 0
    assert entry.received == entry.rejected[Reason.STAGE_FAILED] + 1
    assert len(entry.rejects) < entry.received


@pytest.mark.parametrize("broken", [False, True])
def test_probes_add_up(monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    """A probe is counted once for each band that it asks, whether it is taken or not."""
    asked = [letter for letter in ledger().enter(arrivals()).letters if letter.topic == BANDS.name]
    assert asked
    if broken:

        def fail(*_: object) -> None:
            raise ValueError("broken")

        monkeypatch.setattr(streams.matcher, "meet", fail)
    matcher = Matcher(SETTINGS, lambda _, __: None, lambda: NOW)
    twice = [*asked, *asked]  # who comes first meets nobody
    entry = matcher.enter((letter.partition or 0, Origin(BANDS.name, None, letter.value)) for letter in twice)
    assert entry.received == entry.taken + sum(entry.rejected.values()) > 0
    assert (entry.taken == 0) == broken
