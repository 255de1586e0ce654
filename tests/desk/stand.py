"""A desk that serves the session's index in a thread, and the line behind it as tests want it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.routing import BaseRoute

from desk.app import create_app
from desk.hooks import Explained, LineState, Original, Queue, Reject, Replayed, Role, Server
from sada.desk_hooks import LineHooks
from schemas import Settings


class StageHooks:
    """Explains, finds originals and lists rejects as the line does; the rest is played, and what was asked is kept."""

    def __init__(self, settings: Settings) -> None:
        self._real = LineHooks(settings)
        self._settings = settings
        self.replayed: list[tuple[str | None, tuple[str, ...]]] = []
        self.done = 100

    def explain(self, text: str) -> Explained:
        """Label a page as the line does."""
        return self._real.explain(text)

    def find_original(self, article_id: str, paths: Sequence[str], read_at: str) -> Original | None:
        """Find a page in the inbox; the topic is not asked."""
        from sada.originals import find_in_inbox

        found = find_in_inbox(self._settings, article_id, paths)
        return None if found is None else Original(found[0].text, from_file=True, place=found[1])

    def watch_line(self) -> LineState:
        """Show a line with one worker whose counter grows."""
        self.done += 10
        return LineState(
            phase="ready",
            servers=(Server("Kafka", "127.0.0.1:9092", True), Server("Elasticsearch", "http://127.0.0.1:9200", True)),
            roles=(Role("work-1", 4711, True, 0, "ready", ("articles.raw-0", "articles.raw-1")),),
            queues=(Queue("sada-clean-split-tag", "articles.raw", self.done, 7, 1, "Stable"),),
            documents={"articles": 14, "embedded": 3, "headlines": 25},
            rejects={"empty": 2, "binary": 1},
            partitions=4,
            inbox=str(self._settings.inbox),
            waiting_files=3,
        )

    def list_rejects(self, reason: str | None, most: int) -> tuple[Reject, ...]:
        """List what the index holds."""
        return self._real.list_rejects(reason, most)

    def replay(self, reason: str | None, ids: Sequence[str]) -> Replayed:
        """Note what was asked."""
        self.replayed.append((reason, tuple(ids)))
        return Replayed(accepted=2, again=0, handed=1, waiting=0)


@dataclass
class Stand:
    """A desk under test; `url` is where it listens; ids of `articles` by title and of `headlines` by text."""

    url: str
    settings: Settings
    hooks: StageHooks
    articles: dict[str, str] = field(default_factory=dict)
    headlines: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask once, as a browser without cookies would."""
        return httpx.get(f"{self.url}{path}", headers={"accept": "text/html"} | headers, timeout=30)

    @contextmanager
    def visit(self) -> Iterator[Visitor]:
        """Open a session of its own."""
        with httpx.Client(base_url=self.url, headers={"accept": "text/html"}, timeout=30) as client:
            yield Visitor(client, self.url)


@dataclass
class Visitor:
    """Somebody with a session, who sends what their pages would send."""

    client: httpx.Client
    url: str

    def token(self) -> str:
        """Read the session's token from a page."""
        page = self.client.get("/login").text or self.client.get("/nowhere").text
        return page.partition('name="token" value="')[2].partition('"')[0]

    def post(self, path: str, token: str | None = None, **more: object) -> httpx.Response:
        """Act with this session's token, or another."""
        data = {"token": self.token() if token is None else token, **more.pop("data", {})}  # type: ignore[dict-item]
        headers = {"origin": self.url, "sec-fetch-site": "same-origin"} | more.pop("headers", {})  # type: ignore[operator]
        return self.client.post(path, data=data, headers=headers, **more)  # type: ignore[arg-type]


@contextmanager
def serving(settings: Settings, *routes: BaseRoute) -> Iterator[Stand]:
    """Serve a desk, with `routes` of the test's own, on a free port of loopback for the length of a block."""
    played = StageHooks(settings)
    app = create_app(settings, played)
    app.router.routes[:0] = routes
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="desk")
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Stand(f"http://127.0.0.1:{port}", settings, played)
    finally:
        server.should_exit = True
        thread.join()
