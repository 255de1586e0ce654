"""Lists of words and roots of our own and the tagger's names enter; the words of each kind leave, commonest first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from streams.text.lexicon import CITIES, ORGANISATIONS, PEOPLE, PLACES, rows

FOLDER: Final = Path(__file__).parent
PATTERNS: Final = {
    "mnoun": "{}{}{} {}{}ا{} ت{}{}ي{} {}ا{}{} م{}{}و{} {}{}ي{} {}{}و{} أ{}{}ا{} م{}{}{} إ{}{}ا{} م{}ا{}{} {}وا{}{} "
    "ا{}ت{}ا{} ت{}ا{}{} ان{}{}ا{} است{}{}ا{} {}{}ا{}ي م{}{}ا{} ت{}{}{} م{}ا{}ي{}",
    "fnoun": "{}{}{}ة {}{}ا{}ة {}ا{}{}ة م{}{}{}ة {}{}ي{}ة م{}ا{}{}ة {}{}و{}ة {}{}{}ية م{}{}و{}ة ت{}{}{}ة {}{}ا{}ية",
    "adj": "{}{}ي{} {}ا{}{} م{}{}و{} {}{}{}ي م{}{}{} مت{}{}{} {}{}ا{}ي م{}ت{}{} ت{}{}ي{}ي من{}{}{} مت{}ا{}{} مست{}{}{}",
    "verb": "{}{}{} أ{}{}{} {}ا{}{} ت{}{}{} ا{}ت{}{} ت{}ا{}{} است{}{}{} ان{}{}{}",
    "acts": "{}{}{} {}ا{}{} ت{}{}{} {}ت{}{} ت{}ا{}{} ست{}{}{} ن{}{}{}",
}
"""What roots are put into, the commonest first."""
NAMES: Final = {"known": PEOPLE, "country": PLACES, "org": ORGANISATIONS, "city": CITIES}
_LONGEST: Final = 3
"""Words of a name."""
_CLUMSY: Final = ("ا{}ت", "{}ت", "م{}ت", "ان", "ن", "من")
"""Patterns whose letter melts into some first letters of roots."""


def lines(name: str) -> Iterator[str]:
    """Give the lines of a file that are no comment."""
    read = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return (line for line in read if line and not line.startswith("#"))


@cache
def kinds() -> dict[str, list[str]]:
    """Give the words of each kind: those written down, those lent from lists of the line, those derived from roots."""
    made: dict[str, list[str]] = {}
    kind = ""
    for line in lines("words.txt"):
        words = line.replace("_", "\u00a0").split(" ")
        kind = words.pop(0) or kind
        made.setdefault(kind, []).extend(word.replace("\u00a0", " ") for word in words if word)
    for kind, words in _lent().items():
        made[kind] += words
    chance = random.Random(11)
    roots = [root for line in lines("roots.txt") for root in line.split()]
    for kind, patterns in PATTERNS.items():
        made[kind] = list(dict.fromkeys(made[kind] + _derived(roots, patterns.split(), chance)))
    made["plural"] = [word.removesuffix("ة") + "ات" for word in made["fnoun"]]
    made["act"] = [letter + word for word in made.pop("acts") for letter in "يت"]
    made["fverb"] = [f"{word}ت" for word in made["verb"]]
    return made | _names()


def _names() -> dict[str, list[str]]:
    """Read the names of persons and places that are no longer than most, and make surnames of those of cities."""
    made = {
        kind: [row[1] for row in rows(file) if len(row[1].split()) <= _LONGEST and "اا" not in row[1]]
        for kind, file in NAMES.items()
    }
    bare = [name.removeprefix("ال").removesuffix("ة") for name in made["city"] if " " not in name]
    made["nisba"] = [f"ال{name}ي" for name in bare if name[-1] not in "اي"]
    made["given"] = [row[0] for row in rows("given_names.tsv")]
    return made


def _derived(roots: list[str], patterns: list[str], chance: random.Random) -> list[str]:
    """Put roots into patterns; words of the commoner ones mostly come first, those that melt are left out."""
    made = [
        (chance.random() * place, pattern.format(*root))
        for root in roots
        for place, pattern in enumerate(patterns, 3)
        if not (pattern.startswith(_CLUMSY) and root[0] in "صضطظزدذنثلرمتو")
    ]
    return [word for _, word in sorted(made)]


def _lent() -> dict[str, list[str]]:
    """Sort the words that the list of synonyms has, by what stands beside them; those that do not tell are left out."""
    words = {word for row in rows("synonyms.tsv") for word in row if " " not in word and len(word) > 2}
    acts = {word[1:] for word in words if word[0] == "ي" and f"ت{word[1:]}" in words}
    verbs = {word for word in words if f"{word}ت" in words}
    told = verbs | {f"{word}ت" for word in verbs}
    nouns = [word for word in sorted(words - told) if word[0] not in "يتأن" and word[-1] not in "تايىن"]
    sorts = {"acts": sorted(acts), "fnoun": [word for word in nouns if word[-1] == "ة"]}
    sorts["mnoun"] = [word for word in nouns if word[-1] != "ة" and word[:2] != "ال"]
    return {kind: random.Random(10).sample(some, len(some)) for kind, some in sorts.items()}
