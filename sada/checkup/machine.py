"""Settings in, findings on this machine out: Java, Python, memory, disks, ports, inbox, registry, tables."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import psutil

from producers.registry import registry_file
from sada.line import is_given
from sada.local.elasticsearch_server import LEAST_JAVA
from sada.local.java import NoJavaError, find_java
from sada.local.places import elasticsearch_folder
from sada.local.ports import is_free
from sada.state import Run
from schemas import Settings
from streams.native import SOURCES, missing

from .finding import GIB, Finding, fail, ok, one_line, warn

LEAST_PYTHON = (3, 11)
LITTLE_MEMORY = 1.5 * GIB
FULL, NEARLY_FULL = 0.5 * GIB, 2 * GIB
"""Free bytes below which a disk stops the line, or soon will."""

FILES_TRIED = 1000
CHECK_SECONDS = 5.0
"""Longest look into the registry."""

USUAL = {"kafka": ("Kafka", 9092), "elasticsearch": ("Elasticsearch", 9200)}


def examine_machine(settings: Settings, run: Run | None) -> Iterator[Finding]:
    """Look at what needs no server."""
    ours = not (is_given(settings, "kafka") and is_given(settings, "elasticsearch"))
    yield check_python(sys.version_info[:2])
    yield check_compiled(missing())
    yield check_java(needed=ours)
    yield check_memory(psutil.virtual_memory().available, needed=ours and run is None)
    yield from check_ports(settings, run, is_free)
    yield from check_disks(settings, lambda folder: shutil.disk_usage(folder).free)
    yield check_inbox(settings.inbox)
    yield check_registry(registry_file(settings))
    yield check_tables(settings.state_dir / "worker")


def check_python(version: tuple[int, int]) -> Finding:
    """Judge the interpreter."""
    text, place = ".".join(map(str, version)), sys.executable
    if version < LEAST_PYTHON:
        return fail("Python", place, text, "make the environment with Python 3.11 or newer")
    return ok("Python", place, text)


def check_compiled(missing: list[str]) -> Finding:
    """Judge whether the inner loops are compiled: without, all is done as well, and slower."""
    if missing:
        advice = "install a C compiler and Python's headers, then `make setup` again (or leave it: slower, no poorer)"
        return warn("compiled loops", str(SOURCES), f"not here: {', '.join(missing)}", advice)
    return ok("compiled loops", str(SOURCES), "all here")


def check_java(*, needed: bool, find: Callable[..., object] = find_java) -> Finding:
    """Judge the Java that local servers run on."""
    try:
        java = find("Elasticsearch", LEAST_JAVA, full=True)
    except NoJavaError as error:
        found, _, remedy = str(error).partition("\n")
        if needed:
            return fail("Java", "JAVA_HOME, PATH", found, remedy)
        return ok("Java", "JAVA_HOME, PATH", "none, and none needed: the servers are given")
    return ok("Java", getattr(java, "home", ""), f"version {getattr(java, 'version', '?')}")


def check_memory(available: float, *, needed: bool) -> Finding:
    """Judge the memory that is free; `needed` by servers that are still to start."""
    found = f"{available / GIB:.1f} GiB available"
    if needed and available < LITTLE_MEMORY:
        return warn("memory", "this machine", found, "end other programs: servers and roles take about 1.5 GiB")
    if available < LITTLE_MEMORY / 6:
        return warn("memory", "this machine", found, "end other programs, or run fewer workers")
    return ok("memory", "this machine", found)


def check_ports(settings: Settings, run: Run | None, is_free: Callable[[int], bool]) -> Iterator[Finding]:
    """Judge the ports of the servers that `sada up` has started or would start."""
    started = {process.name: process for process in run.processes} if run is not None else {}
    for field, (name, port) in USUAL.items():
        if is_given(settings, field):
            continue
        where = f"127.0.0.1:{port}"
        if run is not None:
            address = str(getattr(run, field) or where)
            if field in started and started[field].alive:
                yield ok(f"port of {name}", address, f"ours (process {started[field].pid})")
        elif is_free(port):
            yield ok(f"port of {name}", where, "free")
        else:
            advice = f"none needed: sada up takes another; to use what runs there, set SADA_{field.upper()}"
            yield warn(f"port of {name}", where, "taken by another program", advice)


def check_disks(settings: Settings, free: Callable[[Path], float]) -> Iterator[Finding]:
    """Judge the room left for state, inbox and the local servers' data."""
    folders = {"state": settings.state_dir, "inbox": settings.inbox}
    if not is_given(settings, "elasticsearch"):
        folders["Elasticsearch's data"] = elasticsearch_folder(settings.state_dir)
    for name, folder in folders.items():
        what, left = f"disk of {name}", free(_nearest(folder))
        found = f"{left / GIB:.1f} GiB free"
        if left < FULL:
            yield fail(what, folder, found, "free space: nothing can be written soon, and the line stands still")
        elif left < NEARLY_FULL:
            yield warn(what, folder, found, "free space, or move it to a larger disk (SADA_STATE_DIR, SADA_INBOX)")
        else:
            yield ok(what, folder, found)


def _nearest(folder: Path) -> Path:
    """Return the folder, or what will hold it once it is made."""
    here = folder.absolute()
    return next(place for place in (here, *here.parents) if place.exists())


def check_inbox(inbox: Path) -> Finding:
    """Judge whether the inbox and the first of its files can be read."""
    if not inbox.exists():
        return warn("inbox", inbox, "not there", "make it, or name another: SADA_INBOX; sada up makes it too")
    if not inbox.is_dir():
        return fail("inbox", inbox, "no folder", "name a folder: SADA_INBOX")
    if not os.access(inbox, os.R_OK | os.X_OK):
        return fail("inbox", inbox, "cannot be listed", f"let the user {os.geteuid()} read and enter it (chmod, chown)")
    tried = list(islice((entry for entry in os.scandir(inbox) if entry.is_file()), FILES_TRIED))
    closed = sum(not os.access(entry.path, os.R_OK) for entry in tried)
    if closed:
        return warn("inbox", inbox, f"{closed} of {len(tried)} files cannot be read", "let Sada's user read them")
    return ok("inbox", inbox, "readable")


def check_registry(file: Path) -> Finding:
    """Judge whether the registry opens and holds together."""
    if not file.exists():
        return ok("registry", file, "none yet")
    deadline = time.monotonic() + CHECK_SECONDS
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)) as database:
            database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            said = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        if "interrupted" in str(error):
            return ok("registry", file, f"opens; too large to look through in {CHECK_SECONDS:.0f} s")
        said = one_line(error)
    if said == "ok":
        return ok("registry", file, f"sound, {file.stat().st_size / 1024**2:.1f} MiB")
    return fail("registry", file, said, "sada down, move it away, sada up: all files are sent again, which adds none")


def check_tables(folder: Path) -> Finding:
    """Judge the folder of the workers' tables."""
    if not folder.exists():
        return ok("tables", folder, "none yet")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fail("tables", folder, "cannot be written", f"let the user {os.geteuid()} write there (chown)")
    return ok("tables", folder, "writable")
