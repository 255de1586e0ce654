"""Stand-ins for the broker (acks that come, fail to come, or come late), one look at an inbox, and waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from producers.intake import Progress
from producers.plan import Outgoing
from producers.publisher import Publisher
from producers.watcher import Watcher
from schemas import RawArticle, Rejected, Settings, decode
from schemas.topics import RAW, REJECTED


class Broker:
    """A publisher whose messages are kept in order; `acking` says whether acks arrive."""

    def __init__(self) -> None:
        self.messages: list[Outgoing] = []
        self.acking = True

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Keep `messages`: like a broker, also those whose ack then never arrives."""
        self.messages += messages

    def acknowledged(self, seconds: float) -> bool:
        """Say at once, or after the time given, whether the acks arrived."""
        if not self.acking:
            time.sleep(min(seconds, 0.01))
        return self.acking

    def close(self) -> None:
        """Nothing to let go of."""

    def articles(self) -> dict[str, RawArticle]:
        """Return the last word on each article, taken-back ones left out."""
        last = {sent.key.decode(): sent.value for sent in self.messages if sent.topic == RAW.name}
        return {key: decode(RawArticle, value) for key, value in last.items() if value is not None}

    def rejects(self) -> dict[str, Rejected]:
        """Return the last word on each reject, taken-back ones left out."""
        last = {sent.key.decode(): sent.value for sent in self.messages if sent.topic == REJECTED.name}
        return {key: decode(Rejected, value) for key, value in last.items() if value is not None}

    def told(self) -> list[str]:
        """Write what was sent, in order, as `raw text`, `raw -`, `rejected reason`, `rejected -`."""
        return [_told(message) for message in self.messages]


def _told(message: Outgoing) -> str:
    topic = message.topic.removeprefix("articles.")
    if message.value is None:
        return f"{topic} -"
    if message.topic == RAW.name:
        article = decode(RawArticle, message.value)
        return f"{topic} {article.text} {','.join(article.paths)}"
    return f"{topic} {decode(Rejected, message.value).reason}"


def send_once(
    settings: Settings,
    publisher: Publisher,
    stop: threading.Event | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> bool:
    """Let a watcher scan the inbox once; true if everything in it was acknowledged."""
    stop = stop or threading.Event()
    with Watcher(settings, publisher, stop, on_progress) as watcher:
        for _ in watcher.scan():
            if stop.is_set():
                break
        return watcher.intake.drain() and not stop.is_set()


def until(asked: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until `asked` is true."""
    deadline = time.monotonic() + seconds
    while not asked():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
