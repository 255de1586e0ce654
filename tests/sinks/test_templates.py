"""The mappings as files, as templates and, on the real server, as indices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch  # noqa: TID251 - the test looks at the index

from schemas.indices import ARTICLES, HEADLINES, INDICES, Index
from schemas.settings import Settings
from sinks.client import Cluster, connect
from sinks.templates import analysis_template, ensure, index_template, read_rules, search_analysis
from tests.sinks.line import drop_indices
from training.search_names import TARGET, build

STOCK_FILTERS = {"lowercase", "decimal_digit", "persian_normalization", "arabic_normalization", "arabic_stem"}


SHORT = {"role", "kind", "stage", "reason", "articles", "title_of", "supersedes", "members", "member", "cluster"}


def fields(mapping: Any) -> Iterator[tuple[str, Any]]:
    """Yield every field of `mapping` with its name, sub-fields and nested ones too."""
    for name, field in mapping.get("properties", {}).items():
        yield name, field
        yield from fields(field)
        yield from field.get("fields", {}).items()


@pytest.mark.parametrize("index", INDICES)
def test_template_follows_the_settings(index: Index) -> None:
    """Prefix, shards and replicas come from the settings, all else from the file."""
    template = index_template(index, Settings(_env_file=None, index_prefix="akhbar", shards=3, index_replicas=2))
    assert template["index_patterns"] == [f"akhbar-{index.name}-v*"]
    assert template["composed_of"] == ["akhbar-analysis"]
    settings = template["template"]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == (3, 2)
    assert settings["refresh_interval"] == "1s"


@pytest.mark.parametrize("index", INDICES)
def test_no_value_is_too_long_for_its_field(index: Index) -> None:
    """Keyword fields of outside text skip what Lucene would refuse; ids and enums are short by themselves."""
    mapping = index_template(index, Settings(_env_file=None))["template"]["mappings"]
    for name, field in fields(mapping):
        if field.get("type") == "keyword" and not name.endswith(("_id", "_ids")) and name not in SHORT:
            assert field["ignore_above"] == 8191, name


def test_analysis_uses_stock_parts_alone() -> None:
    """Any stock cluster has the parts of our analysis under these names."""
    analysis = analysis_template()["template"]["settings"]["analysis"]
    asking = search_analysis()
    analyzers, filters = analysis["analyzer"] | asking["analyzer"], analysis["filter"] | asking["filter"]
    used = {name for analyzer in analyzers.values() for name in analyzer["filter"]}
    assert used <= STOCK_FILTERS | set(filters)
    types = {part["type"] for part in filters.values()}
    assert types == {"stop", "synonym_graph", "pattern_replace", "pattern_capture"}
    assert {analyzer["tokenizer"] for analyzer in analyzers.values()} == {"standard"}


@pytest.mark.parametrize("name", ["synonym_words", "synonym_names"])
def test_synonyms_are_sets_of_forms(name: str) -> None:
    """Each rule is two forms or more, none of them empty or said twice; only a few lead one way."""
    rules = read_rules(name)
    assert len(rules) > 100
    for rule in rules:
        forms = [form.strip() for form in re.split(r",|=>", rule)]
        assert len(forms) > 1, rule
        assert all(forms), rule
        assert "=>" in rule or len(set(forms)) == len(forms), rule


def test_names_are_those_of_the_gazetteer() -> None:
    """The file of names is what training/search_names.py makes of streams/lexicon today."""
    assert TARGET.read_text(encoding="utf-8") == build(), "run python -m training.search_names"


@pytest.fixture
def cluster(settings: Callable[..., Settings]) -> Iterator[tuple[Settings, Elasticsearch, Cluster]]:
    """A prefix of its own on the real server, its client and our view of it."""
    made = settings()
    with connect(made) as client:
        yield made, client, Cluster(client)
    drop_indices(made)


@pytest.mark.servers
def test_setting_up_twice_changes_nothing(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """Templates, indices and aliases stand after the first time and are left alone the second."""
    settings, client, ours = cluster
    ensure(ours, settings)
    names = [index.alias(settings.index_prefix) for index in INDICES]
    before = {name: client.indices.get(index=name).body for name in names}
    ensure(ours, settings)
    assert {name: client.indices.get(index=name).body for name in names} == before
    for index in INDICES:
        (found,) = before[index.alias(settings.index_prefix)]
        assert found == index.versioned(settings.index_prefix)


@pytest.mark.servers
def test_alias_that_was_taken_off_is_put_back(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """An index without its alias gets it again."""
    settings, client, ours = cluster
    ensure(ours, settings)
    name, alias = ARTICLES.versioned(settings.index_prefix), ARTICLES.alias(settings.index_prefix)
    client.indices.delete_alias(index=name, name=alias)
    ensure(ours, settings)
    assert client.indices.get_alias(name=alias)[name]["aliases"][alias] == {"is_write_index": True}


@pytest.mark.servers
def test_index_in_the_place_of_the_alias_is_said_clearly(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """An index that someone made under the alias's name is not written to; the error names it."""
    settings, client, ours = cluster
    alias = HEADLINES.alias(settings.index_prefix)
    client.indices.create(index=alias)
    with pytest.raises(ValueError, match=alias):
        ensure(ours, settings)
    client.indices.delete(index=alias)


ANALYSED = [
    ("sada_stemmed", "الرئيس", ["رئيس"]),
    ("sada_stemmed", "والرئيس", ["رئيس"]),
    ("sada_stemmed", "مشروعا", ["مشروع"]),
    ("sada_stemmed", "الأمريكي أمريكا", ["امريك", "امريك"]),
    ("sada_stemmed", "بأمراض", ["بامراض", "امراض"]),
    ("sada_stemmed", "من وزارة الخارجية", ["زار", "خارج"]),
    ("sada_exact", "أمريكا", ["امريكا"]),
    ("sada_exact", "الاستراتیجی", ["الاستراتيجي"]),
    ("sada_exact", "مُحَمَّد", ["محمد"]),
    ("sada_exact", "محـــمد", ["محمد"]),
    ("sada_exact", "القدس القديمة", ["القدس", "القديمه"]),
    ("sada_exact", "٢٠٢٥", ["2025"]),
    ("sada_exact", "كتب Kafka", ["كتب", "kafka"]),
]


@pytest.mark.servers
def test_arabic_is_analysed_as_meant(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """Spelling is folded in both analyses; stems, clitics, accusatives and stop words are seen through in one alone."""
    settings, client, ours = cluster
    ensure(ours, settings)
    for analyzer, text, tokens in ANALYSED:
        answer = client.indices.analyze(index=ARTICLES.alias(settings.index_prefix), analyzer=analyzer, text=text)
        assert [token["token"] for token in answer["tokens"]] == tokens, (analyzer, text)


@pytest.mark.servers
def test_index_from_before_synonyms_takes_new_fields(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """An index that does not know how questions are analysed keeps working and gets the other new fields."""
    settings, client, ours = cluster
    name, alias = ARTICLES.versioned(settings.index_prefix), ARTICLES.alias(settings.index_prefix)
    analysis = analysis_template()["template"]["settings"]
    old = {"properties": {"title": {"type": "text", "analyzer": "sada_stemmed"}, "persons": {"type": "keyword"}}}
    client.indices.create(index=name, settings=analysis, mappings=old, aliases={alias: {"is_write_index": True}})
    ensure(ours, settings)
    fields = client.indices.get_mapping(index=name).body[name]["mappings"]["properties"]
    assert "search_analyzer" not in fields["title"]
    assert fields["title"]["fields"]["exact"]["type"] == "text"
    assert fields["story_id"]["type"] == "keyword"


@pytest.mark.servers
def test_questions_know_synonyms(cluster: tuple[Settings, Elasticsearch, Cluster]) -> None:
    """A question is analysed to the words that an article may print instead."""
    settings, client, ours = cluster
    ensure(ours, settings)
    printed = {"ترمب": "ترامب", "وزراء": "زير", "جوجل": "غوغل", "NATO": "ناتو", "أسعار": "سعر", "لقاء": "اجتماع"}
    for typed, found in printed.items():
        told = client.indices.analyze(index=ARTICLES.alias(settings.index_prefix), analyzer="sada_search", text=typed)
        assert found in {token["token"] for token in told["tokens"]}, typed
