"""What must never be in the index again, whoever sends it: the ids of forgotten articles."""

from __future__ import annotations

from schemas.message import Id, Message, Moment


class Forgotten(Message):
    """Says that the page `article_id`, with all that it embeds, is forgotten for good; a null value lifts that."""

    article_id: Id
    forgotten_at: Moment
