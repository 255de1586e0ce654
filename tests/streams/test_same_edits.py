"""Headlines edited by rule: what pages do to a headline leaves it the same, one changed fact makes it another."""

import json
import random
import re
from pathlib import Path

import pytest

from streams.text.affixes import strip_affixes
from streams.text.fold import headline_key
from streams.text.lexicon import rows
from streams.text.same import same
from streams.text.same_words import analyse

TEXTS = sorted(
    {
        text
        for line in (Path(__file__).parent.parent / "data" / "headline_pairs.jsonl").read_text("utf-8").splitlines()
        for text in (json.loads(line)["a"], json.loads(line)["b"])
        if len(text.split()) >= 5 and not re.search(r"…|\.\.\.|\d{4}$", text)
    }
)
FLIPS = {
    "ينفي": "يؤكد",
    "تنفي": "تؤكد",
    "ترفض": "تقبل",
    "يرفض": "يقبل",
    "ارتفاع": "انخفاض",
    "شمال": "جنوب",
    "يرتفع": "ينخفض",
    "مقتل": "إصابة",
    "وصول": "مغادرة",
    "يصل": "يغادر",
    "بدء": "انتهاء",
    "افتتاح": "إغلاق",
    "يعلن": "ينفي",
    "تعلن": "تنفي",
    "رفع": "خفض",
}


def spelled_loosely(text):
    """Drop hamzas and dots as hurried typists do."""
    return re.sub(r"ي\b", "ى", re.sub(r"ة\b", "ه", re.sub("[أإآ]", "ا", text)))


def cut_inside_a_word(text):
    """Cut as a list of headlines does, at a letter count."""
    return text[: max(24, int(len(text) * 0.75))].rstrip() + "…"


def cut_after_a_word(text):
    """Cut at a word, with dots."""
    words = text.split()
    return " ".join(words[: max(4, len(words) - 2)]) + " ..."


EDITS = {
    "spelling": spelled_loosely,
    "prefix": lambda text: f"عاجل | {text}",
    "video": lambda text: f"بالفيديو.. {text}",
    "site": lambda text: f"{text} - الجزيرة نت",
    "paper": lambda text: f"{text} | صحيفة الساحل",
    "date": lambda text: f"{text} 20 أبريل 2025 - 11:04 مساءً",
    "digits": lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "quotes": lambda text: re.sub(r"[«»\"“”]", "", text),
    "entities": lambda text: text.replace('"', "&quot;").replace("«", "&#171;").replace("»", "&#187;"),
    "tatweel": lambda text: re.sub("([بتسشعق])(?=[ا-ي])", r"\1ـ", text),
    "cut inside a word": cut_inside_a_word,
    "cut after a word": cut_after_a_word,
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_pages_do_to_a_headline_leaves_it_the_same(edit):
    """Every headline of our pairs is itself after each of these edits."""
    missed = [text for text in TEXTS if not same(text, EDITS[edit](text)).same]
    assert missed == []


def another_number(text, chance):
    """Change the first number of the headline itself, not of the site (`فرانس 24`)."""
    text = strip_affixes(text)
    found = re.search(r"(?<!\d)\d{1,4}(?!\d)", text)
    return found and f"{text[: found.start()]}{int(found[0]) + chance.choice([1, 3, 10])}{text[found.end() :]}"


def another_name(text, chance):
    """Put another person or place for one that stands alone as a word."""
    for word in analyse(headline_key(text)).words:
        if word.name and word.name.startswith(("per:", "loc:")) and word.text in text.split():
            file = "people.tsv" if word.name.startswith("per:") else "places.tsv"
            other = chance.choice([row[1] for row in rows(file)])
            holds = word.text in other.split()  # the south of a country may be said for it
            if analyse(headline_key(other)).words[0].name != word.name and not holds:
                return text.replace(word.text, other, 1)
    return None


def opposite(text, chance):
    """Turn a word into its opposite."""
    words = text.split()
    places = [place for place, word in enumerate(words) if word in FLIPS]
    if not places:
        return None
    at = chance.choice(places)
    return " ".join([*words[:at], FLIPS[words[at]], *words[at + 1 :]])


def denied(text, chance):
    """Deny the first verb."""
    words = text.split()
    at = next((place for place, word in enumerate(words) if re.fullmatch(r"[يت]\w{3,}", word)), None)
    if at is None or any(word.lstrip("و") in {"لا", "لم", "لن", "غير", "دون"} for word in words):
        return None
    return " ".join([*words[:at], "لا", *words[at:]])


@pytest.mark.parametrize("change", [another_number, another_name, opposite, denied])
def test_one_changed_fact_makes_another_headline(change):
    """Another number, name, claim or a denial is seen in every headline, however long."""
    chance = random.Random(7)
    changed = [(text, other) for text in TEXTS if (other := change(text, chance)) and other != text]
    assert len(changed) >= 20
    assert [pair for pair in changed if same(*pair).same] == []
