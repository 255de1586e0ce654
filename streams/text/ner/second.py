"""A network's first hidden units enter; what they say of each label leaves, the second layer's share apart."""

from __future__ import annotations

import numpy as np

from .model import Floats, Layer
from .viterbi import Labels

_NEIGHBOURS = 3


class SecondLayer:
    """All of one network behind its first layer, by the guideline of number `guideline`.

    The second layer costs most of the arithmetic and says little, so it is asked only about words in doubt. For all
    others a bound will do: its units are `max(0, bias + sum of hidden * weight)` with `hidden >= 0`, so weights
    below 0 can be left out of the sum and the bound is linear in `hidden`.
    """

    def __init__(self, layer: Layer, guideline: int) -> None:
        units, size = layer.second.shape[1:]
        out = layer.out[guideline]
        ahead = np.maximum(out[units:, 1:] - out[units:, :1], 0)
        reached = np.maximum(layer.second, 0) @ ahead
        self._labels = out.shape[1]
        self._first_look = np.ascontiguousarray(np.concatenate([out[:units], *reached], axis=1).T)
        self._least = (np.maximum(layer.second_bias, 0) @ ahead)[:, None]
        self._weights = np.ascontiguousarray(layer.second.reshape(_NEIGHBOURS * units, size))
        self._bias = layer.second_bias
        self._out = np.ascontiguousarray(out[units:])

    def first_look(self, hidden: Floats) -> tuple[Floats, Floats]:
        """Score the labels by the first layer alone (labels by places), and say how far the second may lift each.

        The second array bounds from above what any label but 0 can gain on label 0.
        """
        seen = self._first_look @ hidden.T
        others = self._labels - 1
        before, lift, behind = (seen[self._labels + other * others :][:others] for other in range(_NEIGHBOURS))
        lift[:, 1:] += before[:, :-1]
        lift[:, :-1] += behind[:, 1:]
        lift += self._least
        return seen[: self._labels], lift

    def scores(self, hidden: Floats, places: Labels) -> Floats:
        """Score the labels (labels by `places`) by the second layer, which looks at each place and both beside it."""
        windows = np.ndarray(
            (len(hidden) - _NEIGHBOURS + 1, self._weights.shape[0]), np.float32, hidden, 0, hidden.strides
        )
        second = windows[places - 1] @ self._weights
        second += self._bias
        np.maximum(second, 0, out=second)
        return np.asarray((second @ self._out).T, dtype=np.float32)
