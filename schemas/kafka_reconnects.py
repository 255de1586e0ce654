"""The maker of a kafka-python client in, one whose connections wait longer after each handshake that failed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Client = TypeVar("Client")


def backing_off(make: Callable[..., Client]) -> Callable[..., Client]:
    """Return `make` (kafka-python's `kafka_client`), mended: only a connection that has shaken hands is a success.

    The client itself forgets its pauses as soon as TCP connects. Where something before Kafka takes connections and
    drops them, a load balancer without a broker behind it, it therefore connects again some 800 times a second.
    With this it keeps to `reconnect_backoff_ms` and `reconnect_backoff_max_ms`.
    """

    def made(*positional: object, **options: object) -> Client:
        client = make(*positional, **options)
        _mend(client)
        return client

    return made


def _mend(client: Any) -> None:  # noqa: ANN401 - the library has no types
    manager = client._manager
    connect = manager._connect

    async def patiently(
        node: Any,  # noqa: ANN401 - as above
        conn: Any,  # noqa: ANN401 - as above
        reset_backoff_on_connect: bool = True,
        timeout_at: float | None = None,
    ) -> None:
        await connect(node, conn, reset_backoff_on_connect=False, timeout_at=timeout_at)
        if not conn.connected:
            if not manager.connection_delay(node.node_id):
                manager.update_backoff(node.node_id)
        elif reset_backoff_on_connect:
            manager.reset_backoff(node.node_id)

    manager._connect = patiently
