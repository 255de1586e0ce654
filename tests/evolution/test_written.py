"""Messages change only as docs/schemas.md allows: else the version must be raised, and a step written."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.evolution.pin import FILE, written

PINNED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def breaches(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """List what `now` has changed of `before` that old readers, or old messages, do not survive."""
    found = [f"{name} is gone" for name in before if name not in now]
    for name in before.keys() & now.keys():
        old, new = before[name].get("properties", {}), now[name].get("properties", {})
        found += [f"{name}.{field} is gone" for field in old if field not in new]
        found += [f"{name}.{field} is of another kind" for field in old if field in new and old[field] != new[field]]
        required = set(now[name].get("required", ())) - set(before[name].get("required", ()))
        found += [f"{name}.{field} is required now" for field in required]
        if before[name].get("enum") != now[name].get("enum"):
            found.append(f"{name} has other values")
    return sorted(found)


def test_the_version_is_raised_when_messages_change() -> None:
    """What was written down of this version holds; `python -m tests.evolution.pin` writes a new version down."""
    now = written()
    assert now["version"] == PINNED["version"], "raised: write a step (schemas/upgrades.py), then run the pin"
    assert breaches(PINNED["models"], now["models"]) == [], "raise SCHEMA_VERSION (docs/schemas.md)"


@pytest.mark.parametrize("change", ["gone", "renamed", "required", "kind", "value", "model"])
def test_each_kind_of_breach_is_seen(change: str) -> None:
    """A field gone, renamed, newly required or of another kind, an enum's new value, a model gone: each is told."""
    now = copy.deepcopy(PINNED["models"])
    fields = now["RawArticle"]["properties"]
    if change == "gone":
        del fields["encoding"]
    elif change == "renamed":
        fields["charset"] = fields.pop("encoding")
    elif change == "required":
        fields["language"] = {"type": "string"}
        now["RawArticle"]["required"].append("language")
    elif change == "kind":
        fields["path_count"] = {"type": "string"}
    elif change == "value":
        now["Reason"]["enum"].append("odd")
    else:
        del now["Tied"]
    assert len(breaches(PINNED["models"], now)) == 1


def test_a_field_with_a_default_is_no_breach() -> None:
    """A new field that old messages need not have is read by old and new programs alike."""
    now = copy.deepcopy(PINNED["models"])
    now["RawArticle"]["properties"]["language"] = {"type": "string"}
    assert breaches(PINNED["models"], now) == []
