"""Articles read again by changed rules on real servers: the index is what the new rules make of them, and no more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kafka import KafkaAdminClient, TopicPartition  # noqa: TID251 - the topic's end is cut off by hand

from bench.corpus import page
from producers.folder import look
from producers.registry import Registry, Row
from sada import reprocess as again
from sada.passing import Message, Passing
from sada.raws import Raw, Sources
from sada.reprocess import Reprocessing, State
from schemas import RawArticle, Settings, encode
from schemas.identity import article_id
from schemas.letter import Letter
from schemas.topics import RAW
from sinks.client import Cluster, connect
from streams.pipeline import process
from streams.stages.clean import clean
from streams.text.sites import load_rules
from streams.wiring import STAGES
from tests.line.expected import Documents, documents_of, read_inbox, read_index
from tests.line.harness import Line, environment
from tests.raws import raw_article

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)

BOX = "نشرة الظهيرة:"
LIBRARY = (
    "أعلنت بلدية المدينة الساحلية اليوم افتتاح مكتبة عامة جديدة بعد عامين من أعمال البناء.",
    "وقال رئيس البلدية إن المكتبة تضم أكثر من عشرين ألف كتاب وقاعة للأطفال ومقهى صغيرا.",
    "وأضاف أن الدخول سيكون مجانيا طوال الأسبوع وأن الاستعارة تبدأ مطلع الشهر المقبل.",
)
BRIDGE = (
    "بدأت شركة الأشغال صباح الأحد ترميم الجسر القديم الذي يربط ضفتي النهر وسط البلدة.",
    "وأوضح المهندس المشرف أن العمل يستمر ثلاثة أشهر وأن المرور سيحول إلى طريق جانبي.",
    "وطالب أصحاب المتاجر بتعويض عن أيام الإغلاق وبمواقف مؤقتة للسيارات قرب السوق.",
)


def with_rules(folder: Path, *lines: str) -> Path:
    """Copy the room of the stages, and have these lines end a page; returns what must stand first in PYTHONPATH."""
    shutil.copytree(ROOT / "streams", folder / "streams", ignore=shutil.ignore_patterns("__pycache__"))
    phrases = json.dumps(lines, ensure_ascii=False)
    with (folder / "streams" / "sites" / "generic.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[rules]]\nid = "test-end"\nkind = "footer"\nmatch = "line"\nphrases = {phrases}\n')
    return folder


def boxed(main: int, embedded: int) -> str:
    """Make a page that embeds another one below the box's title."""
    head, (title, rest) = body(main), body(embedded).split("\n", 1)
    return f"{head}{BOX}\n{title}\n{rest.split(chr(10), 1)[1]}"


def body(number: int) -> str:
    return page(number).text.split("مقالات مشابهة")[0]


def expected(settings: Settings, folder: Path) -> dict[str, Documents]:
    """Return what the pipeline in memory makes of the inbox by the rules of `folder`."""
    rules = load_rules(folder / "streams" / "sites")
    read_by = replace(STAGES[0], load=lambda: lambda raw: (clean(raw, rules),))
    output = process(read_inbox(settings)[0].values(), (read_by, *STAGES[1:]))
    return documents_of(output)


def forget_messages(settings: Settings) -> None:
    """Delete what the raw topic holds, as its retention does in time."""
    with closing(KafkaAdminClient(bootstrap_servers=settings.kafka)) as admin, Passing(settings) as passing:
        ends = {TopicPartition(place.topic, place.partition): end for place, end in passing.ends([RAW.name]).items()}
        admin.delete_records(ends)


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[Line]:
    line = Line(settings(rescan_seconds=1.0, partitions=2))
    yield line
    line.stop()


@pytest.mark.servers
@pytest.mark.timeout(280)
def test_the_index_follows_the_rules(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off half-way and done again: embedded articles and sightings that are no more are gone, rejects follow."""
    settings = line.settings
    old, new = with_rules(tmp_path / "old", *BRIDGE), with_rules(tmp_path / "new", *LIBRARY, BOX)
    monkeypatch.setenv("PYTHONPATH", str(old))
    line.start()
    line.drop("box.txt", boxed(2, 12).encode())
    line.drop("library.txt", "\n".join(LIBRARY).encode())
    line.drop("bridge.txt", "\n".join(BRIDGE).encode())
    line.settled()
    forget_messages(settings)
    line.drop("later/box.txt", boxed(1, 11).encode())
    line.drop("later/plain.txt", page(5).text.encode())
    line.settled()
    assert line.documents() == expected(settings, old) != expected(settings, new)
    assert line.counts()["rejected"] == 1
    assert set(line.stop_roles().values()) == {0}

    monkeypatch.setenv("PYTHONPATH", str(new))
    line.start()
    monkeypatch.setattr(again, "AT_ONCE", 2)
    calls = iter([False, True])
    retract = Reprocessing._retract

    def broken(self: Reprocessing, *arguments: Any) -> None:
        if next(calls):
            raise KeyboardInterrupt
        retract(self, *arguments)

    monkeypatch.setattr(Reprocessing, "_retract", broken)
    with closing(Cluster(connect(settings))) as cluster, Passing(settings) as passing, pytest.raises(KeyboardInterrupt):
        again.reprocess(passing, cluster, settings, None, 60, lambda _: None)
    left = json.loads(again.file_of(settings).read_bytes())
    assert left["sending"]

    said = subprocess.run(
        [sys.executable, "-m", "sada", "reprocess", "--yes", "--wait", "60"],
        env={**os.environ, **environment(settings)},
        cwd=settings.state_dir,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "articles read again" in said.stdout
    assert not said.stderr.count("other rules"), said.stderr
    assert not again.file_of(settings).exists()
    line.eventually(lambda: line.documents() == expected(settings, new), "the index is what the new rules say")
    line.eventually(lambda: line.counts()["rejected"] == 1, "one reject has gone, another has come")
    rejects = read_index(line.client, f"{settings.index_prefix}-rejected")
    assert {one["path"] for one in rejects.values()} == {"library.txt"}


class Spot(NamedTuple):
    """A partition of the topic in memory."""

    topic: str
    partition: int


class Topic:
    """The raw topic as a list, in which others speak just before or after us; nothing is ever rejected."""

    def __init__(self, *, before: Sequence[Letter] = (), after: Sequence[Letter] = ()) -> None:
        self.said: list[Letter] = []
        self._others: tuple[list[Letter], list[Letter]] = (list(before), list(after))

    def ends(self, _: object) -> Mapping[Spot, int]:
        """Tell how much was said."""
        return {Spot("raw", 0): len(self.said)}

    def read(self, begin: Mapping[Any, int], end: Mapping[Any, int]) -> Iterator[Message]:
        """Yield what was said."""
        for place, last in end.items():
            for offset in range(begin.get(place, 0), last):
                one = self.said[offset]
                yield Message(place, offset, one.key or b"", one.value)

    def send(self, letters: Any) -> Mapping[Spot, int]:
        """Say something."""
        mine = list(letters)
        before, after = self._others
        self.said += [*before, *mine, *after] if mine else []
        before.clear()
        after.clear()
        return self.ends(None)

    def begins(self, _: object) -> Mapping[Spot, int]:
        """Tell where it begins."""
        return {Spot("raw", 0): 0}

    def wait(self, *_: object) -> bool:
        """Have nothing to wait for."""
        return True

    def said_since(self, _: object) -> dict[bytes, bytes | None]:
        """Tell of no reject."""
        return {}


class Index:
    """An index that is empty."""

    def fetch(self, *_: object) -> dict[str, dict[str, Any]]:
        """Find nothing."""
        return {}


def worked(topic: Topic, tmp_path: Path, *articles: RawArticle) -> Reprocessing:
    """Read `articles` again through `topic`."""
    settings = Settings(_env_file=None, state_dir=tmp_path, partitions=1)
    state = State(asked=None, since=None, ends={0: 0}, done={})
    work = Reprocessing(topic, Index(), settings, 1, state)  # type: ignore[arg-type]
    work.catch_up(topic.ends(None))
    work.batch([Raw(one, 0, number) for number, one in enumerate(articles)])
    return work


def test_what_others_say_meanwhile_holds(tmp_path: Path) -> None:
    """A deletion that came just before our word is said again behind it; one that came after it needs nothing."""
    one, two = raw_article("خبر أول"), raw_article("خبر ثان")
    topic = Topic(
        before=[Letter(RAW.name, one.article_id.encode(), None)],
        after=[Letter(RAW.name, two.article_id.encode(), None)],
    )
    worked(topic, tmp_path, one, two)
    last = {letter.key: letter.value for letter in topic.said}
    assert last == {one.article_id.encode(): None, two.article_id.encode(): None}
    assert len(topic.said) == 5


def test_what_was_said_since_the_beginning_is_not_overtaken(tmp_path: Path) -> None:
    """An article of which the topic's end tells something newer is left alone."""
    one, two = raw_article("خبر أول"), raw_article("خبر ثان")
    topic = Topic()
    settings = Settings(_env_file=None, state_dir=tmp_path, partitions=1)
    work = Reprocessing(topic, Index(), settings, 1, State(asked=None, since=None, ends={}, done={}))  # type: ignore[arg-type]
    topic.said.append(Letter(RAW.name, one.article_id.encode(), encode(one)))
    work.catch_up({})
    work.batch([Raw(one, 0, 4), Raw(two, 1, 7)])
    assert [letter.key for letter in topic.said[1:]] == [two.article_id.encode()]
    assert (work.done.sent, work.done.overtaken) == (1, 1)
    assert work.state.done == {0: 5, 1: 8}


def kept(settings: Settings, name: str, text: str, captured: datetime) -> str:
    """Put a file into the inbox that the watcher has sent; return its article."""
    (settings.inbox / name).write_text(text, encoding="utf-8")
    ns = int(captured.timestamp() * 1e9)
    os.utime(settings.inbox / name, ns=(ns, ns))
    seen = look(settings.inbox, name)
    assert seen is not None
    with closing(Registry(settings.state_dir / "registry.sqlite", settings.inbox)) as registry:
        registry.save([Row(name, seen, ns, article_id(text), None, False, 1.0)])
    return article_id(text)


def test_sources_tell_each_article_once(tmp_path: Path) -> None:
    """The topic's last words come first, then files that it holds no more; neither edited, forgotten nor older ones."""
    (tmp_path / "inbox").mkdir()
    settings = Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path)
    day, before = datetime(2025, 4, 20, tzinfo=UTC), datetime(2025, 4, 19, tzinfo=UTC)
    there, gone, late = (
        raw_article("خبر في الموضوع"),
        raw_article("خبر سحب"),
        raw_article("خبر قديم").model_copy(update={"captured_at": before}),
    )
    topic = Topic()
    for one in (there, gone, there, late):
        topic.said.append(Letter(RAW.name, one.article_id.encode(), encode(one)))
    topic.said += [Letter(RAW.name, gone.article_id.encode(), None), Letter(RAW.name, b"odd", b"{}")]
    kept(settings, "there.txt", there.text, day)
    mine = kept(settings, "mine.txt", "خبر في ملف", day)
    kept(settings, "old.txt", "خبر ملف قديم", before)
    kept(settings, "edited.txt", "خبر قبل التحرير", day)
    (settings.inbox / "edited.txt").write_text("خبر بعد التحرير", encoding="utf-8")
    forgotten = kept(settings, "forgotten.txt", "خبر منسي", day)
    with closing(Registry(settings.state_dir / "registry.sqlite", settings.inbox)) as registry:
        registry.forget([forgotten])
    sources = Sources(topic, settings, topic.ends(None), day)  # type: ignore[arg-type]
    assert sources.survey() == 3
    assert [(one.article.article_id, one.offset) for one in sources.of_topic({})] == [(there.article_id, 2)]
    assert [*sources.of_topic({0: 3})] == []
    (file,) = sources.of_files("0" * 32)
    assert (file.article.article_id, file.article.paths, file.partition) == (mine, ("mine.txt",), None)
    assert [*sources.of_files("f" * 32)] == []
