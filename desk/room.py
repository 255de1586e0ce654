"""A request in, a page in its reader's language and colours out: what every page of the desk stands on."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from schemas import Settings

from .client import Index
from .dates import show_moment, show_number, show_span
from .hooks import Hooks
from .problems import foreign
from .sessions import FIELD, HEADER, Patience, Session, Sessions
from .texts import LANGUAGES, Texts
from .watch import Watch

HERE: Final = Path(__file__).parent
LANGUAGE, THEME = "sada_language", "sada_theme"
THEMES: Final = ("auto", "light", "dark")
MOST_FILES: Final = 50
"""Files that are taken in one request."""


@dataclass(frozen=True)
class Desk:
    """What the pages of one desk share."""

    settings: Settings
    hooks: Hooks
    index: Index
    sessions: Sessions
    patience: Patience
    watch: Watch

    @classmethod
    def of(cls, request: Request) -> Desk:
        """Return the desk that answers `request`."""
        desk: Desk = request.app.state.desk
        return desk


def session_of(request: Request) -> Session:
    """Return the session of `request`; the guard has begun one where there was none."""
    session: Session = request.state.session
    return session


def texts_of(request: Request) -> Texts:
    """Return the catalogue in the reader's language: Arabic unless chosen otherwise."""
    asked = request.cookies.get(LANGUAGE)
    return Texts(asked if asked in LANGUAGES else LANGUAGES[0])


def show(
    request: Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """Render `template` for the reader who asks."""
    return HTMLResponse(render(request, template, **values), status, headers)


def render(request: Request, template: str, **values: object) -> str:
    """Render `template` to text, as `show`."""
    desk, texts, theme = Desk.of(request), texts_of(request), request.cookies.get(THEME)
    session = session_of(request)
    query = request.url.query
    return (
        environment()
        .get_template(template)
        .render(
            t=texts,
            language=texts.language,
            direction=texts.direction,
            theme=theme if theme in THEMES else THEMES[0],
            themes=THEMES,
            token=desk.sessions.token(session),
            logged_in=session.logged_in,
            path=request.url.path,
            here=request.url.path + (f"?{query}" if query else ""),
            moment=lambda text, short=False: _moment(text, texts.language, short=short),
            number=lambda number: show_number(number, texts.language),
            span=lambda seconds: show_span(seconds, texts.language),
            **values,
        )
    )


@cache
def environment() -> Environment:
    """Return the templates' environment; all that is shown is escaped."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "asset": asset,
        "address": address,
        "article_address": article_address,
        "entity_address": entity_address,
        "headline_address": headline_address,
    }
    made.filters["safe_marks"] = safe_marks
    made.filters["ranges"] = ranges
    return made


def address(path: str, **parameters: object) -> str:
    """Return a local address with `parameters`; a tuple is given once for each value, null and empty ones not at all.

    >>> address("/", q="غزة", person=("a", "b"), sort=None)
    '/?q=%D8%BA%D8%B2%D8%A9&person=a&person=b'
    """
    given = {name: value for name, value in parameters.items() if value not in (None, "", ())}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def article_address(article_id: str) -> str:
    """Return where an article is shown."""
    return f"/articles/{quote(article_id, safe='')}"


def entity_address(entity_id: str) -> str:
    """Return where a person, place or organisation is shown."""
    return f"/entities/{quote(entity_id, safe='')}"


def headline_address(headline_id: str) -> str:
    """Return where a headline is shown."""
    return f"/headlines/{quote(headline_id, safe='')}"


def safe_marks(html: str) -> Markup:
    """Take the index's word for its HTML only where it holds no tag but `<mark>`.

    >>> safe_marks("<mark>a</mark> &lt;b&gt;"), safe_marks("<b>a</b>")
    (Markup('<mark>a</mark> &lt;b&gt;'), Markup('&lt;b&gt;a&lt;/b&gt;'))
    """
    bare = html.replace("<mark>", "").replace("</mark>", "")
    return escape(html) if "<" in bare or ">" in bare else Markup(html)  # noqa: S704 (no other tag is left)


def ranges(partitions: Iterable[str]) -> list[str]:
    """Name partitions shortly, topic by topic; what is no partition is left out.

    >>> ranges(["a.raw-0", "a.raw-1", "a.raw-2", "b-7", "acknowledged"])
    ['a.raw 0–2', 'b 7']
    """
    numbers: dict[str, list[int]] = {}
    for one in partitions:
        topic, _, number = one.rpartition("-")
        if number.isdigit():
            numbers.setdefault(topic, []).append(int(number))
    return [f"{topic} {_spans(sorted(some))}" for topic, some in sorted(numbers.items())]


def _spans(numbers: list[int]) -> str:
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with a mark of its content so that browsers may keep it for ever."""
    mark = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


Act = Callable[[Request, FormData], Awaitable[Response]]


def action(path: str, act: Act) -> Route:
    """Return the route of something that changes things: `act` is called only with this session's token."""

    async def checked(request: Request) -> Response:
        desk = Desk.of(request)
        most = desk.settings.max_file_bytes * 2
        async with request.form(max_files=MOST_FILES + 1, max_fields=20, max_part_size=most) as form:
            token = request.headers.get(HEADER) or form.get(FIELD)
            if not desk.sessions.is_token(session_of(request), token):
                raise foreign()
            return await act(request, form)

    return Route(path, checked, methods=["POST"])


def local(target: object) -> str:
    r"""Return `target` where it is an address of this desk, else the first page.

    >>> local("/line?x=1"), local("//evil.example"), local("https://evil.example"), local("/\\evil")
    ('/line?x=1', '/', '/', '/')
    """
    text = target if isinstance(target, str) else ""
    plain = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if plain else "/"


def _moment(text: str | None, language: str, *, short: bool) -> Markup:
    if not text:
        return Markup("")
    return Markup('<time datetime="{}"><bdi>{}</bdi></time>').format(text, show_moment(text, language, short=short))
