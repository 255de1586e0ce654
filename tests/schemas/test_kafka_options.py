"""How settings become the options of a Kafka client."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from schemas import Settings
from schemas.kafka_options import client_options


def settings(**values: Any) -> Settings:
    """Build settings that ignore the developer's own `.env`."""
    return Settings(_env_file=None, **values)


def test_plaintext_needs_addresses_alone() -> None:
    """Without security the options are the addresses, blanks and empty parts dropped, and the protocol."""
    options = client_options(settings(kafka="one:9092, two:9093,"))
    assert options == {"bootstrap_servers": ["one:9092", "two:9093"], "security_protocol": "PLAINTEXT"}


def test_sasl_takes_user_password_and_mechanism() -> None:
    """SASL options carry the mechanism and the password in the clear, as the client needs it."""
    options = client_options(
        settings(
            kafka_security="SASL_PLAINTEXT",
            kafka_sasl="SCRAM-SHA-512",
            kafka_username="sada",
            kafka_password="canary",
        )
    )
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("sada", "canary")
    assert "ssl_context" not in options


def test_tls_checks_host_names() -> None:
    """A TLS protocol gets a context that verifies certificate and host name."""
    context = client_options(settings(kafka_security="SSL"))["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_bad_certificate_names_the_variable(tmp_path: Path, content: str | None) -> None:
    """A CA file that is missing or no PEM ends in one line that names the setting."""
    certificate = tmp_path / "ca.pem"
    if content is not None:
        certificate.write_text(content)
    with pytest.raises(ValueError, match=r"SADA_KAFKA_CA: .*ca\.pem"):
        client_options(settings(kafka_security="SSL", kafka_ca=certificate))


def test_sasl_without_password_names_the_variables() -> None:
    """A SASL protocol without credentials says which variables are missing, and prints no secret."""
    with pytest.raises(ValueError, match="needs SADA_KAFKA_USERNAME and SADA_KAFKA_PASSWORD"):
        client_options(settings(kafka_security="SASL_SSL", kafka_username="sada"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Our key and certificate in one file."""
    trustme.CA().issue_cert("sada.test").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    return tmp_path / "both.pem"


def test_a_client_certificate_is_shown(certificate: Path) -> None:
    """A certificate with its key in one file is loaded."""
    context = client_options(settings(kafka_security="SSL", kafka_certificate=certificate))["ssl_context"]
    assert isinstance(context, ssl.SSLContext)


def test_an_encrypted_key_needs_its_password(certificate: Path, tmp_path: Path) -> None:
    """With the password the key is read; without it, or with another, the settings are named and nobody is asked."""
    key = load_pem_private_key(certificate.read_bytes(), None)
    hidden = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"canary"))
    (tmp_path / "key.pem").write_bytes(hidden)
    values = {"kafka_security": "SSL", "kafka_certificate": certificate, "kafka_key": tmp_path / "key.pem"}
    assert client_options(settings(**values, kafka_key_password="canary"))["ssl_context"]
    for wrong in ({}, {"kafka_key_password": "canary-other"}):
        with pytest.raises(ValueError, match=r"SADA_KAFKA_KEY_PASSWORD: .*key\.pem") as caught:
            client_options(settings(**values, **wrong))
        assert "canary" not in str(caught.value)
