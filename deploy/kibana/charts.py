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
    when = Column("date_histogram", "Captured", "captured_at")
    split = {"name": Column("terms", "Source", "source", 12, "count")}
    count = {"count": Column("count", "Documents")}
    repeated = {
        "name": Column("terms", "Headline", "text.keyword", 25, "articles"),
        "articles": Column("max", "Articles", "article_count"),
        "sources": Column("unique_count", "Sources", "sources"),
    }
    reasons = {"name": Column("terms", "Reason", "reason", 13, "count")}
    stages = {"stage": Column("terms", "Stage", "stage", 7, "count")}
    return [
        lens("sada-count", "Articles", ARTICLES, count, number("count")),
        lens(
            "sada-stories",
            "Stories",
            ARTICLES,
            {"count": Column("unique_count", "Stories", "story_id")},
            number("count"),
        ),
        lens(
            "sada-last-read",
            "Last article read",
            ARTICLES,
            {"count": Column("max", "Last read", "read_at", kind="date")},
            number("count"),
        ),
        lens("sada-rejects", "Rejected", REJECTED, count, number("count")),
        lens(
            "sada-volume", "Volume by source", ARTICLES, {**split, "when": when, **count}, bars("when", "count", "name")
        ),
        lens(
            "sada-read",
            "Read by the line, by site rule",
            ARTICLES,
            {
                "name": Column("terms", "Site rule", "site", 12, "count"),
                "when": Column("date_histogram", "Read", "read_at"),
                **count,
            },
            bars("when", "count", "name"),
        ),
        lens(
            "sada-persons",
            "Most named persons",
            ARTICLES,
            top("persons", "Person"),
            bars("name", "count", series="bar_horizontal"),
        ),
        lens(
            "sada-places",
            "Most named places",
            ARTICLES,
            top("places", "Place"),
            bars("name", "count", series="bar_horizontal"),
        ),
        lens(
            "sada-organisations",
            "Most named organisations",
            ARTICLES,
            top("organisations", "Organisation"),
            bars("name", "count", series="bar_horizontal"),
        ),
        lens("sada-headlines", "Most repeated headlines", HEADLINES, repeated, rows("name", "articles", "sources")),
        lens(
            "sada-carriers",
            "Stories with the most carriers",
            ARTICLES,
            {
                "name": Column("terms", "Title", "title.keyword", 25, "count"),
                **count,
                "sources": Column("unique_count", "Sources", "source"),
            },
            rows("name", "count", "sources"),
        ),
        lens(
            "sada-rejects-time",
            "Rejects by reason",
            REJECTED,
            {
                **reasons,
                "when": Column("date_histogram", "Rejected", "rejected_at"),
                **count,
            },
            bars("when", "count", "name"),
        ),
        lens(
            "sada-rejects-table",
            "Rejects by stage and reason",
            REJECTED,
            {**stages, **reasons, **count},
            rows("stage", "name", "count"),
        ),
    ]
