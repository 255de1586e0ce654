"""A page's text enters; the site family that printed it leaves, recognised by the words that only it prints."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import ahocorasick

from .sites import GENERIC, SiteRules


def recognise(text: str, rules: SiteRules) -> str:
    """Name the site most of whose signs `text` shows; `generic` if it shows none, or two sites tie."""
    signs = _signs(rules)
    if not len(signs):  # an automaton without words cannot be asked
        return GENERIC
    found: set[tuple[str, str]] = {hit for last, hit in signs.iter(text) if _is_apart(text, last, hit[0])}
    if not found:
        return GENERIC
    counts = Counter(site for _, site in found).most_common(2)
    if len(counts) == 2 and counts[0][1] == counts[1][1]:
        return GENERIC
    return counts[0][0]


def _is_apart(text: str, last: int, sign: str) -> bool:
    """Tell whether the sign that ends at `last` is no piece of longer words."""
    before, after = text[last - len(sign) : last - len(sign) + 1], text[last + 1 : last + 2]
    inside = (last >= len(sign) and before.isalnum() and sign[0].isalnum()) or (after.isalnum() and sign[-1].isalnum())
    return not inside


@lru_cache(maxsize=4)
def _signs(rules: SiteRules) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    owners: dict[str, list[str]] = {}
    for site in rules.sites.values():
        for sign in site.signs:
            owners.setdefault(sign, []).append(site.id)
    for sign, sites in owners.items():
        if len(sites) == 1:  # a sign of two sites tells neither
            automaton.add_word(sign, (sign, sites[0]))
    automaton.make_automaton()
    return automaton
