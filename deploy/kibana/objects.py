"""What a thing shows in; the saved object that Kibana exports of it out: data view, search, chart, panel of text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

Object = dict[str, Any]

CORE: Final = "8.8.0"
"""Versions of the objects' structures: Kibana brings older ones up to its own when it reads them."""
VERSIONS: Final = {
    "index-pattern": "8.0.0",
    "search": "8.0.0",
    "lens": "8.9.0",
    "visualization": "8.5.0",
    "dashboard": "8.9.0",
}

ARTICLES, HEADLINES, REJECTED = "sada-articles", "sada-headlines", "sada-rejected"
VIEWS: Final = {
    ARTICLES: ("captured_at", "Sada: articles"),
    HEADLINES: ("last_seen", "Sada: headlines"),
    REJECTED: ("rejected_at", "Sada: rejects"),
}


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


def saved(kind: str, id_: str, attributes: Object, references: list[Object]) -> Object:
    """Wrap an object's attributes as Kibana exports them."""
    return {
        "type": kind,
        "id": id_,
        "attributes": attributes,
        "references": references,
        "managed": False,
        "coreMigrationVersion": CORE,
        "typeMigrationVersion": VERSIONS[kind],
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
    return saved("index-pattern", index, attributes, [])


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
    return saved("search", id_, attributes, [reference])


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
    return saved("lens", id_, attributes, [reference])


def markdown(id_: str, title: str, words: str) -> Object:
    """Make a panel of text."""
    state = {
        "title": "About",
        "type": "markdown",
        "aggs": [],
        "params": {"markdown": words, "fontSize": 12, "openLinksInNewTab": False},
    }
    attributes = {
        "title": title,
        "description": "",
        "visState": json.dumps(state, ensure_ascii=False),
        "uiStateJSON": "{}",
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": json.dumps({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return saved("visualization", id_, attributes, [])
