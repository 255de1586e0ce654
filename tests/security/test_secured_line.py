"""From a file to the index and back to the terminal, with TLS and a login at both servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from bench.corpus import page
from tests.security.conftest import READER, Secured
from tests.security.roles import Roles, ask
from tests.security.secured import PASSWORD, make_api_key

pytestmark = pytest.mark.servers

MakeRoles = Callable[..., Roles]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512", pytest.param("SCRAM-SHA-256", marks=pytest.mark.slow)])
def test_an_article_passes_both_doors_and_no_secret_is_told(  # noqa: PLR0917
    secured: Secured, variables: dict[str, str], roles: MakeRoles, clerk: str, tmp_path: Path, mechanism: str
) -> None:
    """All roles, `status` and `search` work under each login, and say no secret in logs (debug), answers, lists.

    With PLAIN as a user who has the least rights at Kafka, and always with keys of the least privileges.
    """
    variables |= {"SADA_KAFKA_SASL": mechanism, "SADA_LOG_LEVEL": "debug"}
    variables |= {"SADA_KAFKA_USERNAME": clerk} if mechanism == "PLAIN" else {}
    line = roles(variables)
    line.start()
    Path(variables["SADA_INBOX"], "a.txt").write_text(page(7).text)
    articles = f"{variables['SADA_INDEX_PREFIX']}-articles"

    def indexed() -> bool:
        answer = secured.client.options(ignore_status=(404, 503)).count(index=articles)
        return bool(answer.get("count"))

    line.eventually(indexed, "the article is indexed")
    shown = line.command_lines()
    key = make_api_key(secured.client, READER)
    reader = {name: value for name, value in variables.items() if name != "SADA_ELASTICSEARCH_API_KEY_FILE"}
    reader["SADA_ELASTICSEARCH_API_KEY"] = key
    status = ask(tmp_path, reader, "status", "--json")
    found = ask(tmp_path, reader, "search", "--json", page(7).text.split()[0])
    assert line.stop() == {"watch": 0, "work": 0, "sink": 0}
    report = orjson.loads(status.stdout)
    assert (report["kafka"]["answers"], report["elasticsearch"]["answers"]) == (True, True), report
    assert report["documents"]["articles"] >= 1
    assert orjson.loads(found.stdout)[0]["paths"] == ["a.txt"]
    told = "".join([line.said(), shown, *(part for one in (status, found) for part in (one.stdout, one.stderr))])
    written = Path(variables["SADA_ELASTICSEARCH_API_KEY_FILE"]).read_text().strip()
    assert [secret for secret in (PASSWORD, key, written) if secret in told] == []
    assert "Traceback" not in told
