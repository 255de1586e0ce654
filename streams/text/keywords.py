"""Printed keyword lines and the folded article enter; the keywords leave, one phrase each."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from .lexicon import GAZETTEER, rows
from .newswords import starts_with_and
from .pieces import fold_layout

_SEPARATED: Final = re.compile(r"\s*[،,؛;|•·\n/]\s*|\s*#|\s*[(\[]\d+[)\]]\s*|\s+[-–—]\s+|\s{3,}|\t+")
_SEPARATORS: Final = "،,؛;|•·/#-–—(["
_EDGES: Final = " \t\u00a0:.،,؛;|-–—•·#\u200e\u200f"
_LONGEST_PHRASE: Final = 5
_LONGEST_LINE: Final = 120
"""Words of a keyword line that are cut; what lies behind is no keyword any more."""
_LEAST_GLUED, _LEAST_HALF = 6, 3
"""Letters of the shortest word that may be two tags glued, less one, and of either of them."""
_LONGEST_BODY: Final = 6000
"""Characters of the article in which keywords are looked for."""
_JOINS: Final = -3.0
"""Weight of a phrase that begins with "and" or "for the"."""
_NOUNS: Final = re.compile(
    r"ال(?:وادي|نادي|قاضي|اراضي|مباني|ملاهي|اهالي|مواشي|ليالي|ضواحي|نواحي|ماضي|والي|مفتي|محامي|راعي|ثاني|شواطي|اغاني"
    r"|معالي|مساعي|كراسي|موانيء|حي|وعي|سعي|راي|ري|نهي)"
)
"""Definite nouns that end as adjectives of relation do, and are none."""
_STEM: Final = re.compile(r"\b(?:وال|بال|فال|كال|لل|ال|[وبل])?(\w{3,}|\w+)")


class _Form(NamedTuple):
    """What a word's form tells: it begins with "and" or "for the", it is definite, it is an adjective of relation."""

    joins: bool
    definite: bool
    relates: bool


def cut_keywords(lines: list[str], body: str) -> tuple[str, ...]:
    """Cut keyword lines into phrases: at separators, or by what the article itself repeats and by known names.

    >>> cut_keywords(["المغرب، الرباط، السياسة"], "")
    ('المغرب', 'الرباط', 'السياسة')
    >>> cut_keywords(["سد النهضة إثيوبيا مجلس الأمن"], "عقد مجلس الامن جلسه عن سد النهضه")
    ('سد النهضة', 'إثيوبيا', 'مجلس الأمن')
    >>> cut_keywords(["#سد_النهضة #إثيوبيا"], ""), cut_keywords(["السيول (12) دارفور (3)"], "")
    (('سد_النهضة', 'إثيوبيا'), ('السيول', 'دارفور'))
    """
    keywords: dict[str, None] = {}
    for line in lines:
        parts = [part.strip(_EDGES) for part in (_SEPARATED.split(line) if _is_separated(line) else [line])]
        parts = [part for part in parts if part]
        if len(parts) == 1 and len(lines) == 1:
            runs = _unglued(parts[0].split()[:_LONGEST_LINE], body)
            parts = [phrase for run in runs for phrase in _unseparated(run, body)]
        keywords.update(dict.fromkeys(parts))
    return tuple(keywords)


def _unglued(words: list[str], body: str) -> list[list[str]]:
    """Part the words where a tag is glued to the next one: two words of the article that it never says as one.

    >>> _unglued(["حماةسوق", "الهال"], "افتتح في حماه سوق الهال")
    [['حماة'], ['سوق', 'الهال']]
    """
    text = body[:_LONGEST_BODY]
    runs: list[list[str]] = [[]]
    for word in words:
        cut = _glue_end(word, text) if len(word) > _LEAST_GLUED else 0
        if cut:
            runs[-1].append(word[:cut])
            runs.append([word[cut:]])
        else:
            runs[-1].append(word)
    return runs


def _glue_end(word: str, text: str) -> int:
    """Find where the second of two glued words begins, both said or a known name; 0 if the word is one."""
    folded, stem, _ = known_word(word)
    if len(folded) != len(word) or stem in _known() or f" {folded} " in text:
        return 0
    last = len(word) - _LEAST_HALF
    front, back = _LEAST_HALF, last  # as far as the text holds the letters together, and from where on
    while front <= last and folded[:front] in text:
        front += 1
    while back >= _LEAST_HALF and folded[back:] in text:
        back -= 1
    for cut in range(_LEAST_HALF, last + 1):
        first, second = folded[:cut], folded[cut:]
        if (cut >= front and not _is_name(first)) or (cut <= back and not _is_name(second)):  # as almost always
            continue
        if _stands(text, second) and _stands(text, first):
            return cut if text.strip() and not _says(text, folded) else 0
    return 0


def _is_name(word: str) -> bool:
    return _stem(word) in _known()


def _stands(text: str, word: str) -> bool:
    """Tell whether `word` is a known name or one of the text's words."""
    return _is_name(word) or _says(text, word)


def _says(text: str, word: str) -> bool:
    """Tell whether `word` stands apart in `text`: to look at its places costs less than to part all words."""
    if f" {word} " in text:
        return True
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if (not at or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            return True
        at = text.find(word, at + 1)
    return False


def _is_separated(line: str) -> bool:
    """Tell whether a separator may stand in the line; alone it costs less than the pattern."""
    return "   " in line or not line.isprintable() or any(map(line.__contains__, _SEPARATORS))


def _unseparated(words: list[str], body: str) -> list[str]:
    """Choose the cuts that make the phrases most at home in the article: dynamic programming over the words."""
    read = [known_word(word) for word in words]
    stems = [stem for _, stem, _ in read]
    names, openings = _known(), _openings()
    bound = [_together(stems[at], read[at + 1][0], body) for at in range(len(words) - 1)]
    forms = [form for _, _, form in read]
    adjectives = _adjectives(forms)
    opens = [stem in openings for stem in stems]
    plain, strangers = True not in [form.joins for form in forms], True not in opens
    broken = 0  # behind the last joint up to here of which the article says nothing
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        alone = end - 1
        broken = alone if alone and not bound[alone - 1] else broken
        worth = 0.5 if stems[alone] in names else 0.0  # of a phrase of one word, only a known name counts
        chosen = (best[alone][0] + worth + (_JOINS if forms[alone].joins else 0.0), alone)
        idle = plain and not adjectives[alone]  # nothing but a name speaks for a phrase that the article does not say
        first = max(0, end - _LONGEST_PHRASE)
        for s in range(max(first, broken) if idle and strangers else first, alone):
            if idle and s < broken and not opens[s]:
                continue
            known = opens[s] and " ".join(stems[s:end]) in names
            joints = alone - s
            strange = broken > s and not known  # costs for each joint
            worth = best[s][0] + (-2.0 * joints if strange else _worth(bound[s:alone], known=known))
            chosen = max(chosen, (worth + _syntax(forms[s], forms[s + 1], joints, adjectives[alone]), s))
        best.append(chosen)
    cuts: list[str] = []
    end = len(words)
    while end:
        start = best[end][1]
        cuts.append(" ".join(words[start:end]))
        end = start
    return cuts[::-1]


def _adjectives(forms: list[_Form]) -> list[int]:
    """Count, for each word, the definite adjectives of relation that stand together up to it."""
    counts: list[int] = []
    for form in forms:
        counts.append((counts[-1] if counts else 0) + 1 if form.definite and form.relates else 0)
    return counts


def _together(stem: str, following: str, body: str) -> int:
    """Count, up to two, how often the article says two words together, whatever is prefixed to the first."""
    pair = f"{stem} {following}"
    first = body.find(pair, 0, _LONGEST_BODY)
    if first < 0:
        return 0
    return 2 if body.find(pair, first + 1, _LONGEST_BODY) >= 0 else 1


def _worth(bound: list[int], *, known: bool) -> float:
    """Weigh a phrase that binds its words: a known name, or one all of whose joints stand in the article."""
    joints = len(bound)
    if known:
        return 1.5 * joints + 0.5
    return 0.6 * joints + 0.4 * (min(bound) > 1) - 0.4 * max(0, joints - 2)


@lru_cache(maxsize=4096)
def known_word(word: str) -> tuple[str, str, _Form]:
    """Fold a word and tell its stem and what its form tells; tags are made of the same words again and again."""
    folded = fold_layout(word)
    relates = folded.endswith(("يه", "ي")) and not _NOUNS.fullmatch(folded)
    form = _Form(folded.startswith("لل") or starts_with_and(folded), folded.startswith("ال"), relates)
    return folded, _stem(folded), form


def _syntax(first: _Form, second: _Form, joints: int, adjectives: int) -> float:
    """Weigh a phrase's form: none begins with "and"; definite nouns and adjectives of relation belong together.

    `adjectives` counts those at its end and before: of a phrase that they fill behind a definite noun.
    """
    score = _JOINS if first.joins else 0.0
    if joints > 1 and not first.definite:
        if second.definite and adjectives >= joints - 1:
            score += 3.0 * (joints - 1)
    elif first.definite and adjectives >= joints:
        score += 3.0 * joints
    if joints == 1 and second.joins:
        score += 2.2
    return score


@cache
def _known() -> frozenset[str]:
    """Collect the names of the gazetteers as stems."""
    names: set[str] = set()
    for table in GAZETTEER:
        for row in rows(table):
            names.update(form for form in (row[1], *row[3].split("|")) if form and not form.startswith("?"))
    return frozenset(" ".join(_stem(word) for word in fold_layout(name).split()) for name in names)


@cache
def _openings() -> frozenset[str]:
    """Collect the words with which known names begin."""
    return frozenset(name.split(" ", 1)[0] for name in _known())


def _stem(word: str) -> str:
    match = _STEM.match(word)
    return match[1] if match else word
