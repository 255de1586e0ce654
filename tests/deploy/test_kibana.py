"""Kibana's objects: built from their description, in the structure that Kibana exports, references and fields real."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.kibana.build import text
from tests.deploy.kibana import FILE, INDICES, ROOT, Kql, index_of, layer_of, load_objects, mapped_fields, questions

TEXT = {"type": "string", "minLength": 1}
QUERY = {
    "type": "object",
    "required": ["query", "language"],
    "properties": {"query": {"type": "string"}, "language": {"const": "kuery"}},
}
META = {"type": "object", "required": ["searchSourceJSON"], "properties": {"searchSourceJSON": TEXT}}
COLUMN = {
    "type": "object",
    "required": ["label", "dataType", "operationType", "sourceField", "isBucketed", "scale", "params"],
    "additionalProperties": False,
    "properties": {
        "label": TEXT,
        "customLabel": {"type": "boolean"},
        "dataType": {"enum": ["string", "date", "number"]},
        "operationType": {"enum": ["terms", "date_histogram", "count", "max", "unique_count"]},
        "sourceField": TEXT,
        "isBucketed": {"type": "boolean"},
        "scale": {"enum": ["ordinal", "interval", "ratio"]},
        "params": {"type": "object"},
    },
}
LAYER = {
    "type": "object",
    "required": ["columnOrder", "columns", "incompleteColumns"],
    "properties": {
        "columnOrder": {"type": "array", "items": TEXT, "minItems": 1},
        "columns": {"type": "object", "additionalProperties": COLUMN},
        "incompleteColumns": {"const": {}},
    },
}
ATTRIBUTES: dict[str, Any] = {
    "index-pattern": {"required": ["title", "name", "timeFieldName"], "properties": {"fields": {"const": "[]"}}},
    "search": {
        "required": ["title", "columns", "sort", "kibanaSavedObjectMeta"],
        "properties": {
            "columns": {"type": "array", "items": TEXT},
            "sort": {"type": "array", "items": {"type": "array", "prefixItems": [TEXT, {"enum": ["asc", "desc"]}]}},
            "kibanaSavedObjectMeta": META,
        },
    },
    "visualization": {"required": ["title", "visState", "uiStateJSON", "kibanaSavedObjectMeta"], "properties": {}},
    "lens": {
        "required": ["title", "visualizationType", "state"],
        "properties": {
            "visualizationType": {"enum": ["lnsXY", "lnsMetric", "lnsDatatable"]},
            "state": {
                "type": "object",
                "required": ["datasourceStates", "visualization", "query", "filters"],
                "properties": {
                    "query": QUERY,
                    "datasourceStates": {
                        "type": "object",
                        "required": ["formBased"],
                        "properties": {
                            "formBased": {
                                "type": "object",
                                "required": ["layers"],
                                "properties": {"layers": {"type": "object", "additionalProperties": LAYER}},
                            }
                        },
                    },
                },
            },
        },
    },
    "dashboard": {
        "required": ["title", "panelsJSON", "optionsJSON", "controlGroupInput", "kibanaSavedObjectMeta"],
        "properties": {"panelsJSON": TEXT, "timeRestore": {"type": "boolean"}, "kibanaSavedObjectMeta": META},
    },
}
PANELS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "gridData", "panelIndex", "embeddableConfig", "panelRefName"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": ["lens", "search", "visualization"]},
            "gridData": {"type": "object", "required": ["x", "y", "w", "h", "i"]},
            "panelIndex": TEXT,
            "embeddableConfig": {"type": "object"},
            "panelRefName": TEXT,
        },
    },
}
REFERENCE = {"type": "object", "required": ["type", "id", "name"], "additionalProperties": False}
REFERENCE |= {"properties": dict.fromkeys(("type", "id", "name"), TEXT)}
STRUCTURE = {
    "type": "object",
    "required": ["type", "id", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion"],
    "additionalProperties": False,
    "properties": {
        "type": {"enum": list(ATTRIBUTES)},
        "id": TEXT,
        "managed": {"const": False},
        "coreMigrationVersion": {"const": "8.8.0"},
        "typeMigrationVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "references": {"type": "array", "items": REFERENCE},
        "attributes": {"type": "object"},
    },
    "allOf": [
        {
            "if": {"properties": {"type": {"const": kind}}},
            "then": {"properties": {"attributes": {"type": "object", **rules}}},
        }
        for kind, rules in ATTRIBUTES.items()
    ],
}
"""The structure of an exported object, as Kibana's documentation and its own exports show it."""

OBJECTS = load_objects()
CHARTS = [one for one in OBJECTS if one["type"] == "lens"]
SEARCHES = [one for one in OBJECTS if one["type"] == "search"]
(BOARD,) = [one for one in OBJECTS if one["type"] == "dashboard"]


def names(objects: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in objects]


def test_the_file_is_what_its_description_builds() -> None:
    """sada.ndjson is what deploy.kibana.build writes as it stands."""
    assert text() == FILE.read_text("utf-8")


@pytest.mark.parametrize("one", OBJECTS, ids=names(OBJECTS))
def test_an_object_has_kibanas_structure(one: dict[str, Any]) -> None:
    """Each object fits, and what is JSON within JSON can be read."""
    validator = Draft202012Validator(STRUCTURE)
    assert [error.message for error in validator.iter_errors(one)] == []
    for holder in (one["attributes"], one["attributes"].get("kibanaSavedObjectMeta", {})):
        for key, value in holder.items():
            if key.endswith("JSON") or key in {"visState", "fields", "sourceFilters"}:
                json.loads(value)
    assert not validator.is_valid({**one, "attributes": {}})


def test_every_reference_resolves() -> None:
    """Ids are unique, and what is referred to stands in the file, before what refers to it."""
    seen: set[tuple[str, str]] = set()
    for one in OBJECTS:
        for reference in one["references"]:
            assert (reference["type"], reference["id"]) in seen, one["id"]
        assert (one["type"], one["id"]) not in seen
        seen.add((one["type"], one["id"]))


def test_the_dashboards_panels_are_whole() -> None:
    """Each panel has its own id and reference, none overlaps another, and the controls' fields exist."""
    panels = json.loads(BOARD["attributes"]["panelsJSON"])
    assert [error.message for error in Draft202012Validator(PANELS).iter_errors(panels)] == []
    references = {reference["name"]: reference for reference in BOARD["references"]}
    assert len(references) == len(BOARD["references"])
    cells: set[tuple[int, int]] = set()
    for panel in panels:
        grid = panel["gridData"]
        assert grid["i"] == panel["panelIndex"]
        assert references.pop(f"{panel['panelIndex']}:{panel['panelRefName']}")["type"] == panel["type"]
        own = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
        assert not own & cells
        assert max(x for x, _ in own) < 48
        cells |= own
    assert len({panel["panelIndex"] for panel in panels}) == len(panels)
    controls = json.loads(BOARD["attributes"]["controlGroupInput"]["panelsJSON"])
    for id_, control in controls.items():
        view = references.pop(f"controlGroup_{id_}:optionsListDataView")["id"]
        assert mapped_fields(view)[control["explicitInput"]["fieldName"]] == "keyword"
    assert references == {}


@pytest.mark.parametrize("chart", CHARTS, ids=names(CHARTS))
def test_a_chart_shows_what_it_works_out(chart: dict[str, Any]) -> None:
    """Its columns, their order and what is drawn name each other; every field exists and can be aggregated so."""
    layer = layer_of(chart)
    columns, fields = layer["columns"], mapped_fields(index_of(chart))
    assert set(layer["columnOrder"]) == set(columns)
    buckets = [columns[name]["isBucketed"] for name in layer["columnOrder"]]
    assert buckets == sorted(buckets, reverse=True), "buckets stand before metrics"
    drawn = json.dumps(chart["attributes"]["state"]["visualization"])
    assert all(f'"{name}"' in drawn for name in columns)
    (reference,) = chart["references"]
    assert reference["name"] == "indexpattern-datasource-layer-data"
    allowed = {
        "terms": {"keyword"},
        "date_histogram": {"date"},
        "max": {"integer", "date"},
        "unique_count": {"keyword"},
    }
    for column in columns.values():
        if column["operationType"] == "count":
            assert column["sourceField"] == "___records___"
        else:
            assert fields[column["sourceField"]] in allowed[column["operationType"]]
        if column["operationType"] == "terms":
            assert not columns[column["params"]["orderBy"]["columnId"]]["isBucketed"]


def test_the_data_views_are_our_aliases() -> None:
    """One for each index that people look at, with a time that each document has a field for."""
    views = {one["id"]: one["attributes"] for one in OBJECTS if one["type"] == "index-pattern"}
    assert set(views) == set(INDICES)
    for index, attributes in views.items():
        assert attributes["title"] == index
        assert mapped_fields(index)[attributes["timeFieldName"]] == "date"


@pytest.mark.parametrize("one", SEARCHES, ids=names(SEARCHES))
def test_a_search_shows_real_fields(one: dict[str, Any]) -> None:
    """Its columns, its sort and its query name fields of the index."""
    fields = mapped_fields(index_of(one))
    source = json.loads(one["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    assert set(one["attributes"]["columns"]) <= set(fields)
    assert all(fields[field] in {"date", "integer"} for field, _ in one["attributes"]["sort"])
    assert Kql(source["query"]["query"]).fields <= set(fields)
    assert source["indexRefName"] == one["references"][0]["name"]


def test_the_page_asks_ten_questions_of_real_fields() -> None:
    """docs/kibana.md: ten queries, each in KQL that can be read, over fields of the index it names."""
    asked = questions()
    assert len(asked) == 10
    for title, index, query in asked:
        fields = Kql(query).fields
        assert fields, title
        assert fields <= set(mapped_fields(index)), title


def test_the_page_names_what_the_file_holds() -> None:
    """Data views, the dashboard and the saved searches that the page speaks of are in the file."""
    page = (ROOT / "docs" / "kibana.md").read_text("utf-8")
    titles = {one["attributes"].get("name", one["attributes"]["title"]) for one in OBJECTS}
    spoken = {part for part in page.split("*")[1::2] if part.startswith("Sada: ")}
    assert spoken <= titles
