"""The saved objects and the documented queries, read as Kibana would: charts as aggregations, KQL as queries."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "kibana" / "sada.ndjson"
INDICES = {"sada-articles": "articles", "sada-headlines": "headlines", "sada-rejected": "rejected"}

Object = dict[str, Any]


def load_objects() -> list[Object]:
    """Read the file, one object a line."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def mapped_fields(index: str) -> dict[str, str]:
    """Return every field of an index's template, sub-fields too, with its type."""
    template = json.loads((ROOT / "sinks" / "mappings" / f"{INDICES[index]}.json").read_text("utf-8"))
    found: dict[str, str] = {}

    def walk(properties: Object, prefix: str) -> None:
        for name, field in properties.items():
            found[prefix + name] = field.get("type", "object")
            walk(field.get("fields", {}), f"{prefix}{name}.")
            walk(field.get("properties", {}), f"{prefix}{name}.")

    walk(template["template"]["mappings"]["properties"], "")
    return found


def layer_of(lens: Object) -> Object:
    """Return the one layer of a chart."""
    (layer,) = lens["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values()
    return layer


def index_of(one: Object) -> str:
    """Return the alias that an object looks at."""
    (reference,) = one["references"]
    return reference["id"]


def aggregations(layer: Object) -> Object:
    """Return what Elasticsearch is asked for a layer: its buckets inside each other, its metrics innermost."""
    columns = layer["columns"]
    metrics = {name: metric for name in layer["columnOrder"] if (metric := _metric(columns[name])) is not None}
    inner = metrics
    for name in reversed(layer["columnOrder"]):
        column = columns[name]
        if column["isBucketed"]:
            inner = {name: _bucket(column, columns) | ({"aggs": metrics | inner} if metrics or inner else {})}
    return inner


def _metric(column: Object) -> Object | None:
    kind = {"max": "max", "unique_count": "cardinality"}.get(column["operationType"])
    return kind and {kind: {"field": column["sourceField"]}}


def _bucket(column: Object, columns: Object) -> Object:
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {"field": column["sourceField"], "fixed_interval": "1d", "min_doc_count": 1}}
    parameters = column["params"]
    by = parameters["orderBy"]["columnId"]
    order = "_count" if columns[by]["operationType"] == "count" else by
    terms = {"field": column["sourceField"], "size": parameters["size"], "order": {order: parameters["orderDirection"]}}
    return {"terms": terms}


def questions() -> list[tuple[str, str, str]]:
    """Return each question of docs/kibana.md with its alias and its KQL."""
    page = (ROOT / "docs" / "kibana.md").read_text("utf-8")
    names = {"articles": "sada-articles", "headlines": "sada-headlines", "rejects": "sada-rejected"}
    found = []
    view = "articles"
    for title, text in re.findall(r"^### \d+\. (.*?)$(.*?)(?=^### |\Z)", page, re.MULTILINE | re.DOTALL):
        named = re.search(r"Data view \*Sada: (\w+)\*", text)
        view = named[1] if named else view
        (query,) = re.findall(r"```kql\n(.*?)\n```", text, re.DOTALL)
        found.append((title, names[view], query))
    return found


_TOKEN = re.compile(r'\s*(?:(>=|<=|>|<|:|\(|\))|"([^"]*)"|([^\s:()<>"]+))')


class Kql:
    """The part of Kibana's query language that our objects and documents use, as Elasticsearch's queries."""

    def __init__(self, text: str) -> None:
        self.fields: set[str] = set()
        self._tokens = [match.groups() for match in _TOKEN.finditer(text)]
        self.query = self._either() if self._tokens else {"match_all": {}}
        assert not self._tokens, f"left over: {self._tokens}"

    def _either(self) -> Object:
        parts = [self._both()]
        while self._word("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else {"bool": {"should": parts, "minimum_should_match": 1}}

    def _both(self) -> Object:
        parts = [self._one()]
        while self._word("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else {"bool": {"filter": parts}}

    def _one(self) -> Object:
        if self._word("not"):
            return {"bool": {"must_not": [self._one()]}}
        if self._sign("("):
            inner = self._either()
            assert self._sign(")")
            return inner
        _, quoted, bare = self._tokens.pop(0)
        assert quoted is None, "a field's name has no quotes here"
        self.fields.add(bare)
        sign = self._tokens.pop(0)[0]
        if sign != ":":
            names = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
            return {"range": {bare: {names[sign]: self._value()[1]}}}
        if self._sign("("):
            parts = [self._match(bare)]
            while self._word("or"):
                parts.append(self._match(bare))
            assert self._sign(")")
            return {"bool": {"should": parts, "minimum_should_match": 1}}
        return self._match(bare)

    def _match(self, field: str) -> Object:
        quoted, value = self._value()
        if value == "*":
            return {"exists": {"field": field}}
        return {"match_phrase" if quoted else "match": {field: value}}

    def _value(self) -> tuple[bool, str]:
        _, quoted, bare = self._tokens.pop(0)
        return quoted is not None, quoted if quoted is not None else bare

    def _word(self, word: str) -> bool:
        return self._take(2, word)

    def _sign(self, sign: str) -> bool:
        return self._take(0, sign)

    def _take(self, place: int, text: str) -> bool:
        if self._tokens and self._tokens[0][place] == text:
            self._tokens.pop(0)
            return True
        return False
