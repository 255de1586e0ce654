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
from schemas.clusters import Guest, Kind, MemberBatch, Naming, Probe, ProbeBatch, Story, Tie, Tied
from schemas.codec import DecodeError, decode, encode
from schemas.headlines import Headline, HeadlineRole, HeadlineSighting, Sighting
from schemas.rejects import Reason, Rejected, StageName
from schemas.settings import Settings
from schemas.spans import Label, Span

__all__ = [
    "CleanArticle",
    "DecodeError",
    "EnrichedArticle",
    "Entity",
    "EntityKind",
    "Guest",
    "Headline",
    "HeadlineRole",
    "HeadlineSighting",
    "Kind",
    "Label",
    "MemberBatch",
    "Naming",
    "Probe",
    "ProbeBatch",
    "RawArticle",
    "Reason",
    "Rejected",
    "RelatedHeadline",
    "Settings",
    "Sighting",
    "Span",
    "SplitArticle",
    "StageName",
    "Story",
    "Tie",
    "Tied",
    "decode",
    "encode",
]
