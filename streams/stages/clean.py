"""A raw page enters; the same page leaves with every character labelled and its main article's facts lifted out."""

from __future__ import annotations

from typing import Final

from schemas.articles import CleanArticle, RawArticle
from schemas.rejects import Reason
from schemas.spans import Label
from streams.text.facts import lift_facts
from streams.text.layout import read_layout
from streams.text.markers import finder_of
from streams.text.recognise import recognise
from streams.text.scan import scan
from streams.text.sites import SiteRules
from streams.text.spans import spans_of

from .errors import StageError

_BODY: Final = Label.BODY


def clean(raw: RawArticle, rules: SiteRules) -> CleanArticle:
    """Label the page's every character by the layout rules of its site and lift the main article's facts.

    Raises:
        StageError: no article text was found on the page (`no_text`).
    """
    seen = scan(raw.text, rules)
    site = recognise(raw.text, rules, seen)
    page = read_layout(raw.text, finder_of(rules, site, raw.text), raw.captured_at, seen)
    if _BODY not in [part.label for part in page.parts]:
        raise StageError(Reason.NO_TEXT, f"no paragraph of an article among {len(page.parts)} lines")
    return CleanArticle.trusted(
        raw=raw,
        spans=spans_of(page),
        facts=lift_facts(page),
        site=site,
        rules_version=rules.version,
    )
