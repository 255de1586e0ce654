"""Decides where integration tests get Kafka and Elasticsearch: containers if a Docker engine answers, else local."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["local", "containers"]
VARIABLE = "SADA_TEST_SERVERS"
PING_SECONDS = 2


@dataclass(frozen=True)
class Servers:
    """Running servers, however they run: their addresses as clients take them, and how to end them."""

    kafka: str
    elasticsearch: str
    stop: Callable[[], None]


def choose(environ: Mapping[str, str], engine_answers: Callable[[], bool]) -> Kind:
    """Choose by `SADA_TEST_SERVERS` (`local` or `containers`), otherwise by whether a Docker engine answers.

    Raises:
        ValueError: the variable says something else.
    """
    wish = environ.get(VARIABLE, "")
    if wish in ("local", "containers"):
        return wish  # type: ignore[return-value]
    if wish:
        raise ValueError(f"{VARIABLE}={wish}: say local or containers")
    return "containers" if engine_answers() else "local"


def docker_answers() -> bool:
    """Say whether the Docker engine answers that DOCKER_HOST or the current context names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the client leaves the socket open that found no engine
        answers = _ping()
        gc.collect()
    return answers


def _ping() -> bool:
    import docker  # type: ignore[import-untyped]
    from docker.errors import DockerException  # type: ignore[import-untyped]

    try:
        client = docker.from_env(timeout=PING_SECONDS)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (DockerException, OSError):
        return False
