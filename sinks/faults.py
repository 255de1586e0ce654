"""What can go wrong between Kafka and the index, as the sink tells it apart."""

from __future__ import annotations


class Unavailable(Exception):
    """A server cannot do it now: wait and ask again."""


class Denied(Unavailable):
    """A server knows us not or lets us not: wait too, but say it louder, since someone must act."""


class Unfit(Exception):
    """The server will never take this request as it is (too large, malformed); parts of it may pass."""


class Lost(Exception):
    """Partitions went to another member of the group: what was read and not committed is now theirs to do."""


class Abandoned(Exception):
    """The order to stop came and the time to finish ran out: leave, committing nothing more."""
