"""A small proxy before Elasticsearch that misbehaves on request."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import orjson

REFUSED_ITEM = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue full"}}
HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Faults:
    """What to do to the next bulk requests: one word each, then all pass. Counts what it did."""

    def __init__(self) -> None:
        self.plan: list[str] = []
        self.done: list[str] = []
        self.bulks = 0
        self.deny = False

    def next(self, path: str) -> str:
        """Say what becomes of a request to `path`.

        `pass`, a status, `items` (half of them busy), `hang`, `cut` (not done) or `lost` (done, but not answered).
        """
        if self.deny:
            return "401"
        if not path.startswith("/_bulk"):
            return "pass"
        self.bulks += 1
        word = self.plan.pop(0) if self.plan else "pass"
        self.done.append(word)
        return word


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: Faults
    target: str

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        word = self.faults.next(self.path)
        if word == "lost":
            self._ask(body, half=False)
        if word in ("cut", "lost"):
            self.close_connection = True
            self.connection.close()
        elif word == "hang":
            time.sleep(60)
        elif word in ("401", "429", "503"):
            self._answer(int(word), orjson.dumps({"error": {"type": "busy", "reason": word}, "status": int(word)}))
        else:
            self._answer(*self._ask(body if word == "pass" else _odd_lines(body), word == "items"))

    def _ask(self, body: bytes, half: bool) -> tuple[int, bytes]:
        link = http.client.HTTPConnection(self.target, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP | {"host"}}
            link.request(self.command, self.path, body, headers)
            answer = link.getresponse()
            data = answer.read()
        finally:
            link.close()
        if half:
            items = orjson.loads(data)["items"]
            data = orjson.dumps(
                {"errors": True, "items": [one for item in items for one in (item, {"index": REFUSED_ITEM})]}
            )
        return answer.status, data

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("x-elastic-product", "Elasticsearch")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def _odd_lines(body: bytes) -> bytes:
    """Keep every other document of a bulk body (all are to be written, in an even number)."""
    lines = body.splitlines(keepends=True)
    assert len(lines) % 4 == 0
    return b"".join(line for number, line in enumerate(lines) if number % 4 < 2)


@contextmanager
def proxy(url: str) -> Iterator[tuple[str, Faults]]:
    """Lend the address of a proxy to `url`, and its faults."""
    faults = Faults()
    handler = type("Handler", (_Handler,), {"faults": faults, "target": urlsplit(url).netloc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", faults
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
