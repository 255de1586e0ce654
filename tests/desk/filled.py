"""The project's samples in, an index that holds what the line makes of them out, as the sink would have written it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from producers.reading import read_articles
from schemas import RawArticle, Rejected, Settings
from schemas.indices import ARTICLES, HEADLINES, INDICES, REJECTED
from sinks import templates
from sinks.actions import Action
from sinks.actions import write as put
from sinks.client import Cluster, connect
from sinks.documents import article_document, headline_document, reject_document
from sinks.names import name_id
from streams.pipeline import Output, process

BEGIN = datetime(2025, 4, 1, 8, tzinfo=UTC)
HOURS = timedelta(hours=7)
"""Time between the captures of two samples."""

SAMPLES = Path(__file__).parents[2] / "samples"


def samples(settings: Settings) -> list[RawArticle]:
    """Read the samples from the inbox, where they are copied first, so that their originals are found there."""
    target = settings.inbox / "samples"
    target.mkdir(parents=True, exist_ok=True)
    for page in SAMPLES.glob("*.txt"):
        (target / page.name).write_bytes(page.read_bytes())
    found = [page for page in read_articles([target], settings) if isinstance(page, RawArticle)]
    assert len(found) == len(list(SAMPLES.glob("*.txt")))
    return [
        page.model_copy(
            update={"paths": (f"samples/{Path(page.paths[0]).name}",), "captured_at": BEGIN + number * HOURS}
        )
        for number, page in enumerate(sorted(found, key=lambda page: page.paths))
    ]


def fill(settings: Settings, raws: Iterable[RawArticle], rejects: Sequence[Rejected] = ()) -> Output:
    """Process `raws` in memory and write what comes of them into the index; searchable at once."""
    output = process(raws)
    names = {name_id(kind, member): cluster for (kind, member), cluster in output.names.items()}
    prefix = settings.index_prefix
    actions: list[Action] = [
        put(ARTICLES.alias(prefix), one.article_id, article_document(one, names)) for one in output.articles
    ]
    actions += [put(HEADLINES.alias(prefix), one.headline_id, headline_document(one)) for one in output.headlines]
    actions += [put(REJECTED.alias(prefix), one.reject_id, reject_document(one)) for one in rejects]
    write(settings, actions)
    return output


def write(settings: Settings, actions: Sequence[Action]) -> None:
    """Write documents and make them searchable."""
    with closing(Cluster(connect(settings))) as cluster:
        templates.ensure(cluster, settings)
        for at in range(0, len(actions), 500):
            answers = cluster.bulk(actions[at : at + 500])
            assert all(answer.status < 300 for answer in answers), [one for one in answers if one.status >= 300][:3]
        cluster.refresh([index.alias(settings.index_prefix) for index in INDICES])
