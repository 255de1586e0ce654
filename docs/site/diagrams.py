"""The documents' Mermaid diagrams in, the names of the pictures that show them out."""

from __future__ import annotations

import hashlib


def picture(source: str) -> str:
    """Name the picture of a diagram by its source, so that one that was changed has none until it is drawn anew.

    >>> picture("a --> b")
    'pictures/diagram-8527e2ebc667.svg'
    """
    return f"pictures/diagram-{hashlib.sha256(source.encode()).hexdigest()[:12]}.svg"
