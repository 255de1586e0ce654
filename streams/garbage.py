"""A process that has loaded its lists and models enters; it leaves looking for circular garbage where there is some."""

from __future__ import annotations

import gc
from typing import Final

COLLECT_AFTER: Final = (50_000, 10, 100)
"""Objects more than before after which the young are looked through, and how many times of that until the older are.

More than a batch in hand has: it is not looked through while it is worked off.
"""


def set_aside() -> None:
    """Keep the loaded lists and models out of garbage collection: looking through them costs a tenth of tagging.

    What is remembered of words and headlines comes later. Little of what a worker makes is garbage in circles, so it is
    looked for less often than Python does, which costs a sixth of remembering headlines.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
