"""Nothing in; the data views, searches and dashboard of sada.ndjson beside this file out, on standard output.

Kibana keeps its objects as JSON within JSON; here they are written down once each, as what they show.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any, Final

Object = dict[str, Any]

CORE: Final = "8.8.0"
"""Versions of the objects' structures: Kibana brings older ones up to its own when it reads them."""
VERSIONS: Final = {"index-pattern": "8.0.0", "search": "8.0.0", "lens": "8.9.0", "visualization": "8.5.0"}
VERSIONS_OF_BOARDS: Final = "8.9.0"

ARTICLES, HEADLINES, REJECTED = "sada-articles", "sada-headlines", "sada-rejected"
VIEWS: Final = {
    ARTICLES: ("captured_at", "Sada: articles"),
    HEADLINES: ("last_seen", "Sada: headlines"),
    REJECTED: ("rejected_at", "Sada: rejects"),
}

GUIDE: Final = """### صدى · Sada

The line from the inbox to here. Choose a time at the top right and sources, persons and places above; click on any bar
or row to filter by it. Ten questions with their queries: `docs/kibana.md`. How many messages wait between the roles is
known to Prometheus and `sada status` (`docs/metrics.md`); here stands when the last article was read.
"""


@dataclass(frozen=True)
class Column:
    """One column of a chart: what Lens works out over `field`."""

    operation: str
    label: str
    field: str = "___records___"
    size: int = 10
    by: str = ""
    kind: str = "number"

    def state(self) -> Object:
        """Return Lens's own form of it."""
        bucketed = self.operation in {"terms", "date_histogram"}
        common: Object = {
            "label": self.label,
            "customLabel": True,
            "dataType": {"terms": "string", "date_histogram": "date"}.get(self.operation, self.kind),
            "operationType": self.operation,
            "sourceField": self.field,
            "isBucketed": bucketed,
            "scale": {"terms": "ordinal", "date_histogram": "interval"}.get(self.operation, "ratio"),
        }
        return common | {"params": self._params()}

    def _params(self) -> Object:
        if self.operation == "terms":
            return {
                "size": self.size,
                "orderBy": {"type": "column", "columnId": self.by},
                "orderDirection": "desc",
                "otherBucket": False,
                "missingBucket": False,
                "parentFormat": {"id": "terms"},
            }
        if self.operation == "date_histogram":
            return {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
        return {"emptyAsNull": True}


def saved(kind: str, id_: str, attributes: Object, references: list[Object], version: str) -> Object:
    """Wrap an object's attributes as Kibana exports them."""
    return {
        "type": kind,
        "id": id_,
        "attributes": attributes,
        "references": references,
        "managed": False,
        "coreMigrationVersion": CORE,
        "typeMigrationVersion": version,
    }


def view(index: str) -> Object:
    """Make the data view of an alias."""
    field, name = VIEWS[index]
    attributes = {
        "title": index,
        "name": name,
        "timeFieldName": field,
        "fields": "[]",
        "fieldAttrs": "{}",
        "fieldFormatMap": "{}",
        "runtimeFieldMap": "{}",
        "sourceFilters": json.dumps([{"value": "payload"}]) if index == REJECTED else "[]",
        "typeMeta": "{}",
    }
    return saved("index-pattern", index, attributes, [], VERSIONS["index-pattern"])


def search(  # noqa: PLR0913, PLR0917 what a search is
    id_: str, title: str, about: str, index: str, columns: list[str], query: str = "", sort: str = ""
) -> Object:
    """Make a saved search: a list of documents with some of their fields."""
    source = {
        "query": {"query": query, "language": "kuery"},
        "filter": [],
        "highlightAll": True,
        "version": True,
        "indexRefName": "kibanaSavedObjectMeta.searchSourceJSON.index",
    }
    attributes = {
        "title": title,
        "description": about,
        "columns": columns,
        "sort": [[sort or VIEWS[index][0], "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(source, ensure_ascii=False)},
    }
    reference = {"type": "index-pattern", "id": index, "name": "kibanaSavedObjectMeta.searchSourceJSON.index"}
    return saved("search", id_, attributes, [reference], VERSIONS["search"])


def lens(id_: str, title: str, index: str, columns: dict[str, Column], look: Object) -> Object:
    """Make a chart of one layer over `columns`, buckets first; `look` is its visualization with its type."""
    layer = {
        "columnOrder": list(columns),
        "columns": {name: column.state() for name, column in columns.items()},
        "incompleteColumns": {},
        "ignoreGlobalFilters": False,
        "sampling": 1,
    }
    attributes = {
        "title": title,
        "description": "",
        "visualizationType": look["type"],
        "state": {
            "datasourceStates": {"formBased": {"layers": {"data": layer}}},
            "visualization": look["state"],
            "query": {"query": "", "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }
    reference = {"type": "index-pattern", "id": index, "name": "indexpattern-datasource-layer-data"}
    return saved("lens", id_, attributes, [reference], VERSIONS["lens"])


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


def guide() -> Object:
    """Make the panel of text."""
    state = {
        "title": "About",
        "type": "markdown",
        "aggs": [],
        "params": {"markdown": GUIDE, "fontSize": 12, "openLinksInNewTab": False},
    }
    attributes = {
        "title": "Sada: about",
        "description": "",
        "visState": json.dumps(state, ensure_ascii=False),
        "uiStateJSON": "{}",
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": json.dumps({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return saved("visualization", "sada-about", attributes, [], VERSIONS["visualization"])


def searches() -> list[Object]:
    """Make the saved searches."""
    return [
        search(
            "sada-search-articles",
            "Sada: newest articles",
            "Every article, the newest first.",
            ARTICLES,
            ["title", "source", "published", "persons", "places"],
        ),
        search(
            "sada-search-embedded",
            "Sada: articles found inside pages",
            "Second articles that a page embeds.",
            ARTICLES,
            ["title", "parent_id", "source"],
            "embedded : true",
        ),
        search(
            "sada-search-edited",
            "Sada: edited articles",
            "Articles whose file replaced an earlier text.",
            ARTICLES,
            ["title", "supersedes", "paths"],
            "supersedes : *",
        ),
        search(
            "sada-search-headlines",
            "Sada: headlines, most repeated first",
            "Every headline with its forms and carriers.",
            HEADLINES,
            ["text", "article_count", "sources", "variants", "first_seen"],
            "",
            "article_count",
        ),
        search(
            "sada-search-rejects",
            "Sada: newest rejects",
            "What could not be processed, and why.",
            REJECTED,
            ["stage", "reason", "message", "path", "article_id"],
        ),
    ]


PLACES: Final = {
    "sada-about": (0, 0, 48, 5),
    "sada-count": (0, 5, 12, 6),
    "sada-stories": (12, 5, 12, 6),
    "sada-last-read": (24, 5, 12, 6),
    "sada-rejects": (36, 5, 12, 6),
    "sada-volume": (0, 11, 48, 12),
    "sada-persons": (0, 23, 16, 14),
    "sada-places": (16, 23, 16, 14),
    "sada-organisations": (32, 23, 16, 14),
    "sada-headlines": (0, 37, 24, 18),
    "sada-carriers": (24, 37, 24, 18),
    "sada-read": (0, 55, 24, 12),
    "sada-rejects-time": (24, 55, 24, 12),
    "sada-rejects-table": (0, 67, 16, 14),
    "sada-search-rejects": (16, 67, 32, 14),
}
"""Where each object stands on the dashboard: x, y, width, height in 48ths of its breadth."""

CONTROLS: Final = {"source": "Source", "persons": "Person", "places": "Place"}


def board(objects: list[Object]) -> Object:
    """Lay the objects out, with lists to choose from above them."""
    kinds = {one["id"]: one["type"] for one in objects}
    panels, references = [], []
    for number_, (id_, (x, y, w, h)) in enumerate(PLACES.items(), 1):
        index = str(number_)
        panels.append(
            {
                "type": kinds[id_],
                "gridData": {"x": x, "y": y, "w": w, "h": h, "i": index},
                "panelIndex": index,
                "embeddableConfig": {"enhancements": {}, **({"hidePanelTitles": True} if id_ == "sada-about" else {})},
                "panelRefName": f"panel_{index}",
            }
        )
        references.append({"type": kinds[id_], "id": id_, "name": f"{index}:panel_{index}"})
    controls = {}
    for order, (field, title) in enumerate(CONTROLS.items()):
        chosen = {"id": field, "fieldName": field, "title": title, "selectedOptions": [], "enhancements": {}}
        controls[field] = {
            "order": order,
            "width": "medium",
            "grow": True,
            "type": "optionsListControl",
            "explicitInput": chosen,
        }
        references.append(
            {"type": "index-pattern", "id": ARTICLES, "name": f"controlGroup_{field}:optionsListDataView"}
        )
    kept = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
    attributes = {
        "title": "Sada: the news and the line",
        "description": "Volume, names, repeated headlines, and what the line rejects.",
        "panelsJSON": json.dumps(panels, ensure_ascii=False),
        "optionsJSON": json.dumps(
            {
                "useMargins": True,
                "syncColors": True,
                "syncCursor": True,
                "syncTooltips": False,
                "hidePanelTitles": False,
            }
        ),
        "controlGroupInput": {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "showApplySelections": False,
            "ignoreParentSettingsJSON": json.dumps(kept),
            "panelsJSON": json.dumps(controls, ensure_ascii=False),
        },
        "timeRestore": True,
        "timeFrom": "now-7d",
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": json.dumps({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return saved("dashboard", "sada", attributes, references, VERSIONS_OF_BOARDS)


def objects() -> list[Object]:
    """Return everything, what is referred to before what refers to it."""
    parts = [*map(view, VIEWS), *searches(), guide(), *charts()]
    return [*parts, board(parts)]


def text() -> str:
    """Return the file: one object a line."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in objects())


if __name__ == "__main__":
    sys.stdout.write(text())
