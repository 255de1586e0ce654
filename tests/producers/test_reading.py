"""From a path to an article or the reason why it is none."""

from __future__ import annotations

import gzip
import os
import socket
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from producers.outcomes import Found, Gone, Refused
from producers.reading import read, read_articles
from schemas import RawArticle, Reason, Rejected, Settings, encode
from schemas.identity import article_id, reject_id

TEXT = "افتتحت البلدية حديقة جديدة وسط المدينة"


def settings(**values: Any) -> Settings:
    """Build settings that ignore the developer's own `.env`."""
    return Settings(_env_file=None, **values)


def refused(root: Path, name: str, **values: Any) -> Refused:
    """Read `name`, which must be refused."""
    outcome = read(root, name, settings(**values))
    assert isinstance(outcome, Refused)
    return outcome


def test_article_is_read_as_it_stands(tmp_path: Path) -> None:
    """The text keeps its line endings; its identity does not depend on them."""
    (tmp_path / "a.txt").write_bytes(f"{TEXT}\r\n\r\n".encode("cp1256"))
    outcome = read(tmp_path, "a.txt", settings())
    assert isinstance(outcome, Found)
    assert outcome.text == f"{TEXT}\r\n\r\n"
    assert outcome.encoding == "windows-1256"
    assert outcome.article_id == article_id(TEXT)
    assert outcome.signature.size == len(TEXT) + 4


def test_one_byte_is_an_article(tmp_path: Path) -> None:
    """A single letter is enough."""
    (tmp_path / "a.txt").write_bytes(b"x")
    assert isinstance(read(tmp_path, "a.txt", settings()), Found)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "\u200f\u00a0".encode(), b"... 123 ***"])
def test_file_without_letters_is_empty(tmp_path: Path, data: bytes) -> None:
    """No bytes, blanks, a lone mark, digits and signs: nothing to read in them."""
    (tmp_path / "a.txt").write_bytes(data)
    outcome = refused(tmp_path, "a.txt")
    assert outcome.reason is Reason.EMPTY
    assert outcome.message.startswith("a.txt: ")
    assert outcome.payload == data
    assert outcome.reject_id == reject_id("read", "a.txt", data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4 " + b"x" * 50, Reason.BINARY),
        (os.urandom(4000), Reason.BINARY),
        ("Вчера в городе прошли переговоры о новом соглашении".encode("cp1251"), Reason.UNDECODABLE),
    ],
)
def test_what_is_no_text_is_refused_with_its_bytes(tmp_path: Path, data: bytes, reason: Reason) -> None:
    """Binary and undecodable files carry their reason, advice and bytes; the file stays."""
    (tmp_path / "a.txt").write_bytes(data)
    outcome = refused(tmp_path, "a.txt")
    assert (outcome.reason, outcome.payload) == (reason, data)
    assert ";" in outcome.message
    assert (tmp_path / "a.txt").read_bytes() == data


def test_oversize_file_is_never_read(tmp_path: Path) -> None:
    """A sparse file of a terabyte is refused by its size; the refusal stays the same however it grows."""
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(1 << 40)
    outcome = refused(tmp_path, "a.txt")
    assert outcome.reason is Reason.OVERSIZE
    assert outcome.payload is None
    assert outcome.reject_id == reject_id("read", "a.txt", b"oversize")
    assert "SADA_MAX_FILE_BYTES" in outcome.message


def test_largest_allowed_file_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed; one byte more is not."""
    (tmp_path / "a.txt").write_bytes(b"a" * 1000)
    assert isinstance(read(tmp_path, "a.txt", settings(max_file_bytes=1000)), Found)
    assert refused(tmp_path, "a.txt", max_file_bytes=999).reason is Reason.OVERSIZE


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    """A .gz file is read through, also one of several members."""
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode()) + gzip.compress("\nتتمة".encode()))
    outcome = read(tmp_path, "a.txt.gz", settings())
    assert isinstance(outcome, Found)
    assert (outcome.text, outcome.encoding) == (f"{TEXT}\nتتمة", "utf-8")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"a" * 10_000_000, mtime=0), Reason.OVERSIZE),
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], Reason.UNDECODABLE),
        (TEXT.encode(), Reason.UNDECODABLE),
        (gzip.compress(b"", mtime=0), Reason.EMPTY),
        (gzip.compress(b"PK\x03\x04.....", mtime=0), Reason.BINARY),
    ],
    ids=["too much", "cut off", "not packed", "nothing", "an archive"],
)
def test_bad_gzip_is_refused(tmp_path: Path, data: bytes, reason: Reason) -> None:
    """Bombs stop at the limit; cut, mislabelled, empty and binary ones have their own reasons."""
    (tmp_path / "a.txt.gz").write_bytes(data)
    assert refused(tmp_path, "a.txt.gz").reason is reason


def make_socket(place: Path) -> None:
    """Leave a socket at `place`."""
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (os.mkfifo, "named pipe"),
        (make_socket, "socket"),
        (lambda place: place.symlink_to("/etc/hostname"), "out of the inbox"),
        (lambda place: place.symlink_to("../outside.txt"), "does not exist"),
        (lambda place: place.symlink_to("/dev/zero"), "out of the inbox"),
        (lambda place: place.symlink_to(place.name), "circle"),
        (lambda place: place.symlink_to("."), "folder"),
    ],
)
def test_special_files_are_never_opened(tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    """Pipes, sockets, devices and links that lead astray are unreadable, told without opening them."""
    make(tmp_path / "a.txt")
    outcome = refused(tmp_path, "a.txt")
    assert (outcome.reason, outcome.payload) == (Reason.UNREADABLE, None)
    assert says in outcome.message


def test_link_within_the_inbox_is_followed(tmp_path: Path) -> None:
    """A link to another article is that article under a second name."""
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").symlink_to("a.txt")
    outcome = read(tmp_path, "b.txt", settings())
    assert isinstance(outcome, Found)
    assert (outcome.path, outcome.article_id) == ("b.txt", article_id(TEXT))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_forbidden_file_is_unreadable(tmp_path: Path) -> None:
    """A file without read permission says so."""
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "a.txt").chmod(0)
    assert refused(tmp_path, "a.txt").reason is Reason.UNREADABLE


def test_absent_file_is_gone(tmp_path: Path) -> None:
    """A path with nothing there is gone, which is no refusal."""
    assert read(tmp_path, "a.txt", settings()) == Gone("a.txt")


def test_text_too_large_for_a_message_is_refused(tmp_path: Path) -> None:
    """A text whose message would not fit through Kafka is refused at the door."""
    (tmp_path / "a.txt").write_text('خ"' * 30_000)
    outcome = refused(tmp_path, "a.txt", max_message_bytes=65_536)
    assert (outcome.reason, outcome.payload) == (Reason.MESSAGE_TOO_LARGE, None)
    assert "SADA_MAX_MESSAGE_BYTES" in outcome.message


def test_odd_names_travel(tmp_path: Path) -> None:
    """A name that is no UTF-8 ends in a message that is."""
    name = os.fsdecode(b"\xff.txt")
    (tmp_path / name).write_text(TEXT)
    (found,) = read_articles([tmp_path / name], settings())
    assert isinstance(found, RawArticle)
    assert found.paths[0].endswith("/\\xff.txt")
    assert encode(found).decode("utf-8")


def test_files_and_folders_are_read_without_servers(tmp_path: Path) -> None:
    """Named files come as given, folders with all that the globs take, in order; what is missing is told."""
    for name in ("b.txt", "a.txt", "deep/c.txt", "d.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "empty.txt").touch()
    found = list(read_articles([tmp_path, tmp_path / "d.html", tmp_path / "absent.txt"], settings()))
    shown = [one.paths[0] if isinstance(one, RawArticle) else f"{one.path} {one.reason}" for one in found]
    assert shown == [
        f"{tmp_path}/a.txt",
        f"{tmp_path}/b.txt",
        f"{tmp_path}/deep/c.txt",
        f"{tmp_path}/empty.txt empty",
        f"{tmp_path}/d.html",
        f"{tmp_path}/absent.txt unreadable",
    ]
    assert isinstance(found[-1], Rejected)
    assert "no such file" in found[-1].message


def test_a_linked_folder_on_the_way_is_not_followed(tmp_path: Path) -> None:
    """A folder that became a link after it was listed leads nowhere, not even to files inside the inbox."""
    inbox, secret = tmp_path / "inbox", tmp_path / "secret"
    for folder in (inbox, secret):
        folder.mkdir()
    (secret / "a.txt").write_text(TEXT)
    (inbox / "folder").symlink_to(secret)
    outcome = refused(inbox, "folder/a.txt")
    assert (outcome.reason, outcome.payload) == (Reason.UNREADABLE, None)
    assert "a folder on its way is a link" in outcome.message
    assert refused(inbox, "../secret/a.txt").reason is Reason.UNREADABLE


def test_very_many_gzip_members_take_no_time(tmp_path: Path) -> None:
    """A megabyte of empty members is read in a second: each is looked at once, what follows is not copied each time."""
    empty = gzip.compress(b"", mtime=0)
    (tmp_path / "a.txt.gz").write_bytes(empty * (900_000 // len(empty)) + gzip.compress(TEXT.encode()))
    began = time.process_time()
    outcome = read(tmp_path, "a.txt.gz", settings())
    assert time.process_time() - began < 5
    assert isinstance(outcome, Found)
    assert outcome.text == TEXT


def test_a_file_of_a_gigabyte_costs_no_memory(tmp_path: Path) -> None:
    """Neither a huge file nor a bomb takes more than a few times the limit."""
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"a" * 50_000_000))
    tracemalloc.start()
    try:
        for name in ("a.txt", "b.txt.gz"):
            assert refused(tmp_path, name).reason is Reason.OVERSIZE
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
