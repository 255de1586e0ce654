from collections.abc import Mapping

class Forms:
    def __init__(
        self,
        pronouns: Mapping[str, tuple[str, ...]],
        endings: Mapping[str, tuple[str, ...]],
        owned: Mapping[str, tuple[str, ...]],
        suffixes: Mapping[str, tuple[str, ...]],
        weak: str,
    ) -> None: ...
    def read(self, text: str, more: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]: ...
    def stem(self, text: str) -> str: ...
