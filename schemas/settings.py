"""Every setting of every role: one frozen model, read once from the environment at an entry point."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from schemas.secret_files import SecretFiles, SettingsError


class Settings(BaseSettings):
    """Read from `SADA_*` variables, a `.env` file, or files.

    A secret may stand in a file that `<its variable>_FILE` names, or in one named like it in `SADA_SECRETS_DIR`.
    """

    model_config = SettingsConfigDict(
        env_prefix="SADA_",
        env_file=".env",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # the value may be a secret
    )

    inbox: Path = Field(Path("inbox"), description="Folder that is watched for articles.")
    include: tuple[str, ...] = Field(
        ("**/*.txt", "**/*.txt.gz"), description="Globs of files that are articles (JSON list; case is no matter)."
    )
    exclude: tuple[str, ...] = Field(
        ("**/.*", "**/*.part", "**/*.tmp", "**/*~"),
        description="Globs of files to leave alone (JSON list; case is no matter).",
    )
    state_dir: Path = Field(Path(".sada"), description="Where Sada keeps its registry, logs and local servers' data.")
    rescan_seconds: float = Field(30.0, gt=0, description="Seconds between two full scans of the inbox.")
    settle_seconds: float = Field(
        0.5, ge=0, description="A file without a close event is finished when unchanged for this long."
    )
    retract_deleted: bool = Field(
        False, description="Take an article back when its last file is removed from the inbox (docs/forget.md)."
    )
    max_file_bytes: int = Field(1_000_000, gt=0, description="Larger files are rejected (`oversize`).")

    kafka: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, comma separated.")
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Kafka security protocol."
    )
    kafka_sasl: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="SASL mechanism, with a SASL protocol."
    )
    kafka_username: str | None = Field(None, description="SASL user.")
    kafka_password: SecretStr | None = Field(None, description="SASL password.")
    kafka_ca: Path | None = Field(None, description="CA certificate (PEM) that signed the brokers' certificates.")
    kafka_certificate: Path | None = Field(
        None, description="Our own certificate (PEM, with its chain), where brokers ask for one."
    )
    kafka_key: Path | None = Field(
        None, description="Private key (PEM) of that certificate, where it does not stand in the same file."
    )
    kafka_key_password: SecretStr | None = Field(None, description="Password of that key, where it is encrypted.")
    partitions: int = Field(8, ge=1, description="Partitions of every topic; the most workers that can share the load.")
    cluster_retention_days: int = Field(
        90, ge=0, description="A headline or story not seen for this many days is closed and begins anew; 0: never."
    )
    replication: int = Field(1, ge=1, description="Replicas of every topic.")
    max_message_bytes: int = Field(
        4_194_304,
        ge=65_536,
        description="Largest message, set alike for producers, workers, topics and consumers.",
    )

    topology: Literal["fused", "staged"] = Field(
        "fused", description="`fused`: all stages in one agent; `staged`: one agent and topic per stage."
    )
    group: str = Field("sada", description="Prefix of the consumer groups and of the workers' state.")
    work_batch: int = Field(100, ge=1, description="Most messages a worker takes at once.")
    work_wait_seconds: float = Field(0.05, gt=0, description="Longest wait for a batch to fill.")
    state_store: Literal["rocksdb", "memory"] = Field(
        "rocksdb",
        description="Where workers keep their tables: `rocksdb` on disk below SADA_STATE_DIR, `memory` for small "
        "lines.",
    )
    state_memory_mb: int = Field(
        24, ge=16, description="Memory that a worker's tables on disk may use for caches and unwritten rows, in MiB."
    )
    stage_deadline_seconds: float = Field(
        10.0, gt=0, description="An article that needs longer is rejected (`too_slow`)."
    )

    elasticsearch: str = Field("http://127.0.0.1:9200", description="Elasticsearch addresses, comma separated.")
    elasticsearch_username: str | None = Field(None, description="User for basic authentication.")
    elasticsearch_password: SecretStr | None = Field(None, description="Password for basic authentication.")
    elasticsearch_api_key: SecretStr | None = Field(None, description="API key (base64 form); wins over a password.")
    elasticsearch_ca: Path | None = Field(None, description="CA certificate (PEM) of an https address.")
    index_prefix: str = Field("sada", description="Prefix of the index names and aliases.")
    shards: int = Field(1, ge=1, description="Primary shards of a new index.")
    index_replicas: int = Field(0, ge=0, description="Replicas of a new index.")
    bulk_documents: int = Field(500, ge=1, description="Most documents in one bulk request.")
    bulk_bytes: int = Field(5_000_000, ge=1, description="Most bytes in one bulk request.")
    bulk_wait_seconds: float = Field(0.2, gt=0, description="Longest wait for a bulk request to fill.")

    health_port: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Port for `/live`, `/ready` and `/metrics` of a role (docs/health.md, docs/metrics.md); 0: none.",
    )
    health_host: str = Field(
        "127.0.0.1", description="Address that this page listens on; beyond loopback anyone who gets there reads it."
    )
    live_seconds: float = Field(
        60.0, gt=0, description="A role that stands still for longer, with work before it, says so at `/live`."
    )
    stuck_seconds: float = Field(
        120.0,
        gt=0,
        description="`sada up` starts a role again that stands still for longer although its servers answer.",
    )

    desk_host: str = Field(
        "127.0.0.1", description="Where the desk listens; beyond loopback it asks for `SADA_DESK_TOKEN` (docs/desk.md)."
    )
    desk_port: int = Field(8474, ge=0, le=65_535, description="Port of the desk; 0: any that is free.")
    desk_names: tuple[str, ...] = Field(
        (), description="Names by which the desk may be asked besides its address and this machine's (JSON list)."
    )
    desk_token: SecretStr | None = Field(
        None, description="What people log in to the desk with; needed beyond loopback."
    )

    traces_endpoint: str | None = Field(
        None, description="OTLP collector for traces, over HTTP (docs/metrics.md; needs the extra `traces`); none: off."
    )
    traces_ratio: float = Field(1.0, ge=0, le=1, description="Part of the articles that is traced.")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe log line shown.")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="`auto`: coloured lines on a terminal, JSON otherwise."
    )

    @field_validator("kafka", "elasticsearch", "traces_endpoint")
    @classmethod
    def _no_login_in_an_address(cls, addresses: str | None) -> str | None:
        """Refuse `user:password@host`: addresses are shown in logs and by `sada status`."""
        if addresses is not None and "@" in addresses:
            raise ValueError("an address holds no user or password; set them as variables of their own")
        return addresses

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read files of secrets after the environment and `.env`, which may name them."""
        assert isinstance(env_settings, EnvSettingsSource)
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        files = SecretFiles(settings_cls, env_settings.env_vars, dotenv_settings.env_vars)
        return init_settings, env_settings, dotenv_settings, files, file_secret_settings


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment, `overrides` (command-line options) first.

    Secrets may stand in files: `SADA_KAFKA_PASSWORD_FILE=/run/secrets/kafka` reads that one,
    `SADA_SECRETS_DIR=/run/secrets` reads `/run/secrets/SADA_KAFKA_PASSWORD` and so on.

    Raises:
        pydantic.ValidationError: a value that does not fit; the front door turns it into one clear line.
        SettingsError: a file of secrets that cannot serve.
    """
    secrets = os.environ.get("SADA_SECRETS_DIR")
    if secrets is not None and not Path(secrets).is_dir():
        raise SettingsError(f"SADA_SECRETS_DIR: {secrets} is no folder; mount it, or take the variable away")
    given = {name: value for name, value in overrides.items() if value is not None}
    return Settings(_secrets_dir=secrets, **given)  # type: ignore[arg-type]
