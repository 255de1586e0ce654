"""The folded words of a headline enter; they leave with phrases that one word can say said by that word."""

from __future__ import annotations

from functools import cache

from .letters import fold
from .lexicon import rows

_Phrases = dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]


@cache
def _phrases() -> _Phrases:
    """Map the first word of each phrase, with a clitic or without, to the words behind it and what to say instead."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase, *said in rows("phrases.tsv"):
        first, *rest = fold(phrase).split()
        instead = tuple(fold(said[0]).split()) if said else ()
        clitics = ("", "و", "ب", "ل") if not first.startswith(("ل", "ب")) else ("", "و")
        for clitic in clitics:
            found.setdefault(clitic + first, []).append((tuple(rest), instead))
            if first.startswith("ال") and clitic == "ل":
                found.setdefault("لل" + first[2:], []).append((tuple(rest), instead))
    return {first: tuple(sorted(rest, key=lambda one: -len(one[0]))) for first, rest in found.items()}


def in_one_word(tokens: list[str]) -> list[str]:
    """Put one word, or none, for each phrase that says no more.

    >>> in_one_word(fold("حادث يودي بحياة طفل لا يزال رضيعا").split())
    ['حادث', 'يقتل', 'طفل', 'مازال', 'رضيعا']
    """
    phrases = _phrases()
    if phrases.keys().isdisjoint(tokens):
        return tokens
    out: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        for rest, said in phrases.get(token, ()):
            if tuple(tokens[at : at + len(rest)]) == rest:
                out += said
                at += len(rest)
                break
        else:
            out.append(token)
    return out or tokens
