from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
ByName = Mapping[str, int]

class Affixes:
    def __init__(self, keys: NDArray[np.uint64], numbers: Numbers) -> None: ...

class Describer:
    most: int
    def __init__(
        self,
        prefixes: Affixes,
        suffixes: Affixes,
        word_rows: tuple[NDArray[np.int64], NDArray[np.intc]],
        clusters: tuple[NDArray[np.int16], Numbers],
        lengths: Numbers,
        unclustered: int,
        clitics: Mapping[str, tuple[str, ...]],
        kinds: tuple[ByName, ByName, ByName, ByName],
        hints: tuple[Mapping[str, Sequence[str]], Mapping[Any, tuple[int, ...]], Mapping[Any, tuple[int, ...]]],
    ) -> None: ...
    def describe(
        self,
        words: list[str],
        folded: list[str],
        numbers: Numbers,
        begins: Numbers,
        rows: Numbers,
        own: NDArray[np.int8],
    ) -> int: ...

def sums(table: NDArray[np.int8], rows: Numbers, begins: Numbers, out: NDArray[np.float32]) -> None: ...
