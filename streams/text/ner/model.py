"""The shipped model file enters; its vocabulary and weights leave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .features import Features, Vocabulary
from .wordrows import WordRows

MODEL: Final = Path(__file__).parents[2] / "models" / "names.npz"
FORMAT: Final = 2

Floats = NDArray[np.float32]


class ModelError(ValueError):
    """A model file that is damaged or of another format."""


@dataclass(frozen=True)
class Layer:
    """One network: from the descriptions of a word and its neighbours to hidden units, and on to label scores.

    `bag` times `bag_scale` is a vector for each feature; `first[o]` maps a description at offset `o`; `out[g]` and
    `bias[g]` score the labels by guideline `g`.
    """

    bag: NDArray[np.int8]
    bag_scale: Floats
    first: Floats
    first_bias: Floats
    out: Floats
    bias: Floats


@dataclass(frozen=True)
class Model:
    """Everything trained. `linear` scores labels for a feature at each offset, `linear_own[g]` by guideline."""

    labels: Sequence[str]
    guidelines: Sequence[str]
    vocabulary: Vocabulary
    features: Features
    vectors: NDArray[np.int8]
    vector_scale: float
    layers: Sequence[Layer]
    linear: NDArray[np.int8]
    linear_scale: Floats
    follow: Floats
    start: Floats
    words_by_guideline: NDArray[np.float16]

    @property
    def reach(self) -> int:
        """Words to each side that count for a word's first layer."""
        return int(self.layers[0].first.shape[0]) // 2


def read_model(path: Path = MODEL) -> Model:
    """Read a model.

    Raises:
        ModelError: the file is missing, damaged or of another format.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays["about"].tobytes())
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path.name}: not a model: {error}") from error
    if about.get("format") != FORMAT:
        raise ModelError(f"{path.name}: format {about.get('format')}, this program reads {FORMAT}")
    return _model(about, arrays)


def _model(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Model:
    words = _strings(arrays["words"])
    hints = [line.split("\t") for line in _strings(arrays["hints"])]
    told = {kinds: tuple(map(intern, kinds.split())) for kinds in {kinds for _, kinds in hints}}
    vocabulary = Vocabulary(
        WordRows(words),
        {word: told[kinds] for word, kinds in hints},
        arrays["clusters"],
    )
    return Model(
        labels=about["labels"],
        guidelines=about["guidelines"],
        vocabulary=vocabulary,
        features=Features(_strings(arrays["features"]), same=words),
        vectors=arrays["vectors"],
        vector_scale=about["vector_scale"],
        layers=[_layer(arrays, number) for number in range(about["layers"])],
        linear=arrays["linear"],
        linear_scale=arrays["linear_scale"],
        follow=arrays["follow"],
        start=arrays["start"],
        words_by_guideline=arrays["words_by_guideline"],
    )


def _layer(arrays: Mapping[str, NDArray[Any]], number: int) -> Layer:
    part = {name: arrays[f"{name}{number}"].astype(np.float32) for name in _LAYER_ARRAYS}
    return Layer(arrays[f"bag{number}"], **part)


_LAYER_ARRAYS: Final = ("bag_scale", "first", "first_bias", "out", "bias")


def _strings(array: NDArray[Any]) -> list[str]:
    return array.tobytes().decode("utf-8").split("\n")
