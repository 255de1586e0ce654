"""What does not fit a secured server ends a role, and answers a question, in one line that says what to change."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sada.local.servers import Server
from tests.security.conftest import WRITER, Secured
from tests.security.roles import Roles, ask
from tests.security.secured import CLERK, PASSWORD, make_api_key, make_authority, start_secured_kafka

pytestmark = pytest.mark.servers

Variables = dict[str, str]
MakeRoles = Callable[..., Roles]


@pytest.fixture(scope="module")
def strangers_ca(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A CA that signed nothing of ours."""
    return str(make_authority(tmp_path_factory.mktemp("strangers")).ca)


def complaint(said: str) -> str:
    """Return the one line about a fault; there must be no other above the level of information, and no trace."""
    assert "Traceback" not in said
    lines = [line for line in said.splitlines() if '"level": "info"' not in line and "[info" not in line]
    assert len(lines) == 1, said
    return lines[0]


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        ({"SADA_KAFKA_PASSWORD": "wrong"}, "refuses the login of 'sada' by PLAIN", "SADA_KAFKA_PASSWORD"),
        ({"SADA_KAFKA_PASSWORD": "wrong", "SADA_KAFKA_SASL": "SCRAM-SHA-512"}, "by SCRAM-SHA-512", "SADA_KAFKA_SASL"),
        ({"SADA_KAFKA_CA": "STRANGER"}, "its certificate is not trusted (unable to get", "set SADA_KAFKA_CA"),
        ({"SADA_KAFKA_SECURITY": "PLAINTEXT"}, "speaks TLS and we do not", "set SADA_KAFKA_SECURITY"),
        ({"SADA_KAFKA_SECURITY": "SSL"}, "wants a login", "set SADA_KAFKA_SECURITY to a SASL protocol"),
    ],
)
def test_kafka_refuses_each_role(  # noqa: PLR0917
    variables: Variables, roles: MakeRoles, strangers_ca: str, change: Variables, what: str, remedy: str
) -> None:
    """Watcher, worker and sink end with 1 and one line that names the address, the fault and the variable."""
    changed = {name: strangers_ca if value == "STRANGER" else value for name, value in change.items()}
    if "SADA_KAFKA_PASSWORD" in changed:
        del variables["SADA_KAFKA_PASSWORD_FILE"]
    line = roles(variables | changed)
    line.start()
    assert line.codes() == {"watch": 1, "work": 1, "sink": 1}
    for name in line.running:
        said = complaint(line.log(name).read_text())
        assert f"Kafka at {variables['SADA_KAFKA']}" in said
        assert what in said
        assert remedy in said


def test_a_user_without_rights_is_told_where_they_are_listed(variables: Variables, roles: MakeRoles) -> None:
    """Kafka lets the user in and nothing be done: each role ends with 1 and one line."""
    line = roles(variables | {"SADA_KAFKA_USERNAME": CLERK, "SADA_GROUP": "nobodys"})
    line.start()
    assert line.codes() == {"watch": 1, "work": 1, "sink": 1}
    for name in line.running:
        said = complaint(line.log(name).read_text())
        assert "uthorization failed" in said
        assert "docs/security.md lists the rights" in said


def api_key(secured: Secured, kind: str) -> str:
    """Make an API key that will not do."""
    if kind == "expired":
        key = make_api_key(secured.client, WRITER, expiration="1ms")
        time.sleep(0.5)
        return key
    if kind == "powerless":
        return make_api_key(secured.client, {"cluster": ["monitor"]})
    return "dW5rbm93bjpub25zZW5zZQ=="


@pytest.mark.parametrize(
    ("change", "what", "remedy"),
    [
        ({"SADA_ELASTICSEARCH_API_KEY": "unknown"}, "401 unable to authenticate", "SADA_ELASTICSEARCH_API_KEY"),
        ({"SADA_ELASTICSEARCH_API_KEY": "expired"}, "expired", "SADA_ELASTICSEARCH_API_KEY"),
        ({"SADA_ELASTICSEARCH_API_KEY": "powerless"}, "a privilege is missing", "docs/security.md"),
        (
            {"SADA_ELASTICSEARCH_USERNAME": "sada", "SADA_ELASTICSEARCH_PASSWORD": "wrong"},
            "401 unable to authenticate user [sada]",
            "SADA_ELASTICSEARCH_PASSWORD",
        ),
        ({"SADA_ELASTICSEARCH_CA": "STRANGER"}, "its certificate is not trusted", "set SADA_ELASTICSEARCH_CA"),
        ({"SADA_ELASTICSEARCH": "http", "SADA_ELASTICSEARCH_CA": ""}, "speaks TLS and we do not", "write https://"),
    ],
)
def test_elasticsearch_refuses_the_sink(  # noqa: PLR0917
    secured: Secured,
    variables: Variables,
    roles: MakeRoles,
    strangers_ca: str,
    change: Variables,
    what: str,
    remedy: str,
) -> None:
    """The sink ends with 1 and one line; `search` says the same, `status` shows it and answers the rest."""
    changed = {name: strangers_ca if value == "STRANGER" else value for name, value in change.items()}
    if not {"SADA_ELASTICSEARCH_API_KEY", "SADA_ELASTICSEARCH_USERNAME"}.isdisjoint(changed):
        del variables["SADA_ELASTICSEARCH_API_KEY_FILE"]
    if "SADA_ELASTICSEARCH_API_KEY" in changed:
        changed["SADA_ELASTICSEARCH_API_KEY"] = api_key(secured, changed["SADA_ELASTICSEARCH_API_KEY"])
    if changed.get("SADA_ELASTICSEARCH") == "http":
        changed["SADA_ELASTICSEARCH"] = variables["SADA_ELASTICSEARCH"].replace("https", "http")
        del variables["SADA_ELASTICSEARCH_CA"], changed["SADA_ELASTICSEARCH_CA"]
    line = roles(variables | changed)
    line.start("sink")
    assert line.codes() == {"sink": 1}
    said = [complaint(line.log("sink").read_text())]
    searched = ask(line.folder, variables | changed, "search", "خبر")
    assert searched.returncode == 1
    said.append(complaint(searched.stderr))
    status = ask(line.folder, variables | changed, "status")
    assert status.returncode == 0
    said.append(status.stdout)
    key = changed.get("SADA_ELASTICSEARCH_API_KEY", PASSWORD)
    for one in said:
        assert (changed | variables)["SADA_ELASTICSEARCH"].partition("://")[2] in one
        assert what in one
        assert remedy in one
        assert key not in one


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, secured: Secured) -> Iterator[Server]:
    """A Kafka that knows its clients by their certificates."""
    server = start_secured_kafka(tmp_path_factory.mktemp("guarded"), secured.authority, client_certificates=True)
    yield server
    server.stop()


def by_certificate(variables: Variables, guarded: Server) -> Variables:
    """Replace the login by TLS alone."""
    kept = {name: value for name, value in variables.items() if "KAFKA" not in name or name == "SADA_KAFKA_CA"}
    return kept | {"SADA_KAFKA": guarded.address, "SADA_KAFKA_SECURITY": "SSL"}


def test_a_client_certificate_opens_kafka(
    secured: Secured, variables: Variables, roles: MakeRoles, guarded: Server
) -> None:
    """With our certificate all roles come up and stay; without it each ends in one line that names the variable."""
    bare = by_certificate(variables, guarded)
    refused = roles(bare)
    refused.start()
    assert refused.codes() == {"watch": 1, "work": 1, "sink": 1}
    assert all("check SADA_KAFKA_CERTIFICATE" in complaint(refused.log(name).read_text()) for name in refused.running)
    line = roles(bare | {"SADA_KAFKA_CERTIFICATE": str(secured.authority.client)})
    line.start()
    line.eventually(lambda: all(word in line.said() for word in ("watch_started", "worker_ready", "sink_ready")), "up")
    assert line.stop() == {"watch": 0, "work": 0, "sink": 0}


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda place: place.unlink(), "No such file or directory; mount the secret"),
        (lambda place: place.write_text("\n"), "is empty; write the secret into it"),
        (lambda place: place.chmod(0o666), "any user may write"),
    ],
)
def test_a_bad_secret_file_ends_a_role(
    variables: Variables, tmp_path: Path, prepare: Callable[[Path], object], said: str
) -> None:
    """A file of secrets that cannot serve is named with its variable, in one line, before any server is asked."""
    place = Path(variables["SADA_KAFKA_PASSWORD_FILE"])
    prepare(place)
    done: subprocess.CompletedProcess[str] = ask(tmp_path, variables, "sink")
    assert done.returncode == 1
    line = complaint(done.stderr)
    assert line.startswith("sada: SADA_KAFKA_PASSWORD_FILE: ")
    assert str(place) in line
    assert said in line
