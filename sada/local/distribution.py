"""Installs Elasticsearch in the cache: from the pinned zip and our plugin's Java source to a home ready to run."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from .jars import fetch, load_pins
from .java import Java
from .lock import locked
from .places import cache_folder
from .progress import Say
from .versions import ELASTICSEARCH

PLUGIN = Path(__file__).with_name("plugin")
PLUGIN_NAME = "sada-stock-analysis"
PLUGIN_JAVA = "21"
DESCRIPTOR = f"""\
name={PLUGIN_NAME}
description=Stock analysis names and the greeting, for Sada's local server
version={ELASTICSEARCH}
elasticsearch.version={ELASTICSEARCH}
java.version={PLUGIN_JAVA}
classname=sada.local.StockAnalysisPlugin
"""


class PluginError(RuntimeError):
    """The plugin's source does not compile; the text is the compiler's."""


def install(jdk: Java, say: Say) -> Path:
    """Return the Elasticsearch home in the cache, made at the first call and after a change of our plugin.

    Raises:
        DownloadError: see `fetch`.
        PluginError: the JDK refuses the plugin.
    """
    cache = cache_folder()
    with locked(cache, say):
        (archive,) = fetch(load_pins("elasticsearch"), cache, say)
        home = cache / f"elasticsearch-{ELASTICSEARCH}-{_plugin_key()}"
        if not home.exists():
            say(f"preparing Elasticsearch {ELASTICSEARCH} (once)")
            _build(archive, home, jdk)
    return home


def _plugin_key() -> str:
    content = DESCRIPTOR.encode() + b"".join(source.read_bytes() for source in _sources())
    return hashlib.sha256(content).hexdigest()[:12]


def _sources() -> list[Path]:
    return sorted(PLUGIN.glob("*.java"))


def _build(archive: Path, home: Path, jdk: Java) -> None:
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="new-") as name:
        with zipfile.ZipFile(archive) as content:
            content.extractall(name)
        fresh = Path(name) / f"elasticsearch-{ELASTICSEARCH}"
        _compile(fresh, jdk)
        for path in (fresh, *fresh.rglob("*")):  # whoever runs it must be able to read it, whatever our umask
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        fresh.rename(home)


def _compile(home: Path, jdk: Java) -> None:
    target = home / "plugins" / PLUGIN_NAME
    target.mkdir(parents=True)
    (target / "plugin-descriptor.properties").write_text(DESCRIPTOR, "ascii")
    with tempfile.TemporaryDirectory() as classes:
        options = ["--release", PLUGIN_JAVA, "-encoding", "UTF-8", "-nowarn", "-proc:none", "-d", classes]
        command = [jdk.program("javac"), *options, "-cp", str(home / "lib" / "*"), *map(str, _sources())]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise PluginError(f"the analysis plugin does not compile with {jdk.home}:\n{done.stderr}")
        packed = shutil.make_archive(str(target / PLUGIN_NAME), "zip", classes)
    Path(packed).rename(target / f"{PLUGIN_NAME}.jar")
