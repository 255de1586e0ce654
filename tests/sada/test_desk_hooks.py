"""What the desk may ask of a line: files that wait, a page explained, and clear words where nothing answers."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from desk.hooks import HookError
from producers.folder import globs, scan
from producers.registry import Registry, Row
from sada.desk_hooks import LineHooks
from schemas import Settings

PAGE = "عنوان الخبر الأول اليوم\n\nافتتح المحافظ اليوم جسراً جديداً فوق النهر بعد ثلاث سنوات من العمل المتواصل فيه.\n"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of a line whose servers are away, with three files in its inbox."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (inbox / name).write_text(name, encoding="utf-8")
    return Settings(
        _env_file=None,
        inbox=inbox,
        state_dir=tmp_path / "state",
        kafka="127.0.0.1:1",
        elasticsearch="http://127.0.0.1:1",
    )


def test_a_line_that_is_away_is_told(house: Settings) -> None:
    """Servers that do not answer are shown as such, and no number is made up."""
    state = LineHooks(house).watch_line()
    assert state.phase is None
    assert [(server.name, server.answers) for server in state.servers] == [("Kafka", False), ("Elasticsearch", False)]
    assert all(server.trouble for server in state.servers)
    assert state.waiting_files is None
    assert state.queues == ()


def test_files_wait_that_the_registry_does_not_know(house: Settings) -> None:
    """Of three files one is known as it is; two wait."""
    (found,) = [chunk for chunk in scan(house.inbox, globs(house)) if chunk]
    with closing(Registry(house.state_dir / "registry.sqlite", house.inbox)) as registry:
        path, signature = found[0]
        registry.save([Row(path, signature, 0, "0" * 32, None, gone=False, sent_at=0.0)])
    assert LineHooks(house).watch_line().waiting_files == 2


def test_a_page_is_explained_whole(house: Settings) -> None:
    """The stretches put together are the page, each with a label and a rule."""
    explained = LineHooks(house).explain(PAGE)
    assert "".join(one.text for one in explained.stretches) == PAGE
    assert {"title", "body"} <= {one.label for one in explained.stretches}
    assert all(one.rule for one in explained.stretches)


def test_what_no_server_answers_is_said_in_one_line(house: Settings) -> None:
    """Rejects and replays without an index, and a page without article, raise what the desk can show."""
    hooks = LineHooks(house)
    with pytest.raises(HookError, match="Elasticsearch does not answer"):
        hooks.list_rejects(None, 10)
    with pytest.raises(HookError):
        hooks.replay("empty", ())
    with pytest.raises(HookError, match="no reject has the reason"):
        hooks.replay("nonsense", ())
    with pytest.raises(HookError):
        hooks.explain("\n")
