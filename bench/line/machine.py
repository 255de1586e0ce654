"""This machine and its programs in, what a table of figures has to say of them out."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from sada.local.versions import ELASTICSEARCH, KAFKA

ROOT = Path(__file__).parents[2]
LIBRARIES = ("faust-streaming", "aiokafka", "kafka-python", "elasticsearch", "pydantic", "orjson", "regex", "numpy")


def describe() -> dict[str, Any]:
    """Describe the machine, its load before we began, and the versions of what runs."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "kafka": KAFKA,
        "elasticsearch": ELASTICSEARCH,
        "libraries": {name: _version(name) for name in LIBRARIES},
        "commit": _commit(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "none"


def _cpu() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
