"""Writes pins.toml anew: from the servers' versions to every file they consist of, with its SHA-256.

For maintainers, after a change of versions.py: `python -m sada.local.pin`, then review the difference.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .jars import PINS
from .versions import ELASTICSEARCH, KAFKA

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

ROOTS = {
    "kafka": (f"org.apache.kafka:kafka_2.13:{KAFKA}", "org.slf4j:slf4j-simple:1.7.36"),
    "elasticsearch": (f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH}::zip",),
}
HEAD = """\
# What the local servers consist of: each file's Maven coordinate and its SHA-256.
# Written by `python -m sada.local.pin`; review the difference.
"""


def main() -> None:
    """Resolve both servers afresh and write the pins."""
    from jgo.maven import MavenContext

    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        tables = [f"\n[{server}]\n" + "".join(_lines(context, server)) for server in ROOTS]
    PINS.write_text(HEAD + "".join(tables), "utf-8")


def _lines(context: MavenContext, server: str) -> list[str]:
    roots = [context.create_dependency(coordinate) for coordinate in ROOTS[server]]
    given = [root.artifact for root in roots]
    if all(artifact.packaging != "jar" for artifact in given):
        return [_line(artifact) for artifact in given]  # a zip is the whole server
    _, needed = context.resolver.resolve(roots)
    return sorted(_line(artifact) for artifact in [*given, *(dependency.artifact for dependency in needed)])


def _line(artifact: Artifact) -> str:
    name = f"{artifact.groupId}:{artifact.artifactId}:{artifact.packaging}:{artifact.version}"
    return f'"{name}" = "{hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()}"\n'


if __name__ == "__main__":
    main()
