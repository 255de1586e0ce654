"""The table of targets: each parser of outside input, what its answers must be, and inputs to begin with."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from .engine import Check, Target


def require(holds: object, what: str) -> None:
    """Find fault with an answer; unlike `assert` also where Python runs optimised."""
    if not holds:
        raise ValueError(what)


def _pages() -> Sequence[bytes]:
    from bench.reading import own_pages

    return [page.encode() for page in own_pages()]


def _files() -> Sequence[bytes]:
    pages = _pages()[:8]
    packed = [b"\x01" + gzip.compress(page) for page in pages[:3]]
    codecs = ("utf-8", "cp1256", "iso8859_6", "utf-16", "utf-16-le", "utf-8-sig", "mac_arabic")
    return [*packed, *(b"\x00" + page.decode().encode(codec, "ignore") for page in pages for codec in codecs)]


def _file() -> Check:
    """A file's bytes: an article whose message can travel, or a named refusal."""
    from producers.folder import Signature
    from producers.messages import Spread, raw_article
    from producers.reading import _NoPage, _page
    from schemas import RawArticle, Settings, decode, encode

    settings, seen, now = Settings(_env_file=None), Signature(1, 1, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)

    def check(data: bytes) -> None:
        name = "page.txt.gz" if data[:1] == b"\x01" else "page.txt"
        try:
            found = _page(name, seen, data[1:], settings)
        except _NoPage as error:
            require(error.reason and str(error), "a refusal without a reason")
            return
        raw = raw_article(found, Spread([name], 1, 1), now)
        require(decode(RawArticle, encode(raw)) == raw, "the message says something else")

    return check


def _clean() -> Check:
    """A page: every character in exactly one span, or no article in it."""
    from bench.reading import raw, rules
    from streams.stages.clean import clean
    from streams.stages.errors import StageError

    def check(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        try:
            page = clean(raw(text), rules())
        except StageError:
            return
        require("".join(text[span.start : span.end] for span in page.spans) == text, "a character in no span or two")

    return check


def _split() -> Check:
    """A page taken apart and tagged: articles that can travel, entities where they say they stand."""
    from bench.reading import raw, rules
    from schemas import EnrichedArticle, decode, encode
    from sinks.documents import article_document
    from streams.stages.clean import clean
    from streams.stages.errors import StageError
    from streams.stages.split import split, tellings
    from streams.stages.tag import tag
    from streams.text.ner import load_tagger

    tagger = load_tagger()

    def check(data: bytes) -> None:
        try:
            parts = split(clean(raw(data.decode("utf-8", "replace")), rules()))
        except StageError:
            return
        require(len({part.article_id for part in parts}) == len(parts), "two articles of one id")
        require(parts[0].embedded_ids == tuple(part.article_id for part in parts[1:]), "embedded ids that are not so")
        for part in parts:
            tellings(part)
            done = tag(part, tagger)
            require(all(part.body[one.start : one.end] == one.text for one in done.entities), "an entity elsewhere")
            require(decode(EnrichedArticle, encode(done)) == done, "the message says something else")
            article_document(done)

    return check


def _dates() -> Check:
    """A line: dates that are ones, where they say they stand, none in the future."""
    import re

    from pydantic import TypeAdapter

    from schemas.message import PrintedTime
    from streams.text.dates import find_dates, read_date

    base, printed = datetime(2026, 3, 1, tzinfo=UTC), TypeAdapter(PrintedTime)
    zone = re.compile(r"[+-]\d{2}:\d{2}")

    def check(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for at in (base, None):
            one = read_date(text, at)
            for found in [*find_dates(text, at), *([one] if one else [])]:
                printed.validate_python(found.iso)
                day = datetime.fromisoformat(found.iso)
                require(at is None or (day.replace(tzinfo=UTC) - at).days <= 2, f"{found.iso} lies in the future")
                require(found.zone is None or zone.fullmatch(found.zone), f"no zone: {found.zone}")

    return check


def _date_lines() -> Sequence[bytes]:
    lines = (
        "20 أبريل 2025 - 11:04 مساءً",
        "تاريخ النشر: 14th, September 2023 GMT",
        "نيسان/أبريل 2024",
        "منذ 3 ساعات",
        "الأحد ١٢ رمضان ١٤٤٥ هـ الموافق 24 مارس 2024م",
        "2025-04-20T11:04:00+03:00",
        "آخر تحديث 03/02/2024 09:15 ص",
        "غشت 2022",
        "قبل يومين",
        "March 3, 2024 10:00 PM EST",
        "كانون الثاني 5",
        "12-11-98",
    )
    return [line.encode() for line in lines]


def _messages() -> Check:
    """Bytes on a topic: a message that says the same when it is sent on, or a named refusal."""
    from schemas import DecodeError, decode, encode
    from schemas.topics import TOPICS

    def check(data: bytes) -> None:
        model = TOPICS[(data[0] if data else 0) % len(TOPICS)].model
        try:
            message = decode(model, data[1:])
        except DecodeError as error:
            require(str(error) and len(str(error)) < 5000, "a refusal without a text, or with a page of it")
            str(error).encode()
            return
        sent = encode(message)
        require(encode(decode(model, sent)) == sent, "the message says something else")

    return check


def _message_seeds() -> Sequence[bytes]:
    from bench.reading import own_pages, raw
    from schemas import Guest, HeadlineSighting, Kind, MemberBatch, Naming, ProbeBatch, Story, Tie, Tied, encode
    from schemas.forgotten import Forgotten
    from schemas.topics import TOPICS
    from streams.boundary import Origin, walk
    from streams.pipeline import _workers, process
    from streams.stages.probes import story_probe
    from streams.text.story import sketch
    from streams.wiring import STAGES

    page = raw(own_pages()[0])
    told = [one for one in walk(_workers(STAGES), page).tellings if isinstance(one, HeadlineSighting)]
    drawn = sketch(page.text)
    assert drawn is not None
    story, member = Story(article_id="a" * 32, sketch=drawn, told_at=page.read_at), "b" * 32
    tied = Tied(kind=Kind.HEADLINE, member=member, other="c" * 32, tie=Tie.CUT, root=member)
    batch = MemberBatch(
        sightings=tuple(told), stories=(story,), tied=(tied,), guests=(Guest(root=member, member="d" * 32),)
    )
    naming = Naming(kind=Kind.STORY, member=member, cluster="a" * 32, articles=(member,))
    output = process([page])
    made = {type(one).__name__: one for one in (page, batch, naming, *output.articles, *output.headlines)}
    made["Forgotten"] = Forgotten(article_id=member, forgotten_at=page.read_at)
    made["ProbeBatch"] = ProbeBatch(probes=(story_probe(story),))
    made["Rejected"] = _reject(Origin("articles.raw", b"k", b"{"), page.read_at)
    names = [topic.model.__name__ for topic in TOPICS]
    seeds = [bytes([at]) + encode(made[name]) for at, name in enumerate(names) if name in made]
    older = b'{"schema_version":1,"probes":[{"kind":"story","band":"AAAA","member":"%s","print":"","told_at":"%s"}]}'
    seeds.append(bytes([names.index("ProbeBatch")]) + older % (member.encode(), page.read_at.isoformat().encode()))
    return [*seeds, *(bytes([at]) + b'{"schema_version":99}' for at in range(len(TOPICS)))]


def _reject(origin: object, at: datetime) -> object:
    from schemas import Reason, StageName
    from streams.boundary import Failure, rejected

    return rejected(Failure(StageName.CLEAN, Reason.NO_TEXT, "no text", None, "a.txt"), origin, at)


def _query() -> Check:
    """What a person types into the desk's search: a question that reads back as itself, also from its address."""
    from urllib.parse import parse_qsl, urlencode

    import orjson

    from desk.asking_query import build_query
    from desk.query import from_params, parse

    def check(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        query = parse(text)
        require(parse(str(query)) == query, f"reads back otherwise: {query}")
        address = urlencode(query.to_params())
        require(from_params(parse_qsl(address)) == query, f"another question at its address: {address}")
        from_params(parse_qsl(text, keep_blank_values=True))
        parse(text, typing=True)
        for note in query.notes:
            require(note.say("ar") and note.say("en"), "a note that says nothing")
        orjson.dumps(build_query(query))

    return check


def _queries() -> Sequence[bytes]:
    words = (
        "أسعار النفط",
        '"رجال الأعمال" موسكو',
        "«الناتو» -أخبار",
        "source:الأناضول date:2025-04-01..2025-05",
        "(نفط OR غاز) AND",
        "شخص:ترامب  النفط أو الغاز -سنة:٢٠٢٤",
        'person:="دونالد ترامب" sort:newest from:2024-01',
        '"',
        "*",
        "q=%22a&person=%3Db&from=2024-13-01&sort=x",
    )
    return [word.encode() for word in words]


def _lazily(module: str, name: str) -> Callable[[], Check]:
    def load() -> Check:
        made: Check = getattr(importlib.import_module(f"{__package__}.{module}"), name)()
        return made

    return load


def _seeds_of(module: str, name: str) -> Callable[[], Sequence[bytes]]:
    def make() -> Sequence[bytes]:
        seeds: Sequence[bytes] = getattr(importlib.import_module(f"{__package__}.{module}"), name)()
        return seeds

    return make


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("file", _file, _files),
        Target("clean", _clean, _pages, text=True),
        Target("split", _split, _pages, text=True),
        Target("dates", _dates, _date_lines, text=True, most=2_000),
        Target("messages", _messages, _message_seeds),
        Target("query", _query, _queries, text=True, most=2_000),
        Target("arguments", _lazily("outside", "arguments"), _seeds_of("outside", "command_lines"), most=1_000),
        Target("settings", _lazily("outside", "settings"), _seeds_of("outside", "environments"), most=2_000),
        Target("registry", _lazily("outside", "registry"), _seeds_of("outside", "registries"), most=65_536),
        Target("configuration", _lazily("outside", "configuration"), _seeds_of("outside", "configurations")),
        Target("answers", _lazily("outside", "answers"), _seeds_of("outside", "bodies")),
    )
}
