"""The gate: the gold pages are many and varied, and clean and split read them as well as pinned."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from sada.evaluate_split import SplitEvaluation, evaluate_split, is_perfect
from sada.gold_page import read_gold_page
from schemas.spans import Label
from tests.script import load

GOLD = Path(__file__).parents[1] / "gold"
PAGES = sorted((GOLD / "pages").glob("*.page"))


@pytest.fixture(scope="module")
def pin() -> ModuleType:
    return load(GOLD / "pin.py")


@pytest.fixture(scope="module")
def evaluation() -> SplitEvaluation:
    return evaluate_split(GOLD / "pages", GOLD / "pages")


def test_the_corpus_is_wide() -> None:
    """At least sixty pages, twenty site families, and hard ones among them."""
    pages = [read_gold_page(path) for path in PAGES]
    assert len(pages) >= 60
    assert len({page.site for page in pages if page.site}) >= 20
    assert sum(page.hard for page in pages) >= 8


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_gold_page_is_annotated_throughout(path: Path) -> None:
    """Its stretches follow one another and leave nothing but white space between them."""
    page = read_gold_page(path)
    at = 0
    for stretch in page.stretches:
        assert page.raw[at : stretch.start].strip() == ""
        assert page.raw[stretch.start : stretch.end] == stretch.text
        at = stretch.end
    assert any(stretch.label is Label.BODY for stretch in page.stretches)


def test_the_floors_belong_to_these_pages(pin: ModuleType) -> None:
    """Pages changed, floors not: measure again with `python tests/gold/pin.py`."""
    assert pin.read_floors()["corpus"] == pin.corpus_hash()


def test_the_scores_stand_above_their_floors(pin: ModuleType, evaluation: SplitEvaluation) -> None:
    """No score has fallen below what was pinned; a floor is lowered only by `pin.py --lower REASON`."""
    floors = pin.read_floors()["floors"]
    means = evaluation.means
    fallen = {name: means[name] for name, floor in floors.items() if pin.is_worse(name, means[name], floor)}
    assert fallen == {}
    assert set(floors) == set(evaluation.means) - {"pages"}


def test_site_pages_are_read_perfectly(evaluation: SplitEvaluation) -> None:
    """The page that shows a site's rules is read without any fault."""
    sites = {page.name for page in map(read_gold_page, PAGES) if page.site}
    faulty = [score.name for score in evaluation.pages if score.name in sites and not is_perfect(score)]
    assert faulty == []


def test_floors_fall_only_with_a_reason(pin: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pinning refuses to lower a floor, unless it is told why; the reason stays written."""
    floors = tmp_path / "floors.json"
    floors.write_text('{"floors": {"body_f1": 1.5}}', encoding="utf-8")
    monkeypatch.setattr(pin, "FLOORS", floors)
    assert pin.main([]) == 1
    assert pin.read_floors()["floors"] == {"body_f1": 1.5}
    assert pin.main(["--lower", "the page was wrong"]) == 0
    assert pin.read_floors()["lowered"][0]["reason"] == "the page was wrong"
