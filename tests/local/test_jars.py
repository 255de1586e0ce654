"""Getting the servers' files: what is pinned, verified, fetched once and refused."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from sada.local.jars import DownloadError, Pin, fetch, load_pins
from sada.local.versions import ELASTICSEARCH, KAFKA

CONTENT = b"a jar's bytes" * 1000
PIN = Pin("org.example", "lib", "jar", "1.0", hashlib.sha256(CONTENT).hexdigest())


class Central:
    """A Maven Central that knows one file and counts who asks."""

    def __init__(self, content: bytes | None) -> None:
        self.content, self.asked = content, 0

    def request(self, method: str, url: str, **_: object) -> requests.Response:
        """Answer as requests does."""
        self.asked += 1
        if self.content is None:
            raise requests.ConnectionError("no route to host")
        response = requests.Response()
        response.status_code = 200 if url.endswith("lib-1.0.jar") else 404
        response.raw = io.BytesIO(self.content)
        response.headers["content-length"] = str(len(self.content))
        return response


@pytest.fixture
def central(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes | None], Central]:
    """Put a fake in the place of the network."""

    def stand_in(content: bytes | None) -> Central:
        fake = Central(content)
        monkeypatch.setattr(requests, "request", fake.request)
        monkeypatch.setattr("sada.local.jars.time.sleep", lambda seconds: None)
        return fake

    return stand_in


def test_pins_are_of_the_versions_we_name() -> None:
    """The pin file holds both servers in the versions of versions.py, each file with a whole SHA-256."""
    kafka, elasticsearch = load_pins("kafka"), load_pins("elasticsearch")
    assert {pin.version for pin in kafka if pin.group == "org.apache.kafka"} == {KAFKA}
    assert [(pin.artifact, pin.kind, pin.version) for pin in elasticsearch] == [("elasticsearch", "zip", ELASTICSEARCH)]
    assert len(kafka) > 40
    assert all(len(pin.sha256) == 64 and int(pin.sha256, 16) for pin in (*kafka, *elasticsearch))


def test_fetches_once_then_works_offline(tmp_path: Path, central: Callable[[bytes | None], Central]) -> None:
    """The first call downloads and verifies; the second does not touch the network."""
    told: list[str] = []
    central(CONTENT)
    (path,) = fetch((PIN,), tmp_path, told.append)
    assert path.read_bytes() == CONTENT
    assert told[-1].startswith("downloaded 1 files")
    offline = central(None)
    assert fetch((PIN,), tmp_path, told.append) == [path]
    assert offline.asked == 0


def test_another_file_than_the_pinned_is_refused(tmp_path: Path, central: Callable[[bytes | None], Central]) -> None:
    """A file with another SHA-256 is deleted, and the error names it with both sums."""
    central(b"something else")
    with pytest.raises(DownloadError, match=r"lib-1\.0\.jar is not the file that was pinned") as failure:
        fetch((PIN,), tmp_path, lambda line: None)
    assert PIN.sha256 in str(failure.value)
    assert not PIN.path(tmp_path / "maven").exists()


def test_a_half_written_file_is_fetched_again(tmp_path: Path, central: Callable[[bytes | None], Central]) -> None:
    """What an interrupted download left behind does not count."""
    path = PIN.path(tmp_path / "maven")
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:100])
    central(CONTENT)
    assert fetch((PIN,), tmp_path, lambda line: None)[0].read_bytes() == CONTENT


def test_a_changed_file_is_noticed(tmp_path: Path, central: Callable[[bytes | None], Central]) -> None:
    """A file whose size no longer matches its marker is hashed and fetched again."""
    central(CONTENT)
    (path,) = fetch((PIN,), tmp_path, lambda line: None)
    path.write_bytes(CONTENT + b"more")
    assert fetch((PIN,), tmp_path, lambda line: None)[0].read_bytes() == CONTENT


def test_no_connection_is_said_plainly(tmp_path: Path, central: Callable[[bytes | None], Central]) -> None:
    """Without a network the first start says that it needs one, after several attempts."""
    nowhere = central(None)
    with pytest.raises(DownloadError, match="The first start needs a connection"):
        fetch((PIN,), tmp_path, lambda line: None)
    assert nowhere.asked == 4
