"""The words of a text enter; the training corpus whose kind of text they resemble most leaves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .features import normal
from .model import Model


def nearest_guideline(model: Model, texts: Iterable[str]) -> str:
    """Say which corpus `texts` resembles; with it goes the guideline by which that corpus was tagged.

    The corpora disagree about what a name is (in Wojood a state that acts is an organisation), so a file of one
    kind of text is tagged by the guideline of that kind. Each known word adds the log of its share in each corpus.
    """
    known = model.features.kinds["w"]
    rows = [row for text in texts if (row := known.get(normal(text))) is not None]
    total = model.words_by_guideline[rows].astype(np.float64).sum(axis=0)
    return model.guidelines[int(total.argmax())]
