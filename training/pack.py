"""Words, a linear CRF and networks enter; the model file leaves, weights rounded to bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streams.text.ner.model import FORMAT

from .data import GUIDELINES, LABELS
from .network import Weights
from .trained import Trained

SHARE = 0.5
"""How much of the score is the linear CRF's; the networks share the rest (tuned on the development parts)."""


def pack(path: Path, trained: Trained, share: float = SHARE) -> None:
    """Write the model file: every feature of the networks or the linear CRF in one table."""
    words, linear, networks, features, guide_words = trained
    names = sorted({*features, *linear.features})
    network_rows = {name: row + 1 for row, name in enumerate(features)}
    linear_rows = {name: row for row, name in enumerate(linear.features)}
    weights = np.zeros((len(names), linear.weights[0].size), dtype=np.float32)
    for row, name in enumerate(names):
        if name in linear_rows:
            weights[row] = linear.weights[linear_rows[name]].ravel() * share
    linear_bytes, linear_scale = _bytes(weights)
    vectors, vector_scale = _bytes(words.vectors, whole=True)
    each = (1 - share) / max(len(networks), 1)
    arrays: dict[str, NDArray[np.generic]] = {
        "words": _text(words.texts),
        "hints": _text([f"{word}\t{' '.join(kinds)}" for word, kinds in words.hints.items()]),
        "features": _text(names),
        "clusters": words.clusters,
        "vectors": vectors,
        "linear": linear_bytes,
        "linear_scale": linear_scale,
        "follow": _by_guideline(networks, "follow", each) + share * linear.follow,
        "start": sum(part["start"] for part in networks) * each + share * linear.start,
        "words_by_guideline": _aligned(names, features, guide_words),
    }
    for number, part in enumerate(networks):
        bag = np.stack([part["bag"][network_rows.get(name, 0)] for name in names])
        arrays[f"bag{number}"], arrays[f"bag_scale{number}"] = _bytes(bag)
        # What the second layer says of labels stays behind: it changes one name of 1,000 (docs/tag.md).
        out = ((part["out"] + part["out_own"]) * each)[:, : part["first"].shape[2]]
        bias = part["bias"] * each + (share * linear.bias if number == 0 else 0)
        for name in ("first", "first_bias"):
            arrays[f"{name}{number}"] = part[name].astype(np.float16)
        arrays[f"out{number}"], arrays[f"bias{number}"] = out.astype(np.float32), bias.astype(np.float32)
    about = {
        "format": FORMAT, "labels": LABELS, "guidelines": GUIDELINES, "layers": len(networks),
        "vector_scale": float(vector_scale[0]),
    }  # fmt: skip
    arrays["about"] = _text([json.dumps(about)])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def _by_guideline(networks: Sequence[Weights], name: str, each: float) -> NDArray[np.float32]:
    total = sum(part[name] + part[f"{name}_own"] for part in networks)
    return np.asarray(total * each, dtype=np.float32)


def _aligned(names: Sequence[str], features: Sequence[str], guide: NDArray[np.float32]) -> NDArray[np.float16]:
    rows = {name: row for row, name in enumerate(features)}
    empty = np.zeros(len(GUIDELINES), dtype=np.float32)
    return np.stack([guide[rows[name]] if name in rows else empty for name in names]).astype(np.float16)


def _bytes(values: NDArray[np.float32], *, whole: bool = False) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round to signed bytes with a scale for each column.

    `whole` has one scale for all and half the steps (they compress better), outliers cut at six deviations.
    """
    steps = 63 if whole else 127
    if whole:
        scale = np.full(1, min(np.abs(values).max(), 6 * values.std()) / steps, dtype=np.float32)
    else:
        scale = (np.maximum(np.abs(values).max(axis=0), 1e-6) / steps).astype(np.float32)
    return np.clip(np.rint(values / scale), -steps, steps).astype(np.int8), scale


def _text(lines: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode("utf-8"), dtype=np.uint8)
