"""Stories of our own enter; pairs of articles leave, copies and others: tests/data/story_pairs.jsonl.

`python -m training.story_pairs` makes copies of each story by rule, as sites do, and sets it beside its own update and
another story on the topic, which are written by hand, and those beside copies of one another.
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

DATA = Path(__file__).parents[1] / "tests" / "data"
INTROS = (
    "تابع آخر الأخبار على قناتنا في تليغرام لحظة بلحظة.",
    "خاص - نشر في القسم الدولي من موقعنا، ويمكنكم الاطلاع على بقية التقارير من الصفحة الرئيسة.",
    "كتب مراسلنا لشؤون المنطقة نقلا عن وكالات الأنباء ما يأتي:",
)
SIGNATURES = ("المصدر: وكالات", "(أ ف ب)", "الأناضول - رويترز", "تحرير: قسم الأخبار، مراجعة: هيئة التحرير")
DATELINES = ("العاصمة - وكالات:", "(رويترز) -", "خاص الموقع -")
EDITS = {
    "وقال": "وذكر", "وأضافت": "وتابعت", "وأفاد": "وقال", "أعلنت": "كشفت", "بحسب": "وفق", "أكثر من": "ما يزيد على",
    "بسبب": "نتيجة", "خلال": "في أثناء", "وأوضحت": "وبينت", "إثر": "عقب", "بعدما": "بعد أن", "نحو": "قرابة",
    "كثير من": "عدد كبير من", "قرب": "بالقرب من", "مساء": "ليل", "صباح": "فجر", "وروى": "وحكى", "ويرى": "ويعتقد",
    "وكشف": "وأظهر", "حذرت": "نبهت", "أيضا": "كذلك", "عشرات": "العشرات من",
}  # fmt: skip
"""What an editor's hand changes without changing the news."""
Change = Callable[[list[str], random.Random], list[str]]


def _signed(text: list[str], chance: random.Random) -> list[str]:
    return [f"{chance.choice(DATELINES)} {text[0]}", *text[1:], chance.choice(SIGNATURES)]


def _introduced(text: list[str], chance: random.Random) -> list[str]:
    return [chance.choice(INTROS), *text]


def _cut(text: list[str], chance: random.Random) -> list[str]:
    words = " ".join(text).split()
    return [" ".join(words[: int(len(words) * chance.uniform(0.45, 0.75))]) + "..."]


def _edited(text: list[str], _: random.Random) -> list[str]:
    for said, instead in EDITS.items():
        text = [line.replace(f" {said} ", f" {instead} ").replace(f"{said} ", f"{instead} ", 1) for line in text]
    return text


def _respelled(text: list[str], _: random.Random) -> list[str]:
    return [line.translate(str.maketrans("أإآىة0123456789", "ااايه٠١٢٣٤٥٦٧٨٩")) for line in text]


def _trimmed(text: list[str], chance: random.Random) -> list[str]:
    """Leave out the end of each long sentence but the first, as a short-news page does."""
    return [
        text[0],
        *(line[: line.rindex("،")] + "." if "،" in line and chance.random() < 0.5 else line for line in text[1:]),
    ]


COPIES: dict[str, tuple[Change, ...]] = {
    "another signature": (_signed,),
    "a line before": (_introduced,),
    "cut off": (_cut,),
    "edited": (_edited,),
    "edited and cut off": (_edited, _cut),
    "a line before, respelled and signed": (_introduced, _respelled, _signed),
    "trimmed": (_trimmed,),
    "edited, a line before, signed": (_edited, _introduced, _signed),
}


def pairs() -> Iterator[dict[str, object]]:
    """Make the pairs, stories in turn for tuning (`part` a) and kept from it (b)."""
    stories = tomllib.loads((DATA / "story_texts.toml").read_text(encoding="utf-8"))["story"]
    chance = random.Random(4)
    for number, story in enumerate(stories):
        body, other = story["body"], story["other"]
        update = [body[int(line[1]) - 1] if line[0] == "{" else line for line in story["update"]]
        rest = stories[(number + 1) % len(stories)]["body"]
        part, name = "ab"[number % 2], story["name"]
        for kind, changes in COPIES.items():
            copy = body
            for change in changes:
                copy = change(copy, chance)
            yield _row(f"{name}: {kind}", body, copy, True, part)
        yield _row(f"{name}: update", body, update, False, part)
        yield _row(f"{name}: update, copied", _introduced(body, chance), _signed(update, chance), False, part)
        yield _row(f"{name}: update, edited", _edited(body, chance), update, False, part)
        yield _row(f"{name}: update, respelled", _respelled(body, chance), update, False, part)
        yield _row(f"{name}: update, all but the first paragraph as before", body, [update[0], *body[1:]], False, part)
        yield _row(f"{name}: copy of the update", update, _signed(_introduced(update, chance), chance), True, part)
        yield _row(f"{name}: another on the topic", body, other, False, part)
        yield _row(f"{name}: another on the topic, background shared", body, [*other, body[3]], False, part)
        yield _row(f"{name}: another topic", _signed(body, chance), _signed(rest, chance), False, part)


def _row(name: str, a: list[str], b: list[str], same: bool, part: str) -> dict[str, object]:
    return {"id": name, "a": "\n".join(a), "b": "\n".join(b), "same": same, "part": part}


def main() -> int:
    """Write the pairs."""
    made = list(pairs())
    (DATA / "story_pairs.jsonl").write_bytes(
        b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in made)
    )
    print(f"{len(made)} pairs, {sum(bool(row['same']) for row in made)} the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
