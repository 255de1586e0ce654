"""The real servers: they start, keep data over a restart, analyse Arabic as stock ones do, and leave no process."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest

from schemas import Settings

pytestmark = pytest.mark.servers


def ask(url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask Elasticsearch over plain HTTP, as any client may."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url + path, data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_settings_name_the_running_servers(settings: Callable[..., Settings]) -> None:
    """The settings factory points at the session's servers and tells tests apart."""
    first, second = settings(), settings(partitions=2)
    assert ask(first.elasticsearch, "/")["version"]["number"] == "9.5.3"
    assert first.group != second.group
    assert (first.partitions, second.partitions) == (4, 2)
