"""The rule files of streams/sites enter; validated layout rules leave, one set for each site family."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from schemas.identity import digest

from .pieces import fold_layout

SITES: Final = Path(__file__).parent.parent / "sites"
GENERIC: Final = "generic"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Phrase = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class Kind(StrEnum):
    """What the words of a rule are on a page, hence what becomes of the text around them."""

    RELATED = "related"
    SOURCE = "source"
    KEYWORDS = "keywords"
    PUBLISHED = "published"
    AUTHOR = "author"
    DATELINE = "dateline"
    CAPTION = "caption"
    NAVIGATION = "navigation"
    SHARE = "share"
    LINK_TEXT = "link_text"
    JUNK = "junk"
    FOOTER = "footer"
    BOILERPLATE = "boilerplate"
    SIGNATURE = "signature"
    BOX_END = "box_end"


class Match(StrEnum):
    """Where the words of a rule must stand: alone on a line, at its start, before a colon, at its end, anywhere."""

    LINE = "line"
    START = "start"
    LABEL = "label"
    END = "end"
    WITHIN = "within"


class Rule(BaseModel):
    """Phrases that mean the same on a page. `inline` ones also count in mid-line, before a colon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    kind: Kind
    match: Match
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    inline: bool = False
    since: int | None = Field(None, ge=1995, le=2100, description="First year in which the site printed this.")
    until: int | None = Field(None, ge=1995, le=2100, description="Last year in which the site printed this.")


class Site(BaseModel):
    """A site family: the words that give it away (`signs`) and the rules it adds to the generic ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Slug
    name: str
    version: int = Field(ge=1)
    signs: tuple[Phrase, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def is_dated(self) -> bool:
        """Tell whether the site's layout has changed over the years."""
        return any(rule.since or rule.until for rule in self.rules)

    def rules_of(self, year: int | None) -> tuple[Rule, ...]:
        """List the rules for a page of `year`; all of them for one that prints no date."""
        if year is None:
            return self.rules
        return tuple(rule for rule in self.rules if (rule.since or year) <= year <= (rule.until or year))


class SiteRules(BaseModel):
    """All rule files together; `version` changes whenever one of them does."""

    model_config = ConfigDict(frozen=True)

    version: str
    sites: dict[str, Site]

    def __hash__(self) -> int:
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SiteRules) and other.version == self.version


class SiteRuleError(ValueError):
    """A rule file that cannot be used; the text names the file and what is wrong in it."""


def load_rules(folder: Path = SITES) -> SiteRules:
    """Read all rule files of `folder`; files changed since the last call are read again.

    Raises:
        SiteRuleError: a file is no UTF-8 or no TOML, breaks the schema, or is named otherwise than its `id`.
    """
    return _load(folder, tuple(sorted((path, path.stat().st_mtime_ns) for path in folder.glob("*.toml"))))


class FreshRules:
    """Rules that follow their files: each call gives the rules, and every `every`th looks whether a file has changed.

    A file that has become unreadable while the line runs changes nothing: the last good rules stay.
    """

    def __init__(self, folder: Path = SITES, every: int = 200) -> None:
        self._folder, self._every, self._calls = folder, every, 0
        self._rules = load_rules(folder)

    def __call__(self) -> SiteRules:
        """Give the rules for the next page."""
        self._calls += 1
        if self._calls >= self._every:
            self._calls = 0
            with suppress(SiteRuleError, OSError):
                self._rules = load_rules(self._folder)
        return self._rules


@lru_cache(maxsize=4)
def _load(folder: Path, files: tuple[tuple[Path, int], ...]) -> SiteRules:
    texts = {path: _text(path) for path, _ in files}
    sites = {site.id: site for site in (_site(path, text) for path, text in texts.items())}
    if GENERIC not in sites:
        raise SiteRuleError(f"{folder}: no {GENERIC}.toml, without which nothing can be read")
    return SiteRules(version=digest("rules", *texts.values())[:12], sites=sites)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SiteRuleError(f"{path.name}: {error}; save it as UTF-8") from None


def _site(path: Path, text: str) -> Site:
    try:
        site = Site.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SiteRuleError(f"{path.name}: {error}") from None
    if site.id != path.stem:
        raise SiteRuleError(f"{path.name}: its id is {site.id!r}; name the file {site.id}.toml")
    return site


def fold_phrase(phrase: str) -> str:
    """Fold a rule's phrase as the pages are folded, with single spaces."""
    return " ".join(fold_layout(phrase).split())
