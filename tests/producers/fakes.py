"""Stand-ins for the broker: what was sent, and acks that come, fail to come, or come late."""

from __future__ import annotations

import time
from collections.abc import Sequence

from producers.plan import Outgoing
from schemas import RawArticle, Rejected, decode
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
