"""Messages change only as docs/schemas.md allows: else the version must be raised, and a step written."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.evolution.pin import FILE, written

PINNED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def breaches(before: Any, now: Any, place: str = "") -> list[str]:
    """List what `now` has changed of `before` that old readers, or old messages, do not survive."""
    if not isinstance(before, dict) or not isinstance(now, dict):
        same_length = isinstance(before, list) and isinstance(now, list) and len(before) == len(now)
        if same_length and any(isinstance(one, dict) for one in before):
            return [found for old, new in zip(before, now, strict=True) for found in breaches(old, new, place)]
        return [] if before == now else [f"{place} is of another kind"]
    found = [
        f"{place}.{name} is required now" for name in set(now.get("required", ())) - set(before.get("required", ()))
    ]
    for name in before.keys() | now.keys():
        if name == "required" or (place.endswith(".properties") and name not in before):
            continue
        if (name in before) != (name in now):
            found.append(f"{place}.{name} is gone, or new")
        else:
            found += breaches(before[name], now[name], f"{place}.{name}")
    return sorted(found)


def test_the_version_is_raised_when_messages_change() -> None:
    """What was written down of this version holds; `python -m tests.evolution.pin` writes a new version down."""
    now = written()
    assert now["version"] == PINNED["version"], (
        "raised: run the pin, after a step (schemas/upgrades.py) where old messages need one"
    )
    assert breaches(PINNED["models"], now["models"]) == [], "raise SCHEMA_VERSION (docs/schemas.md)"


@pytest.mark.parametrize("change", ["gone", "renamed", "required", "kind", "value", "within", "model"])
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
        now["Rejected"]["properties"]["reason"]["enum"].append("odd")
    elif change == "within":
        del now["MemberBatch"]["properties"]["tied"]["items"]["properties"]["root"]
    else:
        del now["Naming"]
    assert len(breaches(PINNED["models"], now)) == 1


def test_a_field_with_a_default_is_no_breach() -> None:
    """A new field that old messages need not have is read by old and new programs alike."""
    now = copy.deepcopy(PINNED["models"])
    now["RawArticle"]["properties"]["language"] = {"type": "string"}
    assert breaches(PINNED["models"], now) == []
