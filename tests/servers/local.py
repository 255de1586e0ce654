"""Integration tests' servers as processes of this machine, through sada/local."""

from __future__ import annotations

from pathlib import Path

from sada.local.servers import QUICK, forget_elasticsearch, start_both
from schemas import Settings

from .choice import Servers


def start_local(home: Path, settings: Settings) -> Servers:
    """Start both servers on free ports with their data in `home`."""
    kafka, elasticsearch = start_both(home, settings, 0, 0, options=QUICK)

    def stop() -> None:
        kafka.stop()
        elasticsearch.stop()
        forget_elasticsearch(home)

    return Servers(kafka.address, elasticsearch.address, stop)
