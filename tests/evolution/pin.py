"""Write down what this version's messages are: `python -m tests.evolution.pin`, once, when the version was raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.message import SCHEMA_VERSION
from schemas.topics import TOPICS

FILE = Path(__file__).parent / "written.json"
_WORDS = {"title", "description", "default", "examples", "$defs", "additionalProperties"}
"""Parts of a JSON Schema that say nothing of what a reader requires of a message."""


def written() -> dict[str, Any]:
    """Return this version with the model of each topic, as what readers require of a message."""
    models = {topic.model.__name__: topic.model.model_json_schema(mode="validation") for topic in TOPICS}
    return {
        "version": SCHEMA_VERSION,
        "models": {name: bare(one, one.get("$defs", {})) for name, one in models.items()},
    }


def bare(part: Any, models: dict[str, Any]) -> Any:
    """Return a schema without words, the models within it written out in their places."""
    if isinstance(part, list):
        return [bare(one, models) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return bare(models[part["$ref"].rpartition("/")[2]], models)
    found = {name: bare(inner, models) for name, inner in part.items() if name not in {*_WORDS, "properties"}}
    if "properties" in part:  # also one that is called `title`
        found["properties"] = {name: bare(inner, models) for name, inner in part["properties"].items()}
    return found


if __name__ == "__main__":
    FILE.write_text(json.dumps(written(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
