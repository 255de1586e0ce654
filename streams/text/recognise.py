"""A page's text enters; the site family that printed it leaves, recognised by the words that only it prints."""

from __future__ import annotations

from functools import lru_cache

from .scan import Scan, scan
from .sites import GENERIC, SiteRules


def recognise(text: str, rules: SiteRules, seen: Scan | None = None) -> str:
    """Name the site most of whose signs `text` shows; `generic` if it shows none, or two sites tie.

    `seen` is the scan of `text` by these rules, where there is one already.
    """
    signs = (seen or scan(text, rules)).signs
    owners = _owners(rules)
    found = [owners[sign] for sign, last in signs.items() if sign in owners and _shows(text, sign, last)]
    if not found:
        return GENERIC
    if len(sites := set(found)) == 1:
        return found[0]
    most = max(map(found.count, sites))
    first, *others = [site for site in sites if found.count(site) == most]
    return GENERIC if others else first


def _shows(text: str, sign: str, last: int) -> bool:
    """Tell whether `sign` stands in `text` as printed and apart: at `last`, if no mark is dropped, or elsewhere."""
    if text.endswith(sign, 0, last + 1) and _is_apart(text, last, sign):
        return True
    at = text.find(sign)
    while at >= 0:
        if _is_apart(text, at + len(sign) - 1, sign):
            return True
        at = text.find(sign, at + 1)
    return False


def _is_apart(text: str, last: int, sign: str) -> bool:
    """Tell whether the sign that ends at `last` is no piece of longer words."""
    before, after = text[last - len(sign) : last - len(sign) + 1], text[last + 1 : last + 2]
    inside = (last >= len(sign) and before.isalnum() and sign[0].isalnum()) or (after.isalnum() and sign[-1].isalnum())
    return not inside


@lru_cache(maxsize=4)
def _owners(rules: SiteRules) -> dict[str, str]:
    """Give the site of each sign; a sign of two sites tells neither."""
    owners: dict[str, list[str]] = {}
    for site in rules.sites.values():
        for sign in site.signs:
            owners.setdefault(sign, []).append(site.id)
    return {sign: sites[0] for sign, sites in owners.items() if len(sites) == 1}
