"""What a process keeps in memory: garbage is looked for seldom, free blocks go back."""

from __future__ import annotations

import gc
import platform
import resource
import weakref
from pathlib import Path

import pytest

from schemas.memory import COLLECT_AFTER, Broom, give_back, set_aside, sweep_up


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_set_aside_and_circles_still_end() -> None:
    """Garbage collection leaves alone what stood before, looks seldom at what came later, and finds its circles."""
    before = gc.get_threshold()
    try:
        set_aside()
        gone = weakref.ref(Knot())
        assert gone() is not None
        kept = [[number] for number in range(COLLECT_AFTER[0] + 1000)]
        assert gone() is None
        assert len(kept) > COLLECT_AFTER[0]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def test_large_blocks_go_back_where_the_c_library_can() -> None:
    """Glibc takes all three limits; another library is left as it is."""
    assert give_back() is (platform.libc_ver()[0] == "glibc")


def test_holes_in_the_heap_go_back_where_the_c_library_can() -> None:
    """What was freed between blocks that are kept leaves memory; another library is left as it is."""
    if platform.libc_ver()[0] != "glibc":
        assert not sweep_up()
        return
    blocks = [bytearray(20_000) for _ in range(4_000)]
    for number in range(0, len(blocks), 2):
        blocks[number] = bytearray()
    before = _resident()
    assert sweep_up()
    assert before - _resident() > 10_000_000
    assert len(blocks[1]) == 20_000


@pytest.mark.parametrize("circles", [True, False])
def test_a_broom_sweeps_now_and_then(circles: bool) -> None:
    """It does nothing before its time; then garbage in circles goes where that is asked for, and it waits anew."""
    now = 0.0
    enabled = gc.isenabled()
    gc.disable()  # nobody else ends circles meanwhile
    try:
        broom = Broom(2.0, circles=circles, clock=lambda: now)
        gone = weakref.ref(Knot())
        assert not broom.sweep()
        assert gone() is not None
        now = 2.5
        assert broom.sweep()
        assert (gone() is None) is circles
        assert not broom.sweep()
    finally:
        if enabled:
            gc.enable()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
