"""Real Kafka and Elasticsearch without Docker: start one or both on a home folder, watch them, end them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from schemas.settings import Settings

from .distribution import PluginError
from .elasticsearch_server import forget_elasticsearch, prefetch_elasticsearch, start_elasticsearch
from .jars import DownloadError
from .java import QUICK, NoJavaError
from .kafka_server import prefetch_kafka, start_kafka
from .launch import Server, ServerError
from .ports import PortTakenError
from .progress import Say

__all__ = [
    "QUICK",
    "DownloadError",
    "NoJavaError",
    "PluginError",
    "PortTakenError",
    "Server",
    "ServerError",
    "forget_elasticsearch",
    "prefetch",
    "start_both",
    "start_elasticsearch",
    "start_kafka",
]


def prefetch(say: Say = print) -> None:
    """Download, verify and prepare both servers, so that a start needs no network; at once where that was done."""
    prefetch_kafka(say)
    prefetch_elasticsearch(say)


def start_both(  # noqa: PLR0913 - one argument for each server's choice
    home: Path,
    settings: Settings,
    kafka_port: int | None = None,
    elasticsearch_port: int | None = None,
    say: Say = print,
    *,
    kafka_properties: Mapping[str, str] | None = None,
    elasticsearch_properties: Mapping[str, object] | None = None,
    options: tuple[str, ...] = (),
) -> tuple[Server, Server]:
    """Start Kafka and Elasticsearch side by side; where one fails, the other is ended before the error is raised.

    Arguments and errors as for `start_kafka` and `start_elasticsearch`; `options=QUICK` suits a test run.
    """
    prefetch(say)
    pool = ThreadPoolExecutor(2)
    kafka = pool.submit(start_kafka, home, settings, kafka_port, say, kafka_properties, options)
    elasticsearch = pool.submit(
        start_elasticsearch, home, settings, elasticsearch_port, say, elasticsearch_properties, options
    )
    try:
        return kafka.result(), elasticsearch.result()
    except BaseException:  # Ctrl-C included: nobody else knows of them yet
        for start in (kafka, elasticsearch):
            if start.exception() is None:
                start.result().stop()
        raise
    finally:
        pool.shutdown()
