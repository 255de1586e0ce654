"""The table: what it says once is what the app, the pipeline and the topics do."""

from __future__ import annotations

import pytest

from schemas import StageName
from schemas.topics import BANDS, ENRICHED, RAW, SEEN, UNIQUE
from streams.wiring import STAGES, chains


def test_the_table_names_every_stage_once_in_the_order_of_the_way() -> None:
    """Each stage has one row, and what one article stage writes the next one reads."""
    assert {stage.name for stage in STAGES} == set(StageName) - {StageName.READ, StageName.INDEX}
    articles = [stage for stage in STAGES if stage.load]
    assert [stage.writes for stage in articles[:-1]] == [stage.reads for stage in articles[1:]]
    assert (articles[0].reads, articles[-1].writes) == (RAW, ENRICHED)


def test_fused_hops_only_where_the_key_changes() -> None:
    """One agent runs from raw to enriched; members and bands, keyed otherwise, have their own."""
    assert [(chain.reads, chain.writes) for chain in chains("fused")] == [
        (RAW, ENRICHED),
        (SEEN, UNIQUE),
        (BANDS, SEEN),
    ]


def test_staged_hops_everywhere() -> None:
    """Each stage is an agent with a topic of its own."""
    hops = [(chain.reads, chain.writes) for chain in chains("staged")]
    assert hops == [(stage.reads, stage.writes) for stage in STAGES]
    assert len({writes for _, writes in hops}) == len(hops)


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_both_topologies_run_the_same_stages(topology: str) -> None:
    """However the line is cut, no stage is lost or doubled."""
    assert tuple(stage for chain in chains(topology) for stage in chain.stages) == STAGES


def test_only_split_tells_the_clusters() -> None:
    """Headlines are told of where they are first known, before the tagger sees the article."""
    assert [stage.name for stage in STAGES if stage.tell] == [StageName.SPLIT]
