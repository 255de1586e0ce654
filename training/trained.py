"""What training makes and packing needs, in one value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .linear import Linear
from .network import Weights
from .words import Words


class Trained(NamedTuple):
    """All that a model file is packed from; `features` are the networks', `guide_words` weigh them by guideline."""

    words: Words
    linear: Linear
    networks: list[Weights]
    features: list[str]
    guide_words: NDArray[np.float32]
