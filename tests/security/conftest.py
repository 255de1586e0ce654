"""Fixtures of the security tests: secured servers once for all of them, and the variables that open their doors."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch  # noqa: TID251 - the node is the test's own
from kafka.admin import ACLOperation, ResourceType  # noqa: TID251 - the broker is the test's own

from sada.local.servers import Server, forget_elasticsearch
from schemas.topics import TOPICS
from tests.security.roles import Roles
from tests.security.secured import (
    CLERK,
    PASSWORD,
    USER,
    Authority,
    administrator,
    grant,
    kafka_settings,
    make_api_key,
    make_authority,
    start_secured_elasticsearch,
    start_secured_kafka,
)

WRITER = {
    "cluster": ["manage_index_templates"],
    "indices": [{"names": ["sada-*"], "privileges": ["manage", "read", "write"]}],
}
READER = {"cluster": ["monitor"], "indices": [{"names": ["sada-*"], "privileges": ["read"]}]}
"""The privileges that docs/security.md lists."""

TOPIC_RIGHTS = (
    ACLOperation.DESCRIBE,
    ACLOperation.DESCRIBE_CONFIGS,
    ACLOperation.CREATE,
    ACLOperation.ALTER_CONFIGS,
    ACLOperation.READ,
    ACLOperation.WRITE,
)
GROUP_RIGHTS = (ACLOperation.READ, ACLOperation.DESCRIBE)
"""The rights that docs/security.md lists."""


@dataclass(frozen=True)
class Secured:
    """Both servers, and the CA of both."""

    kafka: Server
    elasticsearch: Server
    authority: Authority
    client: Elasticsearch


@pytest.fixture(scope="package")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Kafka on SASL_SSL and Elasticsearch on https, for all tests of this folder."""
    home = tmp_path_factory.mktemp("secured")
    authority = make_authority(home / "certificates")
    kafka = start_secured_kafka(home, authority)
    try:
        elasticsearch = start_secured_elasticsearch(home, authority)
        try:
            with administrator(elasticsearch.address, authority) as client:
                yield Secured(kafka, elasticsearch, authority, client)
        finally:
            elasticsearch.stop()
            forget_elasticsearch(home)
    finally:
        kafka.stop()


@pytest.fixture
def variables(secured: Secured, tmp_path: Path) -> dict[str, str]:
    """Variables that open both doors, with the secrets in files; an inbox, a group and indices of their own."""
    name = f"sada-{uuid.uuid4().hex[:8]}"
    secrets = {"KAFKA_PASSWORD": PASSWORD, "ELASTICSEARCH_API_KEY": make_api_key(secured.client, WRITER)}
    named = {}
    for variable, secret in secrets.items():
        place = tmp_path / "secrets" / variable
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"{secret}\n")
        named[f"SADA_{variable}_FILE"] = str(place)
    (tmp_path / "inbox").mkdir()
    return named | {
        "SADA_INBOX": str(tmp_path / "inbox"),
        "SADA_STATE_DIR": str(tmp_path / "state"),
        "SADA_KAFKA": secured.kafka.address,
        "SADA_KAFKA_SECURITY": "SASL_SSL",
        "SADA_KAFKA_USERNAME": USER,
        "SADA_KAFKA_CA": str(secured.authority.ca),
        "SADA_ELASTICSEARCH": secured.elasticsearch.address,
        "SADA_ELASTICSEARCH_CA": str(secured.authority.ca),
        "SADA_INDEX_PREFIX": name,
        "SADA_GROUP": name,
        "SADA_PARTITIONS": "4",
    }


@pytest.fixture
def clerk(secured: Secured, variables: dict[str, str]) -> str:
    """A Kafka user with the least rights for the group of `variables`."""
    own = f"{variables['SADA_GROUP']}-…"
    topics = [*(topic.name for topic in TOPICS), own]
    rights = [(ResourceType.TOPIC, name, TOPIC_RIGHTS) for name in topics] + [(ResourceType.GROUP, own, GROUP_RIGHTS)]
    grant(kafka_settings(secured.kafka, secured.authority), CLERK, rights)
    return CLERK


@pytest.fixture
def roles(tmp_path: Path) -> Iterator[Callable[..., Roles]]:
    """Make roles that are ended after the test."""
    made: list[Roles] = []

    def make(variables: dict[str, str], **changes: Any) -> Roles:
        made.append(Roles(tmp_path / f"roles-{len(made)}", variables | changes))
        return made[-1]

    yield make
    for one in made:
        one.kill()
