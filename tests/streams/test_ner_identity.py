"""Who is meant: short names, two persons of one name, unknown names, places with their country."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas import Entity, EntityKind
from streams.text.ner import Tagger, load_tagger
from streams.text.ner.gazetteer import GazetteerError, load_gazetteer, read_aliases
from streams.text.ner.identity import Mention, identify


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """Load the shipped tagger once."""
    return load_tagger()


def _person(name: str, start: int) -> Mention:
    return Mention(name, EntityKind.PERSON, start, start + len(name), name)


def _of(entities: tuple[Entity, ...], text: str) -> list[str]:
    return [entity.entity_id for entity in entities if entity.text == text]


def test_a_last_name_is_the_person_named_in_full(tagger: Tagger) -> None:
    """A last name alone gets the id and the full name of the article's person."""
    found = tagger.find("قال الوزير سامي الجندي إن العمل بدأ. وأضاف الجندي أن الوزارة مستعدة.")
    full, short = [entity for entity in found if entity.kind is EntityKind.PERSON]
    assert (full.text, short.text) == ("سامي الجندي", "الجندي")
    assert full.entity_id == short.entity_id
    assert short.name == "سامي الجندي"


def test_two_persons_with_one_last_name_stay_two() -> None:
    """Full names differ, so ids differ; the short name is the one named last before it."""
    mentions = [_person("سامي الجندي", 0), _person("ليلى الجندي", 20), _person("الجندي", 40)]
    first, second, short = identify(mentions)
    assert first.entity_id != second.entity_id
    assert short == second


def test_unknown_names_have_one_id_in_all_spellings() -> None:
    """The id of an unknown name comes from its folded form."""
    one, other = identify([_person("أحمد عبد الفتّاح", 0)]) + identify([_person("احمد عبدالفتاح", 0)])
    assert one.entity_id == other.entity_id
    assert one.entity_id.startswith("per:~")


def test_places_carry_their_country(tagger: Tagger) -> None:
    """A country is its own, a city carries that of its country."""
    found = {entity.text: entity for entity in tagger.find("سافر من موسكو إلى فرنسا")}
    assert (found["موسكو"].entity_id, found["موسكو"].country) == ("loc:moscow", "RU")
    assert (found["فرنسا"].entity_id, found["فرنسا"].country, found["فرنسا"].name_en) == ("loc:FR", "FR", "France")


def test_a_doubtful_short_name_needs_evidence(tagger: Tagger) -> None:
    """`سعيد` is a word; behind the full name it is the president."""
    assert _of(tagger.find("كان الطفل سعيد الحظ في ذلك اليوم"), "سعيد") == []
    found = tagger.find("قال الرئيس قيس سعيد إن تونس بخير. وأكد سعيد ذلك.")
    assert _of(found, "سعيد") == ["per:kais-saied"]


def test_the_english_name_and_canonical_name(tagger: Tagger) -> None:
    """Every spelling carries the canonical Arabic and the English name."""
    (entity,) = tagger.find("ترمب")
    assert (entity.name, entity.name_en) == ("دونالد ترامب", "Donald Trump")


def test_a_bad_row_is_refused_with_its_file(tmp_path: Path) -> None:
    """A list with an id of another kind says which file and what it found."""
    (tmp_path / "people.tsv").write_text("loc:x\tاسم\tName\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"people\.tsv"):
        list(read_aliases(tmp_path / "people.tsv", EntityKind.PERSON))


def test_every_id_of_the_lists_is_unique() -> None:
    """No two rows of the shipped lists share an id with another name."""
    names: dict[str, set[str]] = {}
    for alias in load_gazetteer().by_key.values():
        names.setdefault(alias.known.entity_id, set()).add(alias.known.name_en)
    assert {entity_id for entity_id, english in names.items() if len(english) > 1} == set()
