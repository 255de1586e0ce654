"""Rule files: valid, each with a page that shows it, recognised from the text alone, read again when they change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sada.gold_page import read_gold_page
from streams.text.markers import finder_of
from streams.text.recognise import recognise
from streams.text.sites import GENERIC, SITES, FreshRules, SiteRuleError, fold_phrase, load_rules

PAGES = Path(__file__).parents[1] / "gold" / "pages"
FIXTURES = {page.name: page for page in map(read_gold_page, sorted(PAGES.glob("*.page"))) if page.site}
SITES_KNOWN = sorted(set(load_rules().sites) - {GENERIC})


@pytest.mark.parametrize("site", SITES_KNOWN)
def test_each_site_has_a_page(site: str) -> None:
    """No rule file without a page that shows what its site prints."""
    assert any(page.site == site for page in FIXTURES.values()), f"write tests/gold/pages/{site}.page"


@pytest.mark.parametrize("name", FIXTURES)
def test_a_site_is_recognised_from_its_text(name: str) -> None:
    """The page names its site by its own words, without an address."""
    assert recognise(FIXTURES[name].raw, load_rules()) == FIXTURES[name].site


def test_a_page_of_no_known_site_is_generic() -> None:
    """A page without signs, or with one of two sites each, is read by the generic rules."""
    assert recognise("قال الوزير إن العمل مستمر.", load_rules()) == GENERIC
    assert recognise("", load_rules()) == GENERIC


def test_there_are_at_least_twenty_site_families() -> None:
    """The rule files cover the families that the project promises."""
    assert len(SITES_KNOWN) >= 20


HEAD = 'id = "broken"\nname = "x"\nversion = 1\n'
RULE = HEAD + '[[rules]]\nid = "a"\nmatch = "line"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = ", "Invalid"),
        (HEAD + 'colour = "red"', "colour"),
        (HEAD.replace("broken", "other"), "other"),
        (RULE + 'kind = "nonsense"\nphrases = ["x"]', "kind"),
        (RULE + 'kind = "share"\nphrases = []', "phrases"),
    ],
)
def test_a_broken_rule_file_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    """The error names the file and what is wrong in it."""
    shutil.copy(SITES / "generic.toml", tmp_path)
    (tmp_path / "broken.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SiteRuleError, match=f"broken.toml(.|\n)*{says}"):
        load_rules(tmp_path)


def test_rules_need_the_generic_ones(tmp_path: Path) -> None:
    """A folder without generic.toml is refused."""
    with pytest.raises(SiteRuleError, match="generic"):
        load_rules(tmp_path)


def test_changed_files_are_read_again(tmp_path: Path) -> None:
    """A rule added while the line runs counts from the next load on, under a new version."""
    shutil.copy(SITES / "generic.toml", tmp_path)
    before = load_rules(tmp_path)
    assert load_rules(tmp_path) is before
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\nname = "موقعي"\nversion = 1\nsigns = ["موقعي الجديد"]\n'
        '[[rules]]\nid = "box"\nkind = "related"\nmatch = "line"\nphrases = ["ومن عندنا"]\n',
        encoding="utf-8",
    )
    after = load_rules(tmp_path)
    assert after.version != before.version
    assert recognise("خبر من موقعي الجديد", after) == "mine"
    found = finder_of(after, "mine").line(fold_phrase("ومن عندنا:"))
    assert found is not None
    assert found.rule == "mine.box"


def test_a_site_rule_wins_over_a_generic_one() -> None:
    """Words that both the site and the generic rules know are read as the site prints them."""
    found = finder_of(load_rules(), "rt").line(fold_phrase("إقرأ المزيد"))
    assert found is not None
    assert found.rule == "rt.read-on"


def test_a_dated_rule_counts_for_pages_of_its_years() -> None:
    """What a site printed until 2014 is no marker on a later page, and one without a date keeps all rules."""
    rules = load_rules()
    pages = ("30/05/2009", "27 ابريل 2025", "")
    found = [finder_of(rules, "cnn", text).line(fold_phrase("روابط ذات علاقة")) for text in pages]
    assert [one and one.rule for one in found] == ["cnn.links", "generic.related-list", "cnn.links"]


def test_a_running_line_follows_its_files(tmp_path: Path) -> None:
    """Changed files count after some pages, and a broken one leaves the last good rules in force."""
    shutil.copy(SITES / "generic.toml", tmp_path)
    rules = FreshRules(tmp_path, every=3)
    first = rules()
    (tmp_path / "mine.toml").write_text('id = "mine"\nname = "موقعي"\nversion = 1\n', encoding="utf-8")
    assert [set(rules().sites) for _ in range(2)] == [{GENERIC}, {GENERIC, "mine"}]
    (tmp_path / "broken.toml").write_text("id = ", encoding="utf-8")
    assert [rules().version for _ in range(3)][-1] != first.version
    assert set(rules().sites) == {GENERIC, "mine"}
