"""The line as one table: which stage reads what, writes what, and how its function is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from schemas import HeadlineSighting, Story
from schemas.message import Message
from schemas.rejects import StageName
from schemas.topics import BANDS, CLEAN, ENRICHED, RAW, SEEN, SPLIT, UNIQUE, Topic

Step = Callable[[Any], Iterable[Message]]
"""One message in, those it becomes out."""

Tell = Callable[[Any], Iterable[HeadlineSighting | Story]]
"""What a stage's output has to tell the clusters' side of the line."""


@dataclass(frozen=True)
class Stage:
    """One row: `load` makes the function once per worker (it may read rules and models); a fold keeps a table."""

    name: StageName
    reads: Topic
    writes: Topic
    load: Callable[[], Step] | None = None
    tell: Callable[[], Tell] | None = None


def _clean() -> Step:
    from .stages.clean import clean
    from .text.sites import FreshRules

    rules = FreshRules()  # a rule file that changes holds from the next pages on, without a restart
    return lambda raw: (clean(raw, rules()),)


def _split() -> Step:
    from .stages.split import split

    return split


def _tellings() -> Tell:
    from .stages.split import tellings

    return tellings


def _tag() -> Step:
    from .stages.tag import tag
    from .text.ner import load_tagger

    tagger = load_tagger()
    return lambda article: (tag(article, tagger),)


STAGES: tuple[Stage, ...] = (
    Stage(StageName.CLEAN, reads=RAW, writes=CLEAN, load=_clean),
    Stage(StageName.SPLIT, reads=CLEAN, writes=SPLIT, load=_split, tell=_tellings),
    Stage(StageName.TAG, reads=SPLIT, writes=ENRICHED, load=_tag),
    Stage(StageName.DEDUPE, reads=SEEN, writes=UNIQUE),
    Stage(StageName.MATCH, reads=BANDS, writes=SEEN),
)
"""`dedupe` and `match` have no `load`: they are folds over tables, not functions of one message.

They feed each other: a new member probes its bands, the ties found there are told to the members.
"""


@dataclass(frozen=True)
class Chain:
    """Stages that run one after the other in one agent, with no topic between them."""

    stages: tuple[Stage, ...]

    @property
    def name(self) -> str:
        """The agent's name: its stages' names."""
        return "-".join(stage.name for stage in self.stages)

    @property
    def reads(self) -> Topic:
        """The topic that feeds the chain."""
        return self.stages[0].reads

    @property
    def writes(self) -> Topic:
        """The topic that the chain feeds."""
        return self.stages[-1].writes


def chains(topology: Literal["fused", "staged"], stages: tuple[Stage, ...] = STAGES) -> tuple[Chain, ...]:
    """Cut the table into agents: `fused` runs on over topics that only the staged line has, `staged` never.

    >>> [chain.name for chain in chains("fused")]
    ['clean-...tag', 'dedupe', 'match']
    >>> [chain.name for chain in chains("staged")]
    ['clean', ...'tag', 'dedupe', 'match']
    """
    return tuple(_cut(topology, stages))


def _cut(topology: Literal["fused", "staged"], stages: tuple[Stage, ...]) -> Iterator[Chain]:
    run: tuple[Stage, ...] = ()
    for stage in stages:
        if run and not (topology == "fused" and stage.reads is run[-1].writes and stage.reads.staged_only):
            yield Chain(run)
            run = ()
        run += (stage,)
    if run:
        yield Chain(run)
