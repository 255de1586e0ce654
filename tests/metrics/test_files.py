"""The watcher's numbers: each file that is read has one fate, whatever it is a copy or an edit of."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from producers.intake import Intake
from producers.registry import Registry
from schemas import Settings
from schemas.identity import article_id
from schemas.meter import Tally
from schemas.pulse import Pulse
from tests.producers.fakes import Broker


class Watcher:
    """An intake over an inbox, and what its closed tallies came to."""

    def __init__(self, folder: Path, registry: Registry, settings: Settings) -> None:
        self.folder = folder
        self.registry = registry
        self.broker = Broker()
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.stop = threading.Event()
        pulse = Pulse(settings, "watch")
        pulse.meter._add = self._add  # type: ignore[method-assign]
        self.intake = Intake(settings, registry, self.broker, self.stop, pulse=pulse)

    def _add(self, tally: Tally) -> None:
        for (name, labels), number in tally.counts.items():
            fate = name.removeprefix("sada_articles_").removesuffix("_total")
            self.counts[fate, *labels[1:]] += number

    def take(self, **files: str | bytes) -> dict[tuple[str, ...], int]:
        """Write and read `files` as one batch; return the counts of just that."""
        for name, text in files.items():
            path = self.folder / f"{name}.txt"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            self.intake.add(path.name)
        self.counts.clear()
        self.intake.drain()
        return {key: number for key, number in self.counts.items() if number}


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    settings = Settings(_env_file=None, inbox=inbox, state_dir=tmp_path / "state", settle_seconds=0.0)
    with closing(Registry(settings.state_dir / "registry.sqlite", inbox)) as registry:
        yield Watcher(inbox, registry, settings)


def test_each_fate_is_counted(watcher: Watcher) -> None:
    """New texts are sent, two names of one text are one message, what is no page is rejected with its reason."""
    told = watcher.take(a="خبر أول", b="خبر أول", c="خبر ثان", d=b"", e=bytes(range(256)) * 4)
    assert told == {
        ("received",): 5,
        ("sent",): 2,
        ("dropped", "copy"): 1,
        ("rejected", "empty"): 1,
        ("rejected", "binary"): 1,
    }


def test_a_file_read_again_is_dropped(watcher: Watcher) -> None:
    """The same text under the same name, and the same bytes that are no page, need no second message."""
    watcher.take(a="خبر أول", b=b"")
    assert watcher.take(a="خبر أول", b=b"") == {("received",): 2, ("dropped", "known"): 2}


def test_a_later_copy_is_sent_with_both_names(watcher: Watcher) -> None:
    """An article that gains a name is sent again."""
    watcher.take(a="خبر أول")
    assert watcher.take(b="خبر أول") == {("received",): 1, ("sent",): 1}


def test_an_edit_takes_back_and_sends(watcher: Watcher) -> None:
    """The old text is taken back; where another file keeps it, it is read and sent again instead."""
    watcher.take(a="خبر أول", b="خبر ثان", c="خبر ثان")
    assert watcher.take(a="خبر معدل") == {("received",): 1, ("sent",): 1, ("retracted",): 1}
    assert watcher.take(b="خبر آخر تماما") == {("received",): 2, ("sent",): 2}


def test_a_forgotten_article_is_dropped(watcher: Watcher) -> None:
    """What must not come back is read and goes no further."""
    watcher.registry.forget([article_id("خبر أول")])
    assert watcher.take(a="خبر أول") == {("received",): 1, ("dropped", "forgotten"): 1}


def test_nothing_counts_before_the_ack(watcher: Watcher) -> None:
    """A batch that no broker acknowledges is not counted."""
    watcher.broker.acking = False
    watcher.stop.set()
    watcher.intake._patience = 1e-9
    assert watcher.take(a="خبر أول") == {}
