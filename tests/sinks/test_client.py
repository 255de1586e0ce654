"""How the cluster is reached, and how its faults are told apart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr

from schemas.settings import Settings
from sinks.actions import write
from sinks.client import Answer, Cluster, connect
from sinks.faults import Denied, Unavailable, Unfit

ACTIONS = [write("t", "a", {"title": "خبر"}), write("t", "b", {"title": "خبر"})]


@contextmanager
def server(status: int, body: bytes) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Lend the address of a server that always answers so, and the headers that it was sent."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            seen.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("x-elastic-product", "Elasticsearch")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    httpd = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}", seen
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


@pytest.mark.parametrize(
    ("status", "fault"),
    [(429, Unavailable), (503, Unavailable), (400, Unfit), (413, Unfit), (401, Denied), (403, Denied)],
)
def test_failed_requests_are_told_apart(status: int, fault: type[Exception]) -> None:
    """A whole request that fails waits, is cut smaller, or is said aloud."""
    with server(status, b'{"error":{"type":"x","reason":"why not"}}') as (url, _):
        cluster = Cluster(connect(Settings(_env_file=None, elasticsearch=url)))
        with pytest.raises(fault):
            cluster.bulk(ACTIONS)
        cluster.close()


def test_nobody_there_is_unavailable() -> None:
    """A refused connection is a fault that passes."""
    cluster = Cluster(connect(Settings(_env_file=None, elasticsearch="http://127.0.0.1:9")))
    with pytest.raises(Unavailable):
        cluster.bulk(ACTIONS)
    with pytest.raises(Unavailable):
        cluster.refresh(["t"])
    cluster.close()


def test_each_item_has_its_answer() -> None:
    """A 200 may hold failures: each item's status, type and reasons come back in order."""
    body = (
        b'{"items":[{"index":{"status":201}},{"index":{"status":400,"error":'
        b'{"type":"document_parsing_exception","reason":"failed","caused_by":{"reason":"bad date"}}}}]}'
    )
    with server(200, body) as (url, seen):
        cluster = Cluster(connect(Settings(_env_file=None, elasticsearch=url)))
        answers = cluster.bulk(ACTIONS)
        cluster.close()
    assert answers == [Answer(201), Answer(400, "document_parsing_exception", "failed: bad date")]
    assert "require_alias=true" in seen[0]["path"]


def test_reading_says_which_documents_are_there() -> None:
    """Absent documents are left out; an index in trouble is a fault, not an absence."""
    with server(200, '{"docs":[{"_id":"a","_source":{"title":"خبر"}},{"_id":"b"}]}'.encode()) as (url, _):
        cluster = Cluster(connect(Settings(_env_file=None, elasticsearch=url)))
        assert cluster.fetch("t", ["a", "b"], ["title"]) == {"a": {"title": "خبر"}}
        assert cluster.fetch("t", [], ["title"]) == {}
        cluster.close()
    with server(200, b'{"docs":[{"_id":"a","error":{"type":"index_not_found_exception"}}]}') as (url, _):
        cluster = Cluster(connect(Settings(_env_file=None, elasticsearch=url)))
        with pytest.raises(Unavailable, match="index_not_found"):
            cluster.fetch("t", ["a"], ["title"])
        cluster.close()


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ({"elasticsearch_username": "u", "elasticsearch_password": SecretStr("geheim")}, "Basic dTpnZWhlaW0="),
        ({"elasticsearch_api_key": SecretStr("c2NobHVlc3NlbA==")}, "ApiKey c2NobHVlc3NlbA=="),
        ({}, None),
    ],
)
def test_credentials_travel_in_the_header_alone(given: dict[str, object], header: str | None) -> None:
    """User and password or an API key are sent as such, and stand in no description of the client."""
    with server(200, b'{"items":[]}') as (url, seen):
        settings = Settings(_env_file=None, elasticsearch=url, **given)
        with connect(settings) as client:
            client.bulk(operations=[b'{"delete":{"_id":"x"}}'])  # type: ignore[list-item]
            described = repr(client) + repr(settings)
    assert seen[0].get("authorization") == header
    assert "geheim" not in described
    assert "c2NobHVlc3NlbA==" not in described


def test_certificate_is_only_for_https() -> None:
    """A CA file for a plain address is a mistake in the settings that is said at once."""
    with pytest.raises(ValueError, match="https"):
        connect(Settings(_env_file=None, elasticsearch="http://127.0.0.1:9", elasticsearch_ca="/no/ca.pem"))
