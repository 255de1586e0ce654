"""Where the local servers live: from who runs us to cache, data folders and the account that runs Elasticsearch."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT_CACHE = Path("/var/cache/sada")
ROOT_DATA = Path("/var/lib/sada")
ACCOUNT = "sada"


@dataclass(frozen=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    """Say whether this process runs as root, whom Elasticsearch refuses."""
    return os.geteuid() == 0


def cache_folder() -> Path:
    """Name the folder of downloads: the user's cache, or one open to all users when root (whose HOME is closed)."""
    if is_root():
        return ROOT_CACHE
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sada"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sada"


def elasticsearch_folder(home: Path) -> Path:
    """Name the folder of Elasticsearch's data that belongs to `home`, where its account can go."""
    if not is_root():
        return home.absolute() / "elasticsearch"
    key = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    return ROOT_DATA / key


def account() -> Account | None:
    """Find or make the account that runs Elasticsearch when we are root; None when we are an ordinary user.

    Raises:
        LookupError: root, and neither `sada` could be made nor does `nobody` exist.
    """
    if not is_root():
        return None
    for name in (ACCOUNT, "nobody"):
        if name == ACCOUNT and _lookup(name) is None:
            _make(name)
        if found := _lookup(name):
            return found
    raise LookupError("Elasticsearch does not run as root: create a user named `sada` (useradd --system sada)")


def _lookup(name: str) -> Account | None:
    with suppress(KeyError):
        entry = pwd.getpwnam(name)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _make(name: str) -> None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return
    command = [program, "--system", "--no-create-home", "--home-dir", str(ROOT_DATA), "--shell", "/bin/false", name]
    subprocess.run(command, check=False, capture_output=True)  # where it fails, `nobody` serves


def open_to_others(path: Path) -> bool:
    """Say whether any user may enter `path`: a JDK below a closed home serves only its owner."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents))


def make_open(folder: Path) -> None:
    """Make `folder`; below the system's own folders, such that any user may enter it whatever our umask."""
    folder.mkdir(parents=True, exist_ok=True)
    for root in (ROOT_CACHE, ROOT_DATA):
        if is_root() and folder.is_relative_to(root):
            root.chmod(0o755)
            folder.chmod(0o755)


def own(folder: Path, user: Account | None) -> None:
    """Hand `folder`, with all in it, to `user`."""
    if user is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.uid, user.gid, follow_symlinks=False)
