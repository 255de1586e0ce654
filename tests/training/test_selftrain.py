"""Self-training: what pages are about, which names are surely in them, and how they correct a tagged sentence."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from training.data import LABELS
from training.distant import Told, told
from training.harvest import kind_of, pages
from training.selftrain import corrected

PAGES = """<doc id="1" title="سمير الحلاق (ممثل)" url="">
سمير الحلاق (1950 - 2010) هو ممثل مسرحي معروف في بلده.
وقف الحلاق أمام الجمهور أول مرة في مسرح المدينة القديم. ثم سافر مع سمير الحلاق أخوه الأصغر إلى نادي الفجر الرياضي.
<doc id="2" title="نادي الفجر" url="">
نادي الفجر هو نادي رياضي تأسس قبل نصف قرن.
<doc id="3" title="ملح" url="">
الملح هو مادة بيضاء تستعمل في الطعام كل يوم.
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write three pages as a corpus."""
    path = tmp_path / "wiki.txt.xz"
    path.write_bytes(lzma.compress(PAGES.encode()))
    return path


def test_pages_say_what_they_are_about(corpus: Path) -> None:
    """A title loses its brackets; a page about a thing has no kind."""
    assert [(page.kind, page.name) for page in pages(corpus)] == [
        ("PER", ("سمير", "الحلاق")),
        ("ORG", ("نادي", "الفجر")),
        (None, ("ملح",)),
    ]


@pytest.mark.parametrize(
    ("title", "line", "kind"),
    [
        ("قائمة الملوك", "قائمة الملوك هي قائمة كل ملك حكم", None),
        ("ليلى", "ليلى فيلم أنتجته ممثلة", None),
        ("وادي الورد", "وادي الورد منطقة جبلية", "LOC"),
        ("ملك", "ملك هو لقب أمير", None),
    ],
)
def test_the_first_word_that_defines_decides(title: str, line: str, kind: str | None) -> None:
    """Lists, films and words that only define are no names."""
    assert kind_of(title, line) == kind


def test_sure_names_are_found_with_clitics_and_by_last_name(corpus: Path) -> None:
    """A person's page knows the last name alone; every page knows names of several words."""
    found = {
        " ".join(sentence.words[first:end]): kind
        for sentence in told(corpus, [("places", ("المدينه", "القديم"))], {"في": 0})
        for first, end, kind in sentence.names
    }
    assert found == {"سمير الحلاق": "PER", "الحلاق": "PER", "نادي الفجر": "ORG", "المدينة القديم": "LOC"}


def test_a_sure_name_replaces_what_overlaps_it() -> None:
    """A shorter or other name gives way; a longer one and MISC stay."""
    b_per, b_loc, i_loc, b_misc = (LABELS.index(label) for label in ("B-PER", "B-LOC", "I-LOC", "B-MISC"))
    told_names = Told(["أ"] * 7, [(1, 3, "PER"), (4, 5, "LOC"), (6, 7, "PER")]).names
    labels = [0, b_loc, 0, 0, b_loc, i_loc, b_misc]
    assert corrected(labels, told_names) == [0, b_per, b_per + 1, 0, b_loc, i_loc, b_misc]
