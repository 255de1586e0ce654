"""Nothing in; the charts of the dashboard out, each as what it counts and how it looks."""

from __future__ import annotations

from .objects import ARTICLES, HEADLINES, REJECTED, Column, Object, lens


def bars(x: str, y: str, split: str | None = None, series: str = "bar_stacked") -> Object:
    """Look like bars."""
    layer: Object = {"layerId": "data", "layerType": "data", "seriesType": series, "accessors": [y], "xAccessor": x}
    state = {
        "layers": [layer | ({"splitAccessor": split} if split else {})],
        "preferredSeriesType": series,
        "legend": {"isVisible": split is not None, "position": "right"},
        "valueLabels": "hide" if split else "show",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
    }
    return {"type": "lnsXY", "state": state}


def rows(*columns: str) -> Object:
    """Look like a table."""
    shown = [{"columnId": column, "isTransposed": False} for column in columns]
    return {"type": "lnsDatatable", "state": {"layerId": "data", "layerType": "data", "columns": shown}}


def number(column: str) -> Object:
    """Look like one large number."""
    return {"type": "lnsMetric", "state": {"layerId": "data", "layerType": "data", "metricAccessor": column}}


def top(field: str, label: str, size: int = 15) -> dict[str, Column]:
    """Count documents by the values of a field, most first."""
    return {"name": Column("terms", label, field, size, "count"), "count": Column("count", "Documents")}


def charts() -> list[Object]:
    """Make every chart of the dashboard."""
    return [*_sizes(), *_volumes(), *_named(), *_repeated(), *_rejects()]


def _sizes() -> list[Object]:
    count = {"count": Column("count", "Documents")}
    stories = {"count": Column("unique_count", "Stories", "story_id")}
    last = {"count": Column("max", "Last read", "read_at", kind="date")}
    return [
        lens("sada-count", "Articles", ARTICLES, count, number("count")),
        lens("sada-stories", "Stories", ARTICLES, stories, number("count")),
        lens("sada-last-read", "Last article read", ARTICLES, last, number("count")),
        lens("sada-rejects", "Rejected", REJECTED, count, number("count")),
    ]


def _volumes() -> list[Object]:
    count = Column("count", "Documents")
    captured, read = Column("date_histogram", "Captured", "captured_at"), Column("date_histogram", "Read", "read_at")
    source = Column("terms", "Source", "source", 12, "count")
    site = Column("terms", "Site rule", "site", 12, "count")
    shape = bars("when", "count", "name")
    by_source = {"name": source, "when": captured, "count": count}
    by_site = {"name": site, "when": read, "count": count}
    return [
        lens("sada-volume", "Volume by source", ARTICLES, by_source, shape),
        lens("sada-read", "Read by the line, by site rule", ARTICLES, by_site, shape),
    ]


def _named() -> list[Object]:
    kinds = (("persons", "Person"), ("places", "Place"), ("organisations", "Organisation"))
    shape = bars("name", "count", series="bar_horizontal")
    return [lens(f"sada-{field}", f"Most named {field}", ARTICLES, top(field, label), shape) for field, label in kinds]


def _repeated() -> list[Object]:
    headlines = {
        "name": Column("terms", "Headline", "text.keyword", 25, "articles"),
        "articles": Column("max", "Articles", "article_count"),
        "sources": Column("unique_count", "Sources", "sources"),
    }
    stories = {
        "name": Column("terms", "Title", "title.keyword", 25, "count"),
        "count": Column("count", "Documents"),
        "sources": Column("unique_count", "Sources", "source"),
    }
    return [
        lens("sada-headlines", "Most repeated headlines", HEADLINES, headlines, rows("name", "articles", "sources")),
        lens("sada-carriers", "Stories with the most carriers", ARTICLES, stories, rows("name", "count", "sources")),
    ]


def _rejects() -> list[Object]:
    count = Column("count", "Documents")
    reason = Column("terms", "Reason", "reason", 13, "count")
    stage = Column("terms", "Stage", "stage", 7, "count")
    when = Column("date_histogram", "Rejected", "rejected_at")
    in_time = {"name": reason, "when": when, "count": count}
    by_stage = {"stage": stage, "name": reason, "count": count}
    return [
        lens("sada-rejects-time", "Rejects by reason", REJECTED, in_time, bars("when", "count", "name")),
        lens("sada-rejects-table", "Rejects by stage and reason", REJECTED, by_stage, rows("stage", "name", "count")),
    ]
