"""The address of a broker enters; when `delete_topics` returns, it holds none of the tests' topics."""

from __future__ import annotations

import time

from kafka.admin import KafkaAdminClient  # noqa: TID251 - the broker is the test's own


def delete_topics(address: str) -> None:
    """Delete every topic but the broker's own, and wait until they are gone."""
    admin = KafkaAdminClient(bootstrap_servers=address)
    try:
        names = [name for name in admin.list_topics() if not name.startswith("__")]
        if names:
            admin.delete_topics(names)
        while set(admin.list_topics()) & set(names):
            time.sleep(0.05)
    finally:
        admin.close()
