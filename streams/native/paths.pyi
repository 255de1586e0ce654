import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

class Paths:
    def __init__(self, follow: Floats, start: Floats, bounds: tuple[Floats, Floats, Floats], left: float) -> None: ...
    def label(
        self, lead: Floats, opens: NDArray[np.uint8], closes: NDArray[np.uint8], labels: NDArray[np.intp]
    ) -> None: ...
