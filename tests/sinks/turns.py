"""Several sinks that take turns at one index, in an order that dice decide: the same dice, the same order."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence


class Turns:
    """Runs functions each in a thread of its own, one at a time; each calls `pass_on` where another may go on."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._places: dict[str, threading.Semaphore] = {}
        self._faults: list[BaseException] = []

    def run(self, works: Sequence[Callable[[], None]]) -> None:
        """Run all of `works` to their end; raises what one of them raised."""
        threads = [threading.Thread(target=self._work, args=(work,), name=str(at)) for at, work in enumerate(works)]
        self._places = {thread.name: threading.Semaphore(0) for thread in threads}
        for thread in threads:
            thread.start()
        self._wake()
        for thread in threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def pass_on(self) -> None:
        """Let the dice say who goes on: this one or another."""
        self._wake()
        self._places[threading.current_thread().name].acquire()

    def _work(self, work: Callable[[], None]) -> None:
        name = threading.current_thread().name
        self._places[name].acquire()
        try:
            work()
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            self._faults.append(fault)
        del self._places[name]
        self._wake()

    def _wake(self) -> None:
        if self._places:
            self._dice.choice(list(self._places.values())).release()
