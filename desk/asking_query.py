"""A `Query` in, the Elasticsearch query that it means out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from .query import Query
from .query_dates import read_days
from .query_terms import Atom, Clause, Field

Body = dict[str, Any]

STEMMED: Final = ("title^4", "keywords^2", "names^2", "body")
EXACT: Final = ("title.exact^4", "keywords.exact^2", "names.exact^2", "body.exact", "source.text", "dateline")
RELATED: Final = "related_headlines.text"
RELATED_WEIGHT: Final = 0.2
"""What only a link to another article says counts little."""
MOST_WORDS: Final = "2<75%"
"""Of one or two words all must be found, of more three quarters."""
NEARNESS: Final = 2.0
"""What words count that stand together, beside what they count by themselves."""
SLOP: Final = 4
"""Places that words may be moved and still stand together."""

ID_FORMS: Final = ("per:", "loc:", "org:")
"""How the id of a person, a place and an organisation begins."""

_ENTITIES: Final = {Field.PERSON: "persons", Field.PLACE: "places", Field.ORG: "organisations"}
_IDS: Final = {Field.STORY: ("story_id",), Field.HEADLINE: ("cluster_ids", "headline_ids"), Field.SITE: ("site",)}
_ASKING: Final = frozenset(
    (
        "من", "ما", "ماذا", "متى", "أين", "اين", "كيف", "هل", "لماذا", "لم", "كم", "أي", "اي", "ماهي", "ماهو", "هو",
        "هي", "الذي", "التي", "عن", "who", "what", "when", "where", "why", "how",
    )
)  # fmt: skip
"""Words that ask and tell nothing of what is asked for."""


def build_query(query: Query) -> Body:
    """Return what articles must answer. Only words and phrases weigh; filters and exclusions do not."""
    words = [clause.word for clause in query.clauses if clause.word]
    others = [clause for clause in query.clauses if not clause.word]
    parts: dict[str, list[Body]] = {"must": [], "should": [], "filter": [], "must_not": []}
    if words:
        parts["must"], parts["should"] = _words([word for word in words if word])
    for clause in others:
        place, body = _clause(clause)
        parts[place].append(body)
    filled = {place: bodies for place, bodies in parts.items() if bodies}
    return {"bool": filled} if filled else {"match_all": {}}


def weighs(query: Query) -> bool:
    """Tell whether anything in the question makes one article answer better than another."""
    return any(atom.field in (None, Field.TITLE) and not atom.negated for one in query.clauses for atom in one.atoms)


def _words(words: list[Atom]) -> tuple[list[Body], list[Body]]:
    """Return what words demand, and what makes an article that has them a better one."""
    whole = [word.text for word in words if not word.prefix]
    telling = [word for word in whole if word.lower() not in _ASKING] or whole
    must = [_anywhere(word.text) for word in words if word.prefix]
    if not telling:
        return must, []
    text = " ".join(telling)
    must.insert(0, {"bool": {"should": [_combined(text, STEMMED), _combined(text, EXACT), _links(text)]}})
    return must, [] if len(telling) == 1 else [_near(text)]


def _combined(text: str, fields: Iterable[str]) -> Body:
    # A name of several words may be printed in several places: its words need not stand together.
    loose = {"minimum_should_match": MOST_WORDS, "auto_generate_synonyms_phrase_query": False}
    return {"combined_fields": {"query": text, "fields": list(fields)} | loose}


def _links(text: str) -> Body:
    return {"match": {RELATED: {"query": text, "minimum_should_match": MOST_WORDS, "boost": RELATED_WEIGHT}}}


def _near(text: str) -> Body:
    fields = ["title.exact^2", "body.exact"]
    return {"multi_match": {"query": text, "type": "phrase", "slop": SLOP, "fields": fields, "boost": NEARNESS}}


def _anywhere(beginning: str) -> Body:
    """Return the query for words that begin so, with the article before them or not."""
    bare = beginning.removeprefix("ال")
    forms = dict.fromkeys((beginning, bare if len(bare) > 1 else beginning, f"ال{bare}"))
    fields = list(EXACT)
    return {"bool": {"should": [{"multi_match": {"query": f, "type": "bool_prefix", "fields": fields}} for f in forms]}}


def _clause(clause: Clause) -> tuple[str, Body]:
    """Return the place of a clause in a bool query, and its body."""
    (first, *others) = clause.atoms
    if not others:
        weighty = first.field in (None, Field.TITLE)
        return ("must_not" if first.negated else "must" if weighty else "filter"), _atom(first)
    bodies = [{"bool": {"must_not": [_atom(atom)]}} if atom.negated else _atom(atom) for atom in clause.atoms]
    return "must", {"bool": {"should": bodies, "minimum_should_match": 1}}


def _atom(atom: Atom) -> Body:
    if atom.field is None:
        return _text(atom)
    if atom.field in _READERS:
        return _READERS[atom.field](atom)
    return _any_of([{"term": {name: atom.text}} for name in _IDS[atom.field]])


def _text(atom: Atom) -> Body:
    if atom.phrase:
        fields = [*EXACT, f"{RELATED}.exact^{RELATED_WEIGHT}"]
        return {"multi_match": {"query": atom.text, "type": "phrase", "fields": fields}}
    if atom.prefix:
        return _anywhere(atom.text)
    return _any_of([_combined(atom.text, STEMMED), _combined(atom.text, EXACT), _links(atom.text)])


def _title(atom: Atom) -> Body:
    if atom.phrase:
        return {"match_phrase": {"title.exact": atom.text}}
    return _any_of([{"match": {name: {"query": atom.text, "operator": "and"}}} for name in ("title", "title.exact")])


def _printed(whole: str, words: str, atom: Atom) -> Body:
    return {"term": {whole: atom.text}} if atom.exact else {"match_phrase": {words: atom.text}}


def _entity(atom: Atom) -> Body:
    """Look for an id, for the whole canonical name, or for words of the name in any of its known spellings."""
    field = _ENTITIES[atom.field or Field.PERSON]
    if atom.text.startswith(ID_FORMS):
        return {"term": {"entity_ids": atom.text}}
    if atom.exact:
        return {"term": {field: atom.text}}
    return _any_of([{"match_phrase": {f"{field}.text": atom.text}}, {"term": {field: atom.text}}])


def _dates(atom: Atom) -> Body:
    days = read_days(atom.text)
    bounds = {}
    if days and days.since:
        bounds["gte"] = days.since.isoformat()
    if days and days.until:
        late = days.until.year == 9999
        bounds |= {"lte": days.until.isoformat()} if late else {"lt": (days.until + timedelta(days=1)).isoformat()}
    return {"range": {"published": bounds}}


_READERS: Final[dict[Field, Callable[[Atom], Body]]] = {
    **dict.fromkeys(_ENTITIES, _entity),
    Field.DATE: _dates,
    Field.TITLE: _title,
    Field.COUNTRY: lambda atom: {"term": {"countries": atom.text.upper()}},
    Field.SOURCE: lambda atom: _printed("source", "source.text", atom),
    Field.KEYWORD: lambda atom: _printed("keywords.keyword", "keywords", atom),
}


def _any_of(bodies: list[Body]) -> Body:
    return bodies[0] if len(bodies) == 1 else {"bool": {"should": bodies, "minimum_should_match": 1}}
