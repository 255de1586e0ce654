"""Gets the servers' files: from pinned Maven coordinates to verified files in the cache, through jgo."""

from __future__ import annotations

import hashlib
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .progress import Downloads, Say, downloads

if TYPE_CHECKING:
    from jgo.maven import MavenContext

PINS = Path(__file__).with_name("pins.toml")
ATTEMPTS = 4
AT_ONCE = 4


class DownloadError(RuntimeError):
    """A file could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True)
class Pin:
    """One file on Maven Central and the SHA-256 that it must have."""

    group: str
    artifact: str
    kind: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Its file name, such as `kafka-clients-4.3.1.jar`."""
        return f"{self.artifact}-{self.version}.{self.kind}"

    def path(self, repository: Path) -> Path:
        """Name the place of the file in a local Maven repository."""
        return repository.joinpath(*self.group.split("."), self.artifact, self.version, self.file)


def load_pins(server: str, file: Path = PINS) -> tuple[Pin, ...]:
    """Read the pins of `server` (`kafka` or `elasticsearch`)."""
    table = tomllib.loads(file.read_text("utf-8"))[server]
    return tuple(_pin(coordinate, sha256) for coordinate, sha256 in table.items())


def fetch(pins: tuple[Pin, ...], cache: Path, say: Say) -> list[Path]:
    """Return the verified files of `pins`; only what the cache lacks is downloaded.

    Raises:
        DownloadError: no connection, or a file whose SHA-256 is not the pinned one (it is deleted).
    """
    repository = cache / "maven"
    missing = [pin for pin in pins if not _is_verified(pin, repository)]
    if missing:
        repository.mkdir(parents=True, exist_ok=True)
        with downloads(len(missing), say) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
            context = _context(repository, progress)
            for pin, under_way in [(pin, pool.submit(_fetch_one, pin, context)) for pin in missing]:
                under_way.result()
                progress.done(pin.file)
    return [pin.path(repository) for pin in pins]


def _pin(coordinate: str, sha256: str) -> Pin:
    group, artifact, kind, version = coordinate.split(":")
    return Pin(group, artifact, kind, version, sha256)


def _context(repository: Path, progress: Downloads) -> MavenContext:
    from jgo.maven import MavenContext, PythonResolver

    return MavenContext(PythonResolver(progress_callback=progress.of_file), repo_cache=repository, timeout=60)


def _fetch_one(pin: Pin, context: MavenContext) -> None:
    path = pin.path(context.repo_cache)
    if path.exists() and _sha256(path) != pin.sha256:
        path.unlink()  # left half-written by an interrupted download
    if not path.exists():
        _download(pin, context)
    actual = _sha256(path)
    if actual != pin.sha256:
        path.unlink()
        raise DownloadError(
            f"{pin.file} is not the file that was pinned: SHA-256 is {actual}, expected {pin.sha256}. It was deleted; "
            "start again, and if this stays so, look for a proxy that changes downloads."
        )
    _marker(path).write_text(_mark(pin, path), "utf-8")


def _download(pin: Pin, context: MavenContext) -> None:
    component = context.project(pin.group, pin.artifact).at_version(pin.version)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            component.artifact(packaging=pin.kind).resolve()
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors; jgo's own are RuntimeErrors
            pin.path(context.repo_cache).unlink(missing_ok=True)
            if attempt == ATTEMPTS:
                raise DownloadError(
                    f"could not download {pin.file} from Maven Central ({error}). The first start needs a connection "
                    "(a proxy is read from HTTPS_PROXY); later starts need none."
                ) from error
            time.sleep(2**attempt - 1)
        else:
            return


def _is_verified(pin: Pin, repository: Path) -> bool:
    path = pin.path(repository)
    try:
        return _marker(path).read_text("utf-8") == _mark(pin, path)
    except FileNotFoundError:
        return False


def _marker(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _mark(pin: Pin, path: Path) -> str:
    return f"{pin.sha256} {path.stat().st_size}\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
