"""Runs Elasticsearch on loopback: from a home folder and settings to a node that keeps its data there."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from schemas.settings import Settings

from .distribution import install
from .java import Java, find_java
from .launch import Command, Server, launch, open_log
from .places import account, elasticsearch_folder, is_root, make_open, open_to_others, own
from .ports import HOST, choose_port
from .progress import Say
from .versions import ELASTICSEARCH

USUAL_PORT = 9200
LEAST_JAVA = 21
HEAP = "512m"
LARGEST_REQUEST = 100 * 1024 * 1024
SERVER_CLASS = "org.elasticsearch.bootstrap.Elasticsearch"
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%consoleException%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
UNWANTED_JVM = ("-Xlog:gc", "-XX:ErrorFile", "-XX:+HeapDumpOnOutOfMemoryError", "-Xms", "-Xmx")


def start_elasticsearch(  # noqa: PLR0913, PLR0917 - the last three are for tests
    home: Path,
    settings: Settings,
    port: int | None = None,
    say: Say = print,
    properties: Mapping[str, object] | None = None,
    options: tuple[str, ...] = (),
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> Server:
    """Start Elasticsearch with its log in `home/logs/elasticsearch.log`.

    Its data is in `home/elasticsearch`, or, when we are root, below /var/lib/sada, where the unprivileged account that
    runs it can go; deleting `home` makes the next start a fresh one in either case.

    Args:
        home: folder of the local servers; the same folder again finds the same documents.
        settings: for `bulk_bytes`.
        port: the port itself, 0 for any free one, None for 9200 or else a free one.
        say: is told what happens, line by line.
        properties: node settings that are added or win over ours.
        options: Java options after ours, such as `-Xmx1g`.
        files: what else stands in its configuration folder, by name: certificates, users.

    Raises:
        NoJavaError, DownloadError, PluginError, PortTakenError, ServerError, LookupError: each with what to do.
    """
    jdk = _find_jdk()
    program = install(jdk, say)
    user = account()
    folder = _own_folder(home)
    number = choose_port(USUAL_PORT, port, "Elasticsearch", say)
    values = node_settings(folder, settings, number) | dict(properties or {})
    _configure(folder, program, values, options)
    for name, content in files.items():
        _write_private(folder / "config" / name, content)
    own(folder, user)
    command = Command(
        "elasticsearch",
        (str(program / "bin" / "elasticsearch"),),
        _environ(jdk, folder),
        folder,
        open_log(home, "elasticsearch"),
        account=user,
        process=SERVER_CLASS,
    )
    secure = values.get("xpack.security.http.ssl.enabled") in (True, "true")
    address = f"{'https' if secure else 'http'}://{HOST}:{number}"
    return launch(command, address, lambda: _answers(number, secure), say)


def prefetch_elasticsearch(say: Say) -> Path:
    """Download, verify and prepare what Elasticsearch needs; returns its home in the cache."""
    return install(_find_jdk(), say)


def forget_elasticsearch(home: Path) -> None:
    """Delete the Elasticsearch data that belongs to `home`; its server must have ended."""
    shutil.rmtree(elasticsearch_folder(home), ignore_errors=True)


def node_settings(folder: Path, settings: Settings, port: int) -> dict[str, object]:
    """Compose the settings of a node that is a cluster by itself."""
    return {
        "cluster.name": "sada",
        "node.name": "sada-1",
        "discovery.type": "single-node",
        "network.host": HOST,
        "http.port": port,
        "http.max_content_length": f"{max(LARGEST_REQUEST, 2 * settings.bulk_bytes)}b",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "xpack.security.enabled": False,
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }


def jvm_options(stock: str, folder: Path, options: tuple[str, ...] = ()) -> str:
    """Compose jvm.options from the distribution's: our heap, crash files where the node may write, no GC log."""
    lines = [line for line in stock.splitlines() if line and not line.startswith(("#", *UNWANTED_JVM))]
    ours = [f"-Xms{HEAP}", f"-Xmx{HEAP}", f"-XX:ErrorFile={folder / 'logs' / 'hs_err_pid%p.log'}", "-XX:-UsePerfData"]
    return "\n".join([*lines, *ours, *options, ""])


def _find_jdk() -> Java:
    return find_java(
        f"Elasticsearch {ELASTICSEARCH}",
        LEAST_JAVA,
        full=True,
        fits=open_to_others if is_root() else lambda home: True,
    )


def _own_folder(home: Path) -> Path:
    """Find the data folder of `home`; data of a home that was deleted since is not taken over."""
    folder = elasticsearch_folder(home)
    mark, known = home / "elasticsearch.id", folder / "id"
    if not (mark.exists() and known.exists() and mark.read_text("utf-8") == known.read_text("utf-8")):
        shutil.rmtree(folder, ignore_errors=True)
        make_open(folder)
        home.mkdir(parents=True, exist_ok=True)
        identity = uuid.uuid4().hex
        for file in (known, mark):
            file.write_text(identity, "utf-8")
    return folder


def _configure(folder: Path, program: Path, values: Mapping[str, object], options: tuple[str, ...]) -> None:
    for name in ("config", "data", "logs", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    config = folder / "config"
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
    (config / "elasticsearch.yml").write_text("".join(lines), "utf-8")
    (config / "log4j2.properties").write_text(LOGGING, "utf-8")
    stock = (program / "config" / "jvm.options").read_text("utf-8")
    (config / "jvm.options").write_text(jvm_options(stock, folder, options), "utf-8")


def _write_private(file: Path, content: bytes) -> None:
    """Write what may be a key; a file of an earlier start belongs to another account by now."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_bytes(content)


def _environ(jdk: Java, folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in jdk.environ().items() if name != "JAVA_HOME"}
    own_places = {
        "ES_JAVA_HOME": jdk.home,
        "ES_PATH_CONF": folder / "config",
        "ES_TMPDIR": folder / "tmp",
        "HOME": folder,
    }
    return inherited | {name: str(place) for name, place in own_places.items()}


def _answers(port: int, secure: bool) -> bool:
    """Say whether the node answers; one that asks who we are is up as well."""
    if secure:
        trusting = ssl._create_unverified_context()  # noqa: S323 - our own node, on loopback, asked whether it is up
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(HOST, port, timeout=5, context=trusting)
    else:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")
        return connection.getresponse().status in (200, 401)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
