"""What was acknowledged by the broker: for each path of the inbox its signature, article and reject (SQLite, WAL)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from schemas import Settings

from .folder import Signature

_SCHEMA = """
CREATE TABLE IF NOT EXISTS roots (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS files (
    root INTEGER NOT NULL REFERENCES roots (id),
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    captured_ns INTEGER NOT NULL,
    article_id BLOB,
    reject_id BLOB,
    gone INTEGER NOT NULL DEFAULT 0,
    sent_at REAL NOT NULL,
    PRIMARY KEY (root, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intents (
    root INTEGER NOT NULL,
    path BLOB NOT NULL,
    id BLOB NOT NULL,
    reject INTEGER NOT NULL,
    PRIMARY KEY (root, path, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (one INTEGER PRIMARY KEY CHECK (one = 1), at_us INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS forgotten (article_id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles ON files (article_id) WHERE article_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS rejects ON files (reject_id) WHERE reject_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS vanished ON files (root) WHERE gone = 1 AND article_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS holders ON files (article_id, path, root, captured_ns)
    WHERE gone = 0 AND reject_id IS NULL AND article_id IS NOT NULL;
"""
_VERSION = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AT_ONCE = 500
_LIVE = "article_id = ? AND gone = 0 AND reject_id IS NULL"


class Row(NamedTuple):
    """One path as last acknowledged.

    `article_id` is the last article that it held, also while it is rejected (`reject_id`) or `gone`.
    `captured_ns` is the file's earliest mtime with this article; `sent_at` seconds since 1970.
    `unsure_articles` and `unsure_rejects` were about to be sent for it when a run was cut off: they may be on Kafka.
    A path that only such intents name has no article, no reject and is `gone`.
    """

    path: str
    signature: Signature
    captured_ns: int
    article_id: str | None
    reject_id: str | None
    gone: bool
    sent_at: float
    unsure_articles: tuple[str, ...] = ()
    unsure_rejects: tuple[str, ...] = ()

    @property
    def holds(self) -> str | None:
        """The article that the path holds now."""
        return None if self.gone or self.reject_id else self.article_id


class Intent(NamedTuple):
    """What is about to be sent for a path: an article's or a reject's identity."""

    path: str
    id: str
    reject: bool


class Place(NamedTuple):
    """A path in an inbox; registries outlive a change of the inbox."""

    root: Path
    path: str


class Holders(NamedTuple):
    """Who holds an article: how many, since when (ns since 1970), and the first of them by name."""

    total: int
    captured_ns: int
    places: tuple[Place, ...]


def registry_file(settings: Settings) -> Path:
    """Return where the registry of all inboxes is."""
    return settings.state_dir / "registry.sqlite"


class Registry:
    """The registry of one inbox, in one file shared by all inboxes. Use from one thread.

    Commits survive a crash of the program; after a crash of the machine the last ones may be missing,
    and what they stood for is sent again, which changes nothing.
    """

    def __init__(self, file: Path, root: Path, patience: float = 30.0) -> None:
        """Open `file` for the inbox `root`; waits `patience` seconds at most for another program that writes.

        Raises:
            ValueError: it is damaged, or written by a newer Sada; says what to do.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, timeout=patience, isolation_level=None)
        self._check(file)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        # 8 MB: a log that may grow without need fills a small disk, and then nothing could be folded into the file.
        self._db.execute("PRAGMA wal_autocheckpoint = 2000")
        self._db.execute("PRAGMA cache_size = -32768")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found > _VERSION:
            raise ValueError(f"{file}: written by a newer Sada (version {found}); upgrade this one")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {_VERSION}")
        name = os.fsencode(root.resolve())
        self._db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (name,))
        self._root: int = self._db.execute("SELECT id FROM roots WHERE path = ?", (name,)).fetchone()[0]

    def _check(self, file: Path) -> None:
        """See that the file is whole: half a second for a million paths.

        Raises:
            ValueError: it is damaged; says what to do.
        """
        try:
            found = str(self._db.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.OperationalError:
            raise  # busy, or no room: that passes
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            self._db.close()
            raise ValueError(f"{file}: damaged ({found}); move it away: the inbox is then read and sent anew")

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        self._db.close()

    def roots(self) -> list[Path]:
        """Return the inboxes that this file knows of."""
        return [Path(os.fsdecode(path)) for (path,) in self._db.execute("SELECT path FROM roots")]

    def compare(self, seen: Sequence[tuple[str, Signature]]) -> tuple[list[tuple[str, Signature]], int]:
        """Return those of `seen` that are new or changed, and how many of all are known, changed or not."""
        names = [os.fsencode(path) for path, _ in seen]
        found = self._select("files", "path, size, mtime_ns, ctime_ns, inode", " AND gone = 0", names)
        known = {columns[0]: columns[1:] for columns in found}
        changed = [entry for name, entry in zip(names, seen, strict=True) if known.get(name) != entry[1]]
        return changed, len(known)

    def rows(self, paths: Iterable[str]) -> dict[str, Row]:
        """Return what is known of `paths`, intents of a run that was cut off included."""
        names = [os.fsencode(path) for path in paths]
        columns = "path, size, mtime_ns, ctime_ns, inode, captured_ns, article_id, reject_id, gone, sent_at"
        found = {row.path: row for row in map(_row, self._select("files", columns, "", names))}
        for name, raw, reject in self._select("intents", "path, id, reject", "", names):
            path, unsure = os.fsdecode(name), raw.hex()
            row = found.get(path) or Row(path, Signature(0, 0, 0, 0), 0, None, None, gone=True, sent_at=0.0)
            found[path] = (
                row._replace(unsure_rejects=(*row.unsure_rejects, unsure))
                if reject
                else row._replace(unsure_articles=(*row.unsure_articles, unsure))
            )
        return found

    def holders(self, article_id: str, without: Sequence[str], most: int) -> Holders:
        """Return who holds `article_id`, paths `without` of this inbox apart; the first `most` by name."""
        names = [os.fsencode(path) for path in without]
        marks = ",".join("?" * len(names))
        where = f"{_LIVE} AND NOT (files.root = ? AND files.path IN ({marks}))"
        values = (bytes.fromhex(article_id), self._root, *names)
        count, captured = self._db.execute(
            f"SELECT count(*), min(captured_ns) FROM files WHERE {where}",  # noqa: S608 - marks and constants
            values,
        ).fetchone()
        if not count:
            return Holders(0, 0, ())
        found = self._db.execute(
            "SELECT roots.path, files.path FROM files JOIN roots ON roots.id = files.root"  # noqa: S608 - as above
            f" WHERE {where} ORDER BY files.path LIMIT ?",
            (*values, most),
        )
        return Holders(
            count, captured, tuple(Place(Path(os.fsdecode(root)), os.fsdecode(path)) for root, path in found)
        )

    def moment(self, now: datetime) -> datetime:
        """Return `now`, or the moment after the last one of `intend` where the clock has been set back since.

        Of two tellings of one article the later read holds: what is read later must say so, whatever the clock says.
        """
        found = self._db.execute("SELECT at_us FROM told").fetchone()
        return max(now, _EPOCH + (found[0] + 1) * _MICROSECOND) if found else now

    def articles(self, after: str, most: int) -> list[str]:
        """Return up to `most` articles that a path of any inbox holds now, in the order of their ids, `after` one."""
        found = self._db.execute(
            "SELECT DISTINCT article_id FROM files"
            " WHERE gone = 0 AND reject_id IS NULL AND article_id IS NOT NULL AND article_id > ?"
            " ORDER BY article_id LIMIT ?",
            (bytes.fromhex(after), most),
        )
        return [raw.hex() for (raw,) in found]

    def intend(self, intents: Iterable[Intent], at: datetime | None = None) -> None:
        """Note what is about to be sent, so that a later edit can take it back even if no ack is ever seen.

        `at` is the moment that the messages bear.

        Raises:
            sqlite3.OperationalError: as for `save`.
        """
        values = [(self._root, os.fsencode(path), bytes.fromhex(id), reject) for path, id, reject in intents]
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO intents VALUES (?, ?, ?, ?)", values)
            if at is not None:
                self._db.execute("INSERT OR REPLACE INTO told VALUES (1, ?)", ((at - _EPOCH) // _MICROSECOND,))

    def save(self, rows: Sequence[Row]) -> None:
        """Write `rows`, and drop the intents that they settle, in one transaction: all or none.

        An article settles all that was intended for its path, a reject only the rejects, an absence nothing.

        Raises:
            sqlite3.OperationalError: the disk is full, or another program holds the file for 30 s.
        """
        values = [
            (self._root, os.fsencode(row.path), *row.signature, row.captured_ns, _raw(row.article_id),
             _raw(row.reject_id), row.gone, row.sent_at)
            for row in rows
        ]  # fmt: skip
        settled = [(self._root, os.fsencode(row.path), row.reject_id is not None) for row in rows if not row.gone]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._db.executemany("DELETE FROM intents WHERE root = ? AND path = ? AND reject >= ?", settled)

    def mark_gone(self, places: Iterable[Place]) -> None:
        """Note that nothing is at `places` any more; what they held stays known."""
        values = [(os.fsencode(place.root), os.fsencode(place.path)) for place in places]
        with self._transaction():
            self._db.executemany(
                "UPDATE files SET gone = 1 WHERE root = (SELECT id FROM roots WHERE path = ?) AND path = ?", values
            )

    def send_again(self, *, articles: Iterable[str] = (), rejects: Iterable[str] = ()) -> set[str]:
        """Have the files read and sent anew, at the next scan, that hold `articles` or are refused as `rejects`.

        Returns those ids that are known here. Works on all inboxes; the watcher may run meanwhile.
        """
        known: set[str] = set()
        with self._transaction():
            for column, ids in (("article_id", articles), ("reject_id", rejects)):
                for one in ids:
                    query = f"UPDATE files SET gone = 1 WHERE {column} = ?"  # noqa: S608 - constants
                    if self._db.execute(query, (bytes.fromhex(one),)).rowcount:
                        known.add(one)
        return known

    def refused(self, rejects: Iterable[str]) -> set[str]:
        """Return those of `rejects` that files of this registry are refused as."""
        query = "SELECT 1 FROM files WHERE reject_id = ? LIMIT 1"
        return {one for one in rejects if self._db.execute(query, (bytes.fromhex(one),)).fetchone()}

    def vanished(self) -> dict[str, list[Place]]:
        """Return the articles of this inbox that no known path holds any more, each with the paths that once did."""
        found = self._db.execute(
            "SELECT DISTINCT article_id FROM ("
            "SELECT article_id FROM files WHERE root = ? AND gone = 1 AND article_id IS NOT NULL"
            " UNION SELECT id FROM intents WHERE root = ? AND reject = 0) AS lost"
            " WHERE NOT EXISTS (SELECT 1 FROM files WHERE files.article_id = lost.article_id AND gone = 0)",
            (self._root, self._root),
        ).fetchall()
        query = (
            "SELECT roots.path, held.path FROM (SELECT root, path FROM files WHERE article_id = ?"
            " UNION SELECT root, path FROM intents WHERE id = ? AND reject = 0) AS held"
            " JOIN roots ON roots.id = held.root"
        )
        return {
            raw.hex(): [
                Place(Path(os.fsdecode(root)), os.fsdecode(path)) for root, path in self._db.execute(query, (raw, raw))
            ]
            for (raw,) in found
        }

    def retracted(self, articles: Iterable[str]) -> None:
        """Note that `articles`, whose paths are all gone, have been taken back: their paths hold nothing any more.

        Raises:
            sqlite3.OperationalError: as for `save`.
        """
        values = [(bytes.fromhex(one),) for one in articles]
        with self._transaction():
            self._db.executemany("DELETE FROM files WHERE article_id = ? AND gone = 1 AND reject_id IS NULL", values)
            self._db.executemany("UPDATE files SET article_id = NULL WHERE article_id = ? AND gone = 1", values)
            self._db.executemany("DELETE FROM intents WHERE id = ? AND reject = 0", values)

    def forgotten(self) -> set[str]:
        """Return the articles that are not to be sent."""
        return {raw.hex() for (raw,) in self._db.execute("SELECT article_id FROM forgotten")}

    def forget(self, articles: Iterable[str], *, lift: bool = False) -> None:
        """Note that `articles` are not to be sent any more; `lift` takes that back."""
        statement = (
            "DELETE FROM forgotten WHERE article_id = ?" if lift else "INSERT OR IGNORE INTO forgotten VALUES (?)"
        )
        with self._transaction():
            self._db.executemany(statement, [(bytes.fromhex(one),) for one in articles])

    def count(self) -> int:
        """Count the paths of this inbox that are not gone."""
        found = self._db.execute("SELECT count(*) FROM files WHERE root = ? AND gone = 0", (self._root,))
        return int(found.fetchone()[0])

    def present(self) -> Iterable[list[str]]:
        """Yield the paths of this inbox that are not gone, by name, in chunks."""
        last = b""
        while True:
            chunk = self._db.execute(
                "SELECT path FROM files WHERE root = ? AND path > ? AND gone = 0 ORDER BY path LIMIT 1000",
                (self._root, last),
            ).fetchall()
            if not chunk:
                return
            last = chunk[-1][0]
            yield [os.fsdecode(path) for (path,) in chunk]

    def _select(self, table: str, columns: str, more: str, names: Sequence[bytes]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT {columns} FROM {table} WHERE root = ? AND path IN ({marks}){more}"  # noqa: S608 - constants
            found += self._db.execute(query, (self._root, *some)).fetchall()
        return found

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """`with` around writes: committed together, or rolled back."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        elif self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _row(columns: tuple[Any, ...]) -> Row:
    path, size, mtime_ns, ctime_ns, inode, captured_ns, article_id, reject_id, gone, sent_at = columns
    return Row(
        path=os.fsdecode(path),
        signature=Signature(size, mtime_ns, ctime_ns, inode),
        captured_ns=captured_ns,
        article_id=_hex(article_id),
        reject_id=_hex(reject_id),
        gone=bool(gone),
        sent_at=sent_at,
    )


def _raw(written: str | None) -> bytes | None:
    return None if written is None else bytes.fromhex(written)


def _hex(raw: bytes | None) -> str | None:
    return None if raw is None else raw.hex()
