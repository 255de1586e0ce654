"""Tagged sentences and lists of names enter; the same sentences leave, with other names of the same kind in them.

A few thousand sentences hold few names; what stands around a name tells its kind whoever is named.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from streams.text.ner.features import Vocabulary, normal
from streams.text.ner.namewords import NameWords

from .data import LABELS, Sentence, spans

Name = tuple[str, ...]

REPLACED: Final = 0.7
"""Share of the names that are replaced."""
_KIND_OF_LIST: Final = {
    "wikiPER": "PER", "wikiLOC": "LOC", "wikiORG": "ORG", "clubs": "ORG", "organisations": "ORG", "places": "LOC"
}  # fmt: skip
_MADE: Final = 0.5
"""Share of the persons whose names are put together from lists of given and family names."""
_PATTERNS: Final = (("given", "family"), ("family",), ("given", "given", "family"))
_PATTERN_WEIGHTS: Final = (60, 25, 15)


class Namer:
    """Draws names of a kind: from the sentences themselves and from lists."""

    def __init__(self, sentences: Sequence[Sentence], named: Iterable[tuple[str, Name]], words: NameWords) -> None:
        self._words = words
        self._names: dict[str, list[Name]] = {"PER": [], "LOC": [], "ORG": []}
        self._parts: dict[str, list[str]] = {"given": [], "family": []}
        for sentence in sentences:
            for first, end, kind in sorted(spans(sentence.labels)):
                clitics, bare = self.parted(sentence.words[first])
                self._names[kind].append((bare if clitics else sentence.words[first], *sentence.words[first + 1 : end]))
        for listed, name in named:
            if listed in self._parts:
                self._parts[listed].append(name[0])
            elif listed in _KIND_OF_LIST:
                self._names[_KIND_OF_LIST[listed]].append(name)

    def parted(self, word: str) -> tuple[str, str]:
        """Part the clitics from a word: وبوتين gives و and بوتين."""
        folded = normal(word)
        clitics = self._words.clitic(word)
        rest = folded[clitics:]
        swallowed = clitics > 0 and folded[clitics - 1] == "ل" and rest.startswith("ل")
        return folded[:clitics], "ا" + rest if swallowed else rest

    def draw(self, kind: str, clitics: str, dice: random.Random) -> list[str]:
        """Draw a name and put `clitics` before it; ل and the article melt together."""
        if kind == "PER" and dice.random() < _MADE:
            name: Sequence[str] = [
                dice.choice(self._parts[part]) for part in dice.choices(_PATTERNS, weights=_PATTERN_WEIGHTS)[0]
            ]
        else:
            name = dice.choice(self._names[kind])
        first = name[0][1:] if clitics.endswith("ل") and name[0].startswith("ال") else name[0]
        return [clitics + first, *name[1:]]


def renamed(
    sentences: Sequence[Sentence], named: Iterable[tuple[str, Name]], vocabulary: Vocabulary, seed: int = 0
) -> Iterator[Sentence]:
    """Yield each sentence that has names with most of them replaced; `named` are (list, folded words)."""
    dice = random.Random(seed)
    namer = Namer(sentences, named, NameWords(vocabulary))
    for sentence in sentences:
        found = sorted(spans(sentence.labels))
        if found:
            yield _renamed(sentence, found, namer, dice)


def _renamed(sentence: Sentence, found: list[tuple[int, int, str]], namer: Namer, dice: random.Random) -> Sentence:
    words: list[str] = []
    labels: list[int] = []
    at = 0
    for first, end, kind in found:
        words += sentence.words[at:first]
        labels += sentence.labels[at:first]
        name = sentence.words[first:end]
        if dice.random() < REPLACED:
            name = namer.draw(kind, namer.parted(sentence.words[first])[0], dice)
        opening = LABELS.index(f"B-{kind}")
        words += name
        labels += [opening] + [opening + 1] * (len(name) - 1)
        at = end
    return Sentence(words + sentence.words[at:], labels + sentence.labels[at:])
