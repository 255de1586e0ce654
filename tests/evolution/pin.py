"""Write down what this version's messages are: `python -m tests.evolution.pin`, once, when the version was raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.message import SCHEMA_VERSION
from schemas.topics import TOPICS

FILE = Path(__file__).parent / "written.json"
_WORDS = {"title", "description", "default", "examples"}
"""Parts of a JSON Schema that say nothing of what is a message and what is none."""


def written() -> dict[str, Any]:
    """Return this version with all its models, as what readers require of a message."""
    _, found = models_json_schema([(topic.model, "validation") for topic in TOPICS])
    return {"version": SCHEMA_VERSION, "models": {name: _bare(one) for name, one in found["$defs"].items()}}


def _bare(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _bare(inner) if name != "properties" else _all_bare(inner) for name, inner in part.items()
                if name not in _WORDS}  # fmt: skip
    return [_bare(one) for one in part] if isinstance(part, list) else part


def _all_bare(properties: dict[str, Any]) -> dict[str, Any]:
    """Keep every property, also one that is called `title`."""
    return {name: _bare(inner) for name, inner in properties.items()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(written(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
