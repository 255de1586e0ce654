"""A page's text enters; the site family that printed it leaves, recognised by the words that only it prints."""

from __future__ import annotations

from .sites import GENERIC, SiteRules


def recognise(text: str, rules: SiteRules) -> str:
    """Name the site whose signs `text` shows most of; `generic` if it shows none, or two show as many."""
    best, most, tied = GENERIC, 0, False
    for site in rules.sites.values():
        count = sum(sign in text for sign in site.signs)
        if count > most:
            best, most, tied = site.id, count, False
        elif count and count == most:
            tied = True
    return GENERIC if tied else best
