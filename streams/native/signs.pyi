from collections.abc import Sequence

class Lists:
    def __init__(self, silent: bytes, meanings: bytes, listed: bytes) -> None: ...

def rivals(
    sign: bytes, others: list[bytes], among: Sequence[int] | None, begin_alike: bool, lists: Lists
) -> list[int]: ...
