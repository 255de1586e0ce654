"""Names in Arabic text: persons, places and organisations with their offsets and identities."""

from __future__ import annotations

from .load import load_tagger
from .tagger import Tagger

__all__ = ["Tagger", "load_tagger"]
