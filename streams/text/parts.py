"""A stretch of a page enters; what its form tells leaves: its words, its last sign, whether it is a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from schemas.spans import Label

from .newswords import continues, is_reporting
from .pieces import fold_layout
from .sites import Kind

_QUOTES: Final = " \u00a0\"'”“»«)]’‘*"
_BULLET: Final = re.compile(
    r"(?:[•·▪●◦‣⁃*‹›»|/–\-]|[\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]\ufe0f?)\s*(?=[\w«\"“‘'(\[])"
    r"|>\s*(?=[\w«\"“(\[])|[+#o]\s+(?=[^\W_a-zA-Z]|[«\"“])"
    r"|\d{1,2}\s?[-.)](?!\d)\s*(?=[\w«\"“‘(])|[(\[]\d{1,2}[)\]]\s*(?=[\w«\"“])|\d{1,2}\s+(?=[^\W\d])"
)
_DIGIT: Final = re.compile(r"\d")
_STEM: Final = re.compile(r"\b(?:وال|بال|فال|كال|لل|ال|و)?(\w{3,5})\w*")
_TALK: Final = re.compile(
    r"[-–*]?\s?(?:س|ج|سؤال|جواب|السؤال|الجواب)\s?(?:\d{1,2}\s?)?[:：/–-]|[-–*]?\s?(?:س|ج)\s?\d{1,2}\s?[.)]"
    r"|(?:اولا|ثانيا|ثالثا|رابعا|خامسا|سادسا|سابعا|ثامنا|تاسعا|عاشرا|(?:ال)?ماده \(?\w+\)?)\s?[:–-]"
    r"|\d{1,3}(?:\s?\+\s?\d{1,2})?\s?['’′´`]|(?:د|ق|الدقيقه|دقيقه)\s?\(?\d{1,3}(?:\s?\+\s?\d{1,2})?\)?\s?[:：–-]"
)
"""What opens a line of an interview, of a decree or of a match told by its minutes: never a headline."""
_TALK_LETTERS: Final = frozenset("سجاثرختعمدق")
"""Letters with which such a line begins, if with a letter."""
_RELATIVE: Final = re.compile(r"\b(?:التي|الذي|الذين|اللذين|اللتين)\b")
"""Relative pronouns: sentences have them, headlines hardly ever."""
_SENTENCE_WITHIN: Final = re.compile(r"\w[»”\")]?\. \w")
"""A sentence that ends inside a line: a question closes a paragraph then, not a headline."""
LEAST_PROSE: Final = 28
"""Words after which a line is a paragraph whatever it looks like."""


@dataclass(slots=True, init=False)
class Part:
    """A stretch of the page that gets one label; `kind` and `rule` are set where a marker said what it is.

    `words` are those of its folded text, parted when first asked for, `size` their number. `prose` says that it is a
    paragraph, `firm` that its length or its last sign leave no doubt of that. `mark` is the length of its list mark,
    where the list it stands in tells more of it than the part itself.
    """

    start: int
    end: int
    fold: str
    gap: int
    kind: Kind | None
    rule: str
    joint: str
    known_words: list[str] | None
    size: int
    stop: str
    boiler: int
    prose: bool
    firm: bool
    label: Label | None
    article: int
    stems: list[str] | None
    mark: int | None
    sign: int | None
    digit: bool | None

    def __init__(self, start: int, end: int, fold: str, gap: int, boiler: int = 0) -> None:
        self.start, self.end, self.fold, self.gap = start, end, fold, gap
        self.known_words = words = fold.split()
        self.size = len(words)
        self.kind = self.label = self.stems = self.mark = self.sign = self.digit = None
        self.rule = self.joint = self.stop = ""
        self.prose = self.firm = False
        self.boiler, self.article = boiler, 0

    def again(self, shift: int, gap: int) -> Part:
        """Make a part as this one, just cut, `shift` characters further on; `gap` counts if this one has a gap."""
        made = _new(Part)
        made.start, made.end, made.fold = self.start + shift, self.end + shift, self.fold
        made.gap = gap if self.gap else 0
        made.known_words, made.size, made.stop = self.known_words, self.size, self.stop
        made.kind, made.rule, made.joint = self.kind, self.rule, self.joint
        made.prose, made.firm, made.boiler = self.prose, self.firm, self.boiler
        made.label = made.stems = made.mark = None
        made.article, made.sign, made.digit = 0, self.sign, self.digit
        return made

    @property
    def words(self) -> list[str]:
        """The words of the folded text; most paragraphs are never asked for them."""
        if self.known_words is None:
            self.known_words = self.fold.split()
        return self.known_words

    def say(self, label: Label, rule: str, article: int = 0) -> None:
        """Decide what the part is, and by which rule."""
        self.label, self.rule, self.article = label, rule, article


_new: Final = object.__new__


def even_part(start: int, end: int, fold: str, gap: int) -> Part:
    """Make the part of `fold`, whose words single blanks part: they are counted only."""
    made = _new(Part)
    made.start, made.end, made.fold, made.gap = start, end, fold, gap
    made.size = fold.count(" ") + 1
    made.known_words = made.kind = made.label = made.stems = made.mark = made.sign = made.digit = None
    made.rule = made.joint = made.stop = ""
    made.prose = made.firm = False
    made.boiler = made.article = 0
    return made


def part_within(text: str, part: Part, start: int, end: int) -> Part:
    """Make a part of what stands between two offsets of `part`, without the blanks around it."""
    raw = text[part.start + start : part.start + end]
    start += part.start + len(raw) - len(raw.lstrip())
    inner = raw.strip()
    if len(part.fold) == part.end - part.start:  # no mark was dropped from it
        fold = part.fold[start - part.start : start - part.start + len(inner)]
    else:
        fold = fold_layout(inner)
    return Part(start, start + len(inner), fold, part.gap if start == part.start else 0)


def look(part: Part) -> None:
    """Note what the form of `part` tells: its last sign, whether it is a paragraph."""
    fold, size = part.fold, part.size
    last = fold[-1:]
    if last in _QUOTES:
        last = fold.rstrip(_QUOTES)[-1:]
    part.stop = stop = last if last in ".!؟?…:،,؛" else ""
    if size >= LEAST_PROSE or (stop and _is_closed(fold, size, stop)):
        part.firm = part.prose = True
    else:
        talks = fold[:1] in _TALK_LETTERS or not fold[:1].isalpha()
        part.prose = (size > 0 and _reads_as_prose(part)) or (talks and _TALK.match(fold) is not None)


def _is_closed(fold: str, size: int, stop: str) -> bool:
    """Tell whether the last sign of a line makes a paragraph of it."""
    if stop == ".":
        return size >= 8 and not fold.endswith("..")
    if stop == "؟":
        return size >= 8 and _SENTENCE_WITHIN.search(fold) is not None
    return size >= 6 and stop in "،,"


def _reads_as_prose(part: Part) -> bool:
    """Tell whether a line without a full stop has the syntax of a sentence of news."""
    size, stop, words = part.size, part.stop, part.words
    least = 4 if stop == "." and not part.fold.endswith("..") else 12
    if size < least and stop != ":":  # as most headlines
        return False
    first = words[0].strip("\"“«'(*-• ")
    if size >= least and (is_reporting(first) or continues(words)):
        return True
    if stop == ":" and size >= (6 if is_reporting(first) else 10):
        return True
    if size >= 18 and _RELATIVE.search(part.fold):
        return True
    return size >= 15 and ("،" in part.fold or " ان " in f" {part.fold} ")


def bullet(part: Part) -> int:
    """Measure the list mark that the part begins with, in folded characters; 0 if there is none. Worked out once."""
    if part.sign is None:
        match = None if part.fold[:1].isalpha() and part.fold[:2] != "o " else _BULLET.match(part.fold)
        part.sign = match.end() if match else 0
    return part.sign


def has_digit(part: Part) -> bool:
    """Tell whether a digit stands in the part, of whichever script; worked out once."""
    if part.digit is None:
        part.digit = _DIGIT.search(part.fold) is not None
    return part.digit


def content(part: Part) -> list[str]:
    """List rough stems of the part's words of three letters and more; worked out once."""
    if part.stems is None:
        part.stems = stems(part.fold)
    return part.stems


def stems(folded: str) -> list[str]:
    """Cut each word of three letters and more to five letters without article and "and", so that its forms meet.

    >>> stems("والمفاوضات في مفاوضات")
    ['مفاوض', 'مفاوض']
    """
    return _STEM.findall(folded)
