"""The outcomes of a batch in, what the registry and the disk say about their articles out: all that `plan` needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schemas import Settings
from schemas.articles import PATHS_KEPT

from .folder import look
from .outcomes import Found, Outcome
from .plan import Others, last_articles
from .reading import read
from .registry import Holders, Registry, Row


def gather(
    outcomes: Sequence[Outcome], known: Mapping[str, Row], registry: Registry, settings: Settings
) -> dict[str, Others]:
    """Return, for each article that a path of the batch came to or left, who else holds it.

    Files that are gone count no more; the registry learns that here. An article that was left is read again
    from another of its files, since it has to be sent with the paths that remain.
    """
    came = {outcome.article_id for outcome in outcomes if isinstance(outcome, Found)}
    found_at = [outcome.path for outcome in outcomes if isinstance(outcome, Found)]
    left = {old for path in found_at for old in last_articles(known.get(path))} - came
    holding: dict[str, list[str]] = {}
    for row in known.values():
        if row.holds is not None:
            holding.setdefault(row.holds, []).append(row.path)
    found = {}
    for article_id in came | left:
        holders = _present(article_id, holding.get(article_id, []), registry)
        if holders.total:
            sample = _sample(article_id, holders, settings) if article_id in left else None
            found[article_id] = Others(holders, sample)
    return found


def _present(article_id: str, without: Sequence[str], registry: Registry) -> Holders:
    """Ask the registry until the first holders that it names are all there."""
    while True:
        holders = registry.holders(article_id, without, PATHS_KEPT)
        missing = [place for place in holders.places if look(place.root, place.path) is None]
        if not missing:
            return holders
        registry.mark_gone(missing)


def _sample(article_id: str, holders: Holders, settings: Settings) -> Found | None:
    """Read a holder that still holds the article; None while all of them have changed too and wait to be read."""
    for place in holders.places:
        outcome = read(place.root, place.path, settings)
        if isinstance(outcome, Found) and outcome.article_id == article_id:
            return outcome
    return None
