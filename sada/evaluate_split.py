"""Annotated pages enter; how well clean and split read them leaves, as scores, a table, and the readings themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from rich.table import Table

from schemas import Rejected, Settings, identity
from schemas.articles import EnrichedArticle, RawArticle

from .gold_page import read_gold_page
from .split_scores import Page, PageScore, score_page, summarise

CAPTURED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When annotated pages count as captured: later than every date they print."""


@dataclass(frozen=True, slots=True)
class SplitEvaluation:
    """The scores of each page, their means, and what was read off each page."""

    pages: tuple[PageScore, ...]
    means: dict[str, float]
    readings: dict[str, Page]


def evaluate_split(gold_dir: Path, raw_dir: Path, settings: Settings | None = None) -> SplitEvaluation:
    """Read the pages of `raw_dir` and score them against `gold_dir`.

    `gold_dir` holds either one JSON file a page, in the shape of `sada process`, with `raw_dir` holding the `.txt` of
    the same name; or `.page` files (sada/gold_page.py), which hold both.

    Raises:
        FileNotFoundError: no annotated page, or one without its raw text.
    """
    readings: dict[str, Page] = {}
    scores: list[PageScore] = []
    for name, gold, raw in _pages(gold_dir, raw_dir, settings or Settings()):
        readings[name] = _read(raw)
        scores.append(score_page(name, gold, readings[name]))
    if not scores:
        raise FileNotFoundError(f"no annotated page (*.json or *.page) in {gold_dir}")
    return SplitEvaluation(tuple(scores), summarise(scores), readings)


def write_readings(evaluation: SplitEvaluation, folder: Path) -> None:
    """Write what was read off each page to `folder`, one JSON file a page in the shape of `sada process`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in evaluation.readings.items():
        (folder / f"{name}.json").write_bytes(orjson.dumps(page, option=orjson.OPT_INDENT_2))


def eval_split_json(evaluation: SplitEvaluation) -> str:
    """Write means and page scores as JSON."""
    document = {"means": evaluation.means, "pages": [_row(score) for score in evaluation.pages]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def eval_split_table(evaluation: SplitEvaluation) -> Table:
    """Lay the scores out as a table: the means, then the pages that are not read perfectly."""
    table = Table("page", "body", "leak", "headlines", "title", "date", "source", "keywords", "embedded")
    means = evaluation.means
    table.add_row(
        f"all {means['pages']:.0f}", *(f"{means[name]:.3f}" for name in ("body_f1", "body_leak", "headlines_f1")),
        *(f"{means[name]:.3f}" for name in ("title", "published", "source", "keywords_f1", "embedded_f1")),
        style="bold",
    )  # fmt: skip
    for score in evaluation.pages:
        if not is_perfect(score):
            table.add_row(*_cells(score))
    return table


def is_perfect(score: PageScore) -> bool:
    """Tell whether nothing on the page was read wrongly."""
    counts = (score.headlines, score.headline_dates)
    wholes = (score.title, score.published, score.source, all(count.f1 == 1 for count in counts))
    values = [score.body, 1 - (score.leak or 0), *score.embedded, 1.0 if score.keywords is None else score.keywords]
    return all(wholes) and not score.embedded_missed and min(values) > 1 - 1e-9


def _pages(gold_dir: Path, raw_dir: Path, settings: Settings) -> Iterator[tuple[str, Page, RawArticle | Rejected]]:
    for path in sorted(gold_dir.glob("*.page")):
        page = read_gold_page(path)
        yield page.name, page.expected(), _raw(page.raw, f"{page.name}.txt")
    for path in sorted(gold_dir.glob("*.json")):
        raw = raw_dir / f"{path.stem}.txt"
        if not raw.is_file():
            raise FileNotFoundError(f"{raw}: {path.name} has no raw text")
        yield path.stem, orjson.loads(path.read_bytes()), _from_file(raw, settings)


def _raw(text: str, name: str) -> RawArticle:
    return RawArticle(
        article_id=identity.article_id(text),
        text=text,
        paths=(name,),
        path_count=1,
        encoding="utf-8",
        captured_at=CAPTURED,
        read_at=CAPTURED,
    )


def _from_file(path: Path, settings: Settings) -> RawArticle | Rejected:
    from producers.reading import read_articles

    return next(iter(read_articles([path], settings)))


def _read(raw: RawArticle | Rejected) -> Page:
    """Read a page as `sada process` does, but for the tagger, which adds nothing that is scored here."""
    from streams.stages.clean import clean
    from streams.stages.errors import StageError
    from streams.stages.split import split
    from streams.text.sites import load_rules

    from .process import as_page, as_rejected

    if isinstance(raw, Rejected):
        return as_rejected(raw.path or "", raw)
    try:
        articles = split(clean(raw, load_rules()))
    except StageError as error:
        return {"file": raw.paths[0], "rejected": {"reason": error.reason.value, "message": str(error)}}
    return as_page(raw.paths[0], tuple(EnrichedArticle.model_construct(**dict(one), entities=()) for one in articles))


def _row(score: PageScore) -> dict[str, Any]:
    return {
        "page": score.name,
        "body_f1": score.body,
        "body_leak": score.leak,
        "headlines": [score.headlines.right, score.headlines.wrong, score.headlines.missed],
        "title": score.title,
        "published": score.published,
        "source": score.source,
        "keywords_f1": score.keywords,
        "embedded_f1": score.embedded,
        "embedded_missed": score.embedded_missed,
    }


def _cells(score: PageScore) -> tuple[str, ...]:
    def number(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    heads = score.headlines
    embedded = " ".join(map(number, score.embedded)) + " missed" * score.embedded_missed
    marks = ("✓" if right else "✗" for right in (score.title, score.published, score.source))
    found = f"{heads.right}+{heads.wrong}−{heads.missed}"
    return score.name, number(score.body), number(score.leak), found, *marks, number(score.keywords), embedded or "–"
