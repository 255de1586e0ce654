"""What travels between the rooms: frozen models, the topic table, settings, identities. Imports no other room."""

from schemas.articles import (
    CleanArticle,
    EnrichedArticle,
    Entity,
    EntityKind,
    RawArticle,
    RelatedHeadline,
    SplitArticle,
)
from schemas.codec import DecodeError, decode, encode
from schemas.headlines import Headline, HeadlineRole, HeadlineSighting, Sighting, SightingBatch
from schemas.rejects import Reason, Rejected, StageName
from schemas.settings import Settings
from schemas.spans import Label, Span

__all__ = [
    "CleanArticle",
    "DecodeError",
    "EnrichedArticle",
    "Entity",
    "EntityKind",
    "Headline",
    "HeadlineRole",
    "HeadlineSighting",
    "Label",
    "RawArticle",
    "Reason",
    "Rejected",
    "RelatedHeadline",
    "Settings",
    "Sighting",
    "SightingBatch",
    "Span",
    "SplitArticle",
    "StageName",
    "decode",
    "encode",
]
