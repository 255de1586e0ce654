"""Messages of earlier schema versions in, the same as this version writes them out: one step from each to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fields = dict[str, Any]
Step = Callable[[Fields], Fields]
"""The fields of a message as one version wrote them in, as the next one writes them out."""


def _ask_in_bands(batch: Fields) -> Fields:
    """Version 1 asked one band in a probe; now one probe asks all bands of a partition."""
    probes = batch.get("probes")
    return batch | {"probes": [_in_bands(probe) for probe in probes]} if isinstance(probes, list) else batch


def _in_bands(probe: Any) -> Any:  # noqa: ANN401 - whatever stands there; it is validated later
    return probe | {"bands": [probe["band"]]} if isinstance(probe, dict) and "band" in probe else probe


STEPS: dict[tuple[str, int], Step] = {("ProbeBatch", 1): _ask_in_bands}
"""By model and version that wrote the message (docs/schemas.md)."""


def upgrade(model: str, fields: Fields, to: int) -> Fields:
    """Bring the `fields` of a `model` to version `to`, step by step; versions that changed nothing need no step.

    >>> upgrade("RawArticle", {"schema_version": 1, "text": "خبر"}, 3)
    {'schema_version': 3, 'text': 'خبر'}
    """
    for version in range(int(fields.get("schema_version", 1)), to):
        step = STEPS.get((model, version))
        fields = fields if step is None else step(fields)
    return fields | {"schema_version": to}
