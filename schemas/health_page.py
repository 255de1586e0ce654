"""A role's beats in, answers to `GET /live` and `/ready` out (200 or 503, as JSON), its numbers at `/metrics`."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Final

from schemas.health import Beat, find_trouble
from schemas.meter import CONTENT_TYPE, Meter

LOOPBACK: Final = "127.0.0.1"


class HealthPage:
    """Serves until closed, from a thread of its own."""

    def __init__(
        self,
        beat: Callable[[], Beat],
        port: int,
        live_seconds: float,
        host: str = LOOPBACK,
        meter: Meter | None = None,
    ) -> None:
        """Listen on `port` of `host`; with a `meter` its numbers are shown at `/metrics`.

        Raises:
            OSError: the port is taken, or not ours to take, or the host is none of this machine's.
        """
        self._server = _Server((host, port), beat, live_seconds, meter)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="health-page", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def answer(path: str, beat: Beat, live_seconds: float) -> tuple[int, dict[str, object]]:
    """Return status and body of the answer to `GET path`."""
    if path not in {"/live", "/ready"}:
        return 404, {"error": "ask /live, /ready or /metrics"}
    trouble = find_trouble(beat, beat.written, live_seconds)
    good = trouble is None and (path == "/live" or beat.ready)
    body: dict[str, object] = {
        "role": beat.role,
        "live": trouble is None,
        "ready": beat.ready,
        "trouble": trouble,
        **beat.model_dump(mode="json", include={"waiting_for", "committed", "lag", "last_progress"}),
    }
    return 200 if good else 503, body


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], beat: Callable[[], Beat], live_seconds: float, meter: Meter | None
    ) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self.meter = meter
        self.beat = beat
        self.live_seconds = live_seconds
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5  # whoever connects and says nothing holds a thread no longer
    server_version = "sada"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        path, beat = self.path.partition("?")[0], self.server.beat()
        if path == "/metrics" and self.server.meter is not None:
            live = find_trouble(beat, beat.written, self.server.live_seconds) is None
            self._say(200, CONTENT_TYPE, self.server.meter.render(beat, live))
            return
        status, body = answer(path, beat, self.server.live_seconds)
        self._say(status, "application/json", json.dumps(body).encode())

    def _say(self, status: int, kind: str, text: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: whoever asks each second would fill the log."""
