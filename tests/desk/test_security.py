"""What the desk refuses: other sites' forms, other hosts' names, strangers beyond loopback, formulas, bad files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.app import create_app
from desk.exports import safe_cell
from desk.hosts import Names
from desk.inbox import save
from desk.pages import article, entities, headlines, line, search, session
from desk.sessions import Patience, Sessions
from schemas import Settings
from schemas.secret_files import SettingsError
from tests.desk.stand import StageHooks, Stand, Visitor, serving

TOKEN = "canary-of-the-desk-0123456789"


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[..., Settings]:
    """Make settings of a desk without servers."""

    def make(**changes: Any) -> Settings:
        values = {"inbox": tmp_path / "inbox", "state_dir": tmp_path / "state", "elasticsearch": "http://127.0.0.1:1"}
        return Settings(_env_file=None, **(values | changes))

    return make


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A desk on loopback whose index is away."""
    home = tmp_path_factory.mktemp("bare")
    values = {"inbox": home / "inbox", "state_dir": home / "state", "elasticsearch": "http://127.0.0.1:1"}
    with serving(Settings(_env_file=None, **values)) as served:
        yield served


@pytest.fixture
def visitor(bare: Stand) -> Iterator[Visitor]:
    """A browser's session with that desk."""
    with bare.visit() as opened:
        yield opened


def test_every_action_needs_its_token(visitor: Visitor) -> None:
    """Each route that takes POST refuses a request without this session's token, and takes no other method."""
    routes = [route for page in (session, line, search, article, headlines, entities) for route in page.ROUTES]
    actions = [route for route in routes if "POST" in (route.methods or ())]
    assert len(actions) == 5
    stranger = Sessions(None)
    for route in actions:
        for token in ("", "wrong", stranger.token(stranger.begin())):
            assert visitor.post(route.path, token).status_code == 403, (route.path, token)
        assert route.methods == {"POST"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "SELF", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_actions_from_elsewhere_are_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    """Even with the token, a form of another page, or one of which nobody says where it is from, changes nothing."""
    told = {name: visitor.url if value == "SELF" else value for name, value in headers.items()}
    answer = visitor.client.post("/preferences", data={"token": visitor.token(), "theme": "dark"}, headers=told)
    assert answer.status_code == 403
    assert "sada_theme" not in answer.cookies


def test_action_from_our_own_page_is_done(visitor: Visitor) -> None:
    """The same form from the desk's own page works."""
    answer = visitor.post("/preferences", data={"theme": "dark", "next": "/line"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/line"
    assert answer.cookies["sada_theme"] == "dark"


def test_return_address_never_leads_away(visitor: Visitor) -> None:
    """`next` is followed only where it is an address of the desk."""
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = visitor.post("/preferences", data={"theme": "dark", "next": target})
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8474", "127.0.0.1.evil.example", "10.0.0.7"])
def test_asked_by_another_name_it_does_not_answer(visitor: Visitor, host: str) -> None:
    """A name that somebody else's DNS leads here (DNS rebinding) gets nothing, not even a page."""
    answer = visitor.client.get("/login", headers={"host": host})
    assert answer.status_code == 421
    assert "<html" not in answer.text


def test_beyond_loopback_it_goes_by_addresses_and_given_names(settings_of: Callable[..., Settings]) -> None:
    """Any address, its own name and the names given are known; others are not."""
    names = Names(settings_of(desk_host="0.0.0.0", desk_token=TOKEN, desk_names=("desk.example",)))
    assert all(names.know(host) for host in ("10.1.2.3:8474", "desk.example", "localhost:8474", "[fe80::1]:80"))
    assert not names.know("evil.example")


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/static/frame.css", "/static/search.js", "/line", "/"])
def test_every_answer_is_strict(visitor: Visitor, path: str) -> None:
    """Pages, errors and static files alike carry the policies, and none allows anything inline or from elsewhere."""
    headers = visitor.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_hold_nothing_inline() -> None:
    """No template has a style, a script or a handler in it, nor an address of another host."""
    for template in (Path(__file__).parents[2] / "desk" / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        for forbidden in (" style=", "<style", "<script>", " onclick", " onerror", " onload", "http://", "https://"):
            assert forbidden not in text, f"{template.name}: {forbidden}"


def test_session_cookie_is_out_of_reach_of_scripts(visitor: Visitor) -> None:
    """HttpOnly, SameSite, and of no use once it has been changed."""
    said = visitor.client.get("/nowhere").headers["set-cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    sessions = Sessions(None)
    cookie = sessions.write(sessions.begin())
    assert sessions.read(cookie) is not None
    assert sessions.read(cookie.replace(".0.", ".1.")) is None
    assert sessions.read("") is None
    assert sessions.read("a.b") is None


def test_sessions_end() -> None:
    """A session is known for two weeks and no longer."""
    now = [1_000_000.0]
    sessions = Sessions(TOKEN, clock=lambda: now[0])
    cookie = sessions.write(sessions.begin(logged_in=True))
    now[0] += 14 * 24 * 3600 + 1
    assert sessions.read(cookie) is None


def test_beyond_loopback_it_asks_for_a_token(settings_of: Callable[..., Settings]) -> None:
    """A desk that others reach does not start without a token, nor with one that is guessed easily."""
    for changes in ({"desk_host": "0.0.0.0"}, {"desk_host": "desk.example"}, {"desk_token": "short"}):
        settings = settings_of(**changes)
        with pytest.raises(SettingsError, match="SADA_DESK_"):
            create_app(settings, StageHooks(settings))


def test_login_lets_in_and_out(settings_of: Callable[..., Settings]) -> None:
    """Without a login every page leads to the login; a wrong word is told; the right one opens; logging out ends it."""
    with serving(settings_of(desk_token=TOKEN)) as stand, stand.visit() as visitor:
        answer = visitor.client.get("/line?x=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fline%3Fx%3D1")
        assert visitor.client.get("/search/suggestions?q=x", headers={"accept": "*/*"}).status_code == 401
        assert visitor.post("/line/text", data={"text": "x"}).status_code == 401
        assert visitor.post("/login", data={"word": "nonsense"}).status_code == 403
        answer = visitor.post("/login", data={"word": TOKEN, "next": "/line"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/line")
        page = visitor.client.get("/line")
        assert page.status_code == 200
        assert TOKEN not in page.text
        out = visitor.post("/preferences", data={"logout": "1", "next": "/line"})
        assert out.status_code == 303
        assert visitor.client.get("/line").status_code == 303


def test_guessing_is_slowed_down() -> None:
    """After ten wrong words in a minute nobody may try; a minute later again."""
    now = [0.0]
    patience = Patience(clock=lambda: now[0])
    for _ in range(10):
        assert not patience.is_over
        patience.fail()
    assert patience.is_over
    now[0] = 61.0
    assert not patience.is_over


def test_index_away_is_a_page_that_asks_again(visitor: Visitor) -> None:
    """While Elasticsearch is away every page says so in one line, with what to do, and asks again by itself."""
    for path in ("/", "/headlines", "/entities", f"/articles/{0:032x}", "/search/results?q=x"):
        answer = visitor.client.get(path)
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "3"
        assert "فهرس البحث لا يجيب الآن" in answer.text
        assert "Traceback" not in answer.text
    assert "retry.js" in visitor.client.get("/").text


def test_a_defect_shows_a_number_and_no_trace(settings_of: Callable[..., Settings]) -> None:
    """An unexpected error is one line with a number for the log, never a stack trace."""

    async def broken(request: Request) -> Response:
        raise RuntimeError("secret detail")

    with serving(settings_of(), Route("/broken", broken)) as stand:
        answer = stand.get("/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "خلل في المكتب نفسه" in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    """Nothing answers to methods that no page uses."""
    assert visitor.client.request(method, "/line", headers={"origin": visitor.url}).status_code == 405


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"], ids=repr)
def test_no_cell_is_a_formula(cell: str) -> None:
    """What a spreadsheet would calculate begins with an apostrophe."""
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "..\\..\\x.txt", "/etc/x.txt", ".hidden.txt", "a\x00b.txt", "\u202etxt.exe.txt", "..txt"],
)
def test_names_of_files_harm_nobody(settings_of: Callable[..., Settings], name: str) -> None:
    """Whatever a file is called, it lies in the desk's folder of the inbox under letters and digits."""
    settings = settings_of()
    outcome = save(settings, name, "نص".encode(), datetime(2025, 4, 20, tzinfo=UTC))
    assert outcome.refused is None
    (file,) = settings.inbox.rglob("*.*")
    assert file == settings.inbox / outcome.name
    assert file.parent == settings.inbox / "desk"
    assert not file.name.startswith(".")
    assert all(letter.isalnum() or letter in "-_." for letter in file.name)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.html", b"x", "line.refused_kind"),
        ("a.txt.exe", b"x", "line.refused_kind"),
        ("a.txt", b" \n", "line.refused_empty"),
        ("a.txt", b"x" * 1001, "line.refused_large"),
    ],
)
def test_what_is_no_page_is_not_taken(settings_of: Callable[..., Settings], name: str, data: bytes, why: str) -> None:
    """Other kinds, empty files and those beyond the limit are refused by name, and nothing is written."""
    settings = settings_of(max_file_bytes=1000)
    assert save(settings, name, data, datetime(2025, 4, 20, tzinfo=UTC)).refused == why
    assert not list(settings.inbox.rglob("*"))


def test_a_linked_folder_is_not_followed(settings_of: Callable[..., Settings], tmp_path: Path) -> None:
    """Where the inbox's folder has been replaced by a link, nothing is written through it."""
    settings = settings_of()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    settings.inbox.mkdir()
    (settings.inbox / "desk").symlink_to(elsewhere)
    with pytest.raises(NotADirectoryError):
        save(settings, "a.txt", b"x", datetime(2025, 4, 20, tzinfo=UTC))
    assert not list(elsewhere.iterdir())


def test_a_request_without_end_is_cut_off(settings_of: Callable[..., Settings]) -> None:
    """More bytes than files may have are not read to the end."""
    with serving(settings_of(max_file_bytes=10_000)) as stand, stand.visit() as visitor:
        answer = visitor.post("/line/files", files=[("files", ("a.txt", b"x" * 2_000_000))])
    assert answer.status_code == 413


@pytest.mark.servers
def test_files_and_text_come_into_the_inbox(stand: Stand) -> None:
    """What is sent lies in the inbox whole; what is refused is named with its reason."""
    mark = uuid.uuid4().hex
    with stand.visit() as visitor:
        files = [("files", ("خبر.txt", f"نص {mark}".encode())), ("files", ("x.pdf", b"%PDF"))]
        answer = visitor.post("/line/files", files=files)
        assert answer.status_code == 200
        assert "x.pdf" in answer.text
        assert visitor.post("/line/text", data={"text": f"ملصق {mark}"}).status_code == 200
        assert visitor.post("/line/text", data={"text": "  "}).status_code == 400
    written = [file.read_text() for file in stand.settings.inbox.glob("desk/*.txt")]
    assert {f"نص {mark}", f"ملصق {mark}"} <= set(written)
    assert not list(stand.settings.inbox.glob("desk/.*"))


@pytest.mark.servers
def test_replay_is_asked_of_the_line(stand: Stand) -> None:
    """A reason, or one reject, is handed to the line, and what came of it is told."""
    stand.hooks.replayed.clear()
    with stand.visit() as visitor:
        answer = visitor.post("/line/replay", data={"reason": "empty"})
        visitor.post("/line/replay", data={"id": "1" * 32})
        assert visitor.post("/line/replay").status_code == 400
    assert "قُبل \u20682\u2069" in answer.text
    assert stand.hooks.replayed == [("empty", ()), (None, ("1" * 32,))]


@pytest.mark.servers
def test_cells_of_the_export_run_nothing(stand: Stand) -> None:
    """The hostile article's row begins no cell with a formula."""
    text = httpx.get(f"{stand.url}/search/export.csv?q=خبيث", timeout=30).text
    assert "<script>" in text
    assert not [cell for cell in text.split(",") if cell.startswith(("=", "+", "@"))]
