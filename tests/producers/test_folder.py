"""What is in the inbox: globs, walking, links, odd names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from producers.folder import Globs, file_path, globs, look, scan, wire_path
from schemas import Settings

DEFAULT = globs(Settings(_env_file=None))


def names(root: Path, wanted: Globs = DEFAULT) -> set[str]:
    """List what a scan of `root` finds."""
    return {path for chunk in scan(root, wanted) for path, _ in chunk}


@pytest.mark.parametrize("path", ["a.txt", "a/b.txt", "a/b/c.txt", "خبر.txt", "a\nb.txt", "a.txt.gz", "a b/c.txt"])
def test_default_globs_take(path: str) -> None:
    """Text files are articles at the top and at any depth, whatever their names."""
    assert DEFAULT.takes(path)


@pytest.mark.parametrize(
    "path",
    [".a.txt", "a/.b.txt", ".git/a.txt", "a/.b/c.txt", "a.txt.part", "a.txt.tmp", "a.txt~", "a.html", "txt", "a.gz"],
)
def test_default_globs_leave(path: str) -> None:
    """Hidden files, files below hidden folders, half-written ones and other formats are left alone."""
    assert not DEFAULT.takes(path)


@pytest.mark.parametrize(
    ("pattern", "path", "taken"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "a/b.txt", False),
        ("news/**/*.txt", "news/a.txt", True),
        ("news/**/*.txt", "news/x/y/a.txt", True),
        ("news/**/*.txt", "other/a.txt", False),
        ("a?.txt", "ab.txt", True),
        ("a?.txt", "a/.txt", False),
        ("[ab].txt", "b.txt", True),
        ("[!ab].txt", "b.txt", False),
        ("[!ab].txt", "/.txt", False),
        ("a+(b).txt", "a+(b).txt", True),
        ("[.txt", "[.txt", True),
        ("news/**", "news/a/b.txt", True),
    ],
)
def test_glob_syntax(pattern: str, path: str, taken: bool) -> None:
    """Stars stop at folders, double stars do not, sets and literals mean what they say."""
    assert Globs((pattern,), ()).takes(path) is taken


def test_scan_finds_files_at_any_depth(tmp_path: Path) -> None:
    """A scan descends everywhere but into excluded and linked folders."""
    for path in ("a.txt", "x/b.txt", "x/y/c.txt", ".hidden/d.txt", "x/e.tmp", "x.txt/f.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("خبر")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == {"a.txt", "x/b.txt", "x/y/c.txt", "x.txt/f.txt"}


def test_scan_comes_in_chunks(tmp_path: Path) -> None:
    """No chunk is larger than asked, and together they are everything."""
    for number in range(25):
        (tmp_path / f"{number}.txt").touch()
    sizes = [len(chunk) for chunk in scan(tmp_path, DEFAULT, chunk=10)]
    assert sizes == [10, 10, 5]


@pytest.mark.parametrize("name", [b"a\nb.txt", "\u202eخبر\u200f.txt".encode(), b"\xff\xfe.txt", b"x" * 251 + b".txt"])
def test_odd_names_are_found_and_written_as_utf_8(tmp_path: Path, name: bytes) -> None:
    """Newlines, direction marks, bytes that are no UTF-8 and 255-byte names come through, one to one."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("خبر")
    (found,) = names(tmp_path)
    written = wire_path(found)
    assert written.encode("utf-8")
    assert os.fsencode(file_path(written)) == name


@given(st.binary().map(os.fsdecode))
def test_wire_paths_are_one_to_one(path: str) -> None:
    """Any path can be told again from how it is written."""
    assert file_path(wire_path(path)) == path


def test_look_follows_links_to_see_edits(tmp_path: Path) -> None:
    """A link's signature is its target's; of a link to nothing, its own; folders and absent files have none."""
    (tmp_path / "a.txt").write_text("خبر")
    (tmp_path / "b.txt").symlink_to("a.txt")
    (tmp_path / "c.txt").symlink_to("nothing")
    assert look(tmp_path, "b.txt") == look(tmp_path, "a.txt")
    assert look(tmp_path, "c.txt") is not None
    assert look(tmp_path, "nothing") is None
    assert look(tmp_path.parent, tmp_path.name) is None
    assert look(tmp_path, "a.txt/b.txt") is None


def test_absent_folder_is_logged_and_empty(tmp_path: Path) -> None:
    """A folder that is not there is told in the log and gives nothing."""
    with capture_logs() as lines:
        assert names(tmp_path / "absent") == set()
    assert [line["event"] for line in lines] == ["folder_unreadable"]


@pytest.mark.parametrize(
    "name",
    [
        "two\nlines",
        "\x1b[31mred",
        "\u202egnp",
        "\u2066a\u2069",
        "c1\x85",
        "ls\u2028",
        "back\\x0a",
        "\udcff\n",
        "خبر\u200f",
    ],
)
def test_a_written_path_can_be_shown_and_read_back(name: str) -> None:
    """No control character or turning mark is left in it, and it leads to the same file."""
    written = wire_path(f"{name}.txt")
    assert written.isprintable() or "\u200f" in written
    assert file_path(written) == f"{name}.txt"


def test_case_is_no_matter() -> None:
    """`NEWS.TXT` is an article, `X.PART` is not."""
    wanted = globs(Settings(_env_file=None))
    assert [wanted.takes(path) for path in ("NEWS.TXT", "a/B.Txt.GZ", "X.txt.PART", "x.TMP")] == [
        True,
        True,
        False,
        False,
    ]
