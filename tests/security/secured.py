"""Real Kafka and Elasticsearch that let nobody in without TLS and a login, with throw-away certificates and users."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from elasticsearch import Elasticsearch  # noqa: TID251 - the node is the test's own
from kafka.admin import (  # noqa: TID251 - the broker is the test's own
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from sada.local.servers import QUICK, Server, forget_elasticsearch, start_elasticsearch, start_kafka
from schemas import Settings
from schemas.kafka_options import client_options

PLAIN = Settings(_env_file=None)
USER = "sada"
"""May do anything."""

CLERK = "clerk"
"""May do what docs/security.md lists, once it is granted."""

PASSWORD = f"canary-{secrets.token_hex(12)}"
"""Of every user here; tests look for it in logs, answers and process lists."""


@dataclass(frozen=True)
class Authority:
    """A CA of its own with a server's certificate for loopback and a client's, as PEM files in `folder`."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The CA's certificate."""
        return self.folder / "ca.pem"

    @property
    def server(self) -> Path:
        """The servers' key and certificate."""
        return self.folder / "server.pem"

    @property
    def client(self) -> Path:
        """Our own key and certificate."""
        return self.folder / "client.pem"


def make_authority(folder: Path) -> Authority:
    """Issue everything anew in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, made = Authority(folder), trustme.CA()
    made.cert_pem.write_to_path(str(authority.ca))
    for file, name in ((authority.server, "127.0.0.1"), (authority.client, "sada.test")):
        issued = made.issue_cert(name)
        chain = b"".join(part.bytes() for part in issued.cert_chain_pems)
        file.write_bytes(_pkcs8(issued.private_key_pem.bytes()) + chain)
    return authority


def _pkcs8(key: bytes) -> bytes:
    """Rewrite a PEM key in the one form that Java reads."""
    return load_pem_private_key(key, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def start_secured_kafka(home: Path, authority: Authority, *, client_certificates: bool = False) -> Server:
    """Start a broker whose one listener for clients is SASL_SSL (PLAIN, SCRAM), or SSL with client certificates."""
    protocol = "SSL" if client_certificates else "SASL_SSL"
    login = f'username="{USER}" password="{PASSWORD}"'
    module = "org.apache.kafka.common.security"
    properties = {
        "listeners": "CLIENTS://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": "CLIENTS://127.0.0.1:{port}",
        "inter.broker.listener.name": "CLIENTS",
        "listener.security.protocol.map": f"CONTROLLER:PLAINTEXT,CLIENTS:{protocol}",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(authority.server),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.ca),
        "listener.name.clients.ssl.client.auth": "required" if client_certificates else "none",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "listener.name.clients.plain.sasl.jaas.config": (
            f'{module}.plain.PlainLoginModule required {login} user_{USER}="{PASSWORD}" user_{CLERK}="{PASSWORD}";'
        ),
        **{
            f"listener.name.clients.scram-sha-{bits}.sasl.jaas.config": f"{module}.scram.ScramLoginModule required;"
            for bits in ("256", "512")
        },
    }
    if not client_certificates:
        properties |= {
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            # Nobody but the broker itself comes to the controller's door.
            "super.users": f"User:{USER};User:ANONYMOUS",
        }
    server = start_kafka(home, PLAIN, 0, properties=properties, options=QUICK)
    if not client_certificates:
        _add_scram_users(kafka_settings(server, authority))
    return server


def _add_scram_users(settings: Settings) -> None:
    with closing(KafkaAdminClient(**client_options(settings))) as admin:
        for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
            admin.alter_user_scram_credentials([UserScramCredentialUpsertion(USER, mechanism, PASSWORD.encode())])


def grant(settings: Settings, user: str, rights: Sequence[tuple[ResourceType, str, Sequence[ACLOperation]]]) -> None:
    """Let `user` do what `rights` say: kind of resource, its name or the beginning of it (`…`), operations."""
    patterns = [
        ACL(
            principal=f"User:{user}",
            host="*",
            operation=operation,
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(
                kind,
                name.rstrip("…"),
                ACLResourcePatternType.PREFIXED if "…" in name else ACLResourcePatternType.LITERAL,
            ),
        )
        for kind, name, operations in rights
        for operation in operations
    ]
    with closing(KafkaAdminClient(**client_options(settings))) as admin:
        admin.create_acls(patterns)


def kafka_settings(server: Server, authority: Authority, **changes: Any) -> Settings:
    """Return settings that reach the broker by SASL PLAIN."""
    values: dict[str, Any] = {
        "kafka": server.address,
        "kafka_security": "SASL_SSL",
        "kafka_username": USER,
        "kafka_password": PASSWORD,
        "kafka_ca": authority.ca,
    }
    return Settings(_env_file=None, **(values | changes))


def start_secured_elasticsearch(home: Path, authority: Authority) -> Server:
    """Start a node that speaks https alone and knows the superuser `sada` with `PASSWORD`."""
    properties = {
        "xpack.security.enabled": True,
        "xpack.security.http.ssl.enabled": True,
        "xpack.security.http.ssl.key": "server.key",
        "xpack.security.http.ssl.certificate": "server.pem",
    }
    key, begin, chain = authority.server.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    files = {
        "server.key": key,
        "server.pem": begin + chain,
        "users": f"{USER}:{_hash(PASSWORD)}\n".encode(),
        "users_roles": f"superuser:{USER}\n".encode(),
    }
    return start_elasticsearch(home, PLAIN, 0, properties=properties, options=QUICK, files=files)


def _hash(password: str) -> str:
    """Hash as Elasticsearch's file realm reads it: PBKDF2 with SHA-512, 32 bytes of salt and of key."""
    salt, rounds = os.urandom(32), 1000
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def administrator(address: str, authority: Authority) -> Elasticsearch:
    """Return a client that may do anything."""
    return Elasticsearch(address, ca_certs=str(authority.ca), basic_auth=(USER, PASSWORD))


def make_api_key(client: Elasticsearch, role: Mapping[str, Any], expiration: str | None = None) -> str:
    """Create a key that may do what `role` says and nothing else; returns its base64 form."""
    answer = client.security.create_api_key(name="sada", role_descriptors={"sada": dict(role)}, expiration=expiration)
    return str(answer["encoded"])


__all__ = [
    "CLERK",
    "PASSWORD",
    "USER",
    "Authority",
    "administrator",
    "forget_elasticsearch",
    "grant",
    "kafka_settings",
    "make_api_key",
    "make_authority",
    "start_secured_elasticsearch",
    "start_secured_kafka",
]
