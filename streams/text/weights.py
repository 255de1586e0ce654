"""The key of a headline's word enters; how much it tells one headline from others leaves."""

from __future__ import annotations


def weight(key: str) -> float:
    """Weigh a key from 0.1 (in one headline of ten) to 1 (seldom)."""
    if key[0] == "~":
        return 0.3
    if key[0].isdigit():
        return 0.4 if len(key) < 3 else 0.8
    return 0.5 if key.startswith("loc:") else 1.0
