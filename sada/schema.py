"""The message models in, their JSON Schemas out."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.topics import TOPICS


def message_schemas() -> dict[str, Any]:
    """Return one JSON Schema document: the topics with their model, key and retention, and all models under `$defs`."""
    _, definitions = models_json_schema(
        [(topic.model, "serialization") for topic in TOPICS], ref_template="#/$defs/{model}"
    )
    topics = {
        topic.name: {
            "$ref": f"#/$defs/{topic.model.__name__}",
            "key": topic.key,
            "retention_ms": topic.retention_ms,
            "staged_only": topic.staged_only,
        }
        for topic in TOPICS
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "topics": topics, **definitions}
