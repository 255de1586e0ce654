"""Integration tests' servers as containers of the same versions, for machines where a Docker engine answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from textwrap import dedent

from testcontainers.community.elasticsearch import ElasticSearchContainer
from testcontainers.community.kafka import KafkaContainer

from sada.local.versions import ELASTICSEARCH, KAFKA
from schemas import Settings

from .choice import Servers

KAFKA_IMAGE = f"apache/kafka:{KAFKA}"
ELASTICSEARCH_IMAGE = f"elasticsearch:{ELASTICSEARCH}"
START_SECONDS = 120
CLIENTS, BROKERS, CONTROLLERS = 9093, 9092, 9094


class ApacheKafka(KafkaContainer):
    """Apache's own image under the library's two-step start: the address to advertise is known only once it runs.

    The library's class writes a start script for Confluent's image; only that script and the settings differ.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(KAFKA_IMAGE, port=CLIENTS, wait_strategy_check_string=r".*Kafka Server started.*")
        self.with_envs(**kafka_environment(settings))

    def configure(self) -> None:
        """Leave the environment as it is: it is complete."""

    def tc_start(self) -> None:
        """Write the script that the waiting container runs."""
        self.create_file(start_script(self.get_bootstrap_server()).encode(), self.TC_START_SCRIPT)


def kafka_environment(settings: Settings) -> dict[str, str]:
    """Compose a single broker that is its own controller, as the image reads it (`KAFKA_A_B` is property `a.b`)."""
    largest = str(settings.max_message_bytes)
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_BROKER_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": f"1@localhost:{CONTROLLERS}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
        "KAFKA_LISTENERS": (
            f"PLAINTEXT://0.0.0.0:{CLIENTS},BROKER://0.0.0.0:{BROKERS},CONTROLLER://0.0.0.0:{CONTROLLERS}"
        ),
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_MESSAGE_MAX_BYTES": largest,
        "KAFKA_REPLICA_FETCH_MAX_BYTES": largest,
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "8",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    }


def start_script(address: str) -> str:
    """Write the script that tells the broker the `address` under which clients reach it, then runs it."""
    return dedent(
        f"""\
        #!/bin/bash
        export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://{address},BROKER://localhost:{BROKERS}
        exec /etc/kafka/docker/run
        """
    )


def make_elasticsearch() -> ElasticSearchContainer:
    """Make a single node with the local server's settings; the library switches security off and waits for `GET /`."""
    container = ElasticSearchContainer(ELASTICSEARCH_IMAGE, mem_limit="2g")
    container.with_env("discovery.type", "single-node")
    container.with_env("cluster.routing.allocation.disk.threshold_enabled", "false")
    container.with_env("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
    return container


def start_containers(
    settings: Settings,
    kafka: Callable[[Settings], KafkaContainer] = ApacheKafka,
    elasticsearch: Callable[[], ElasticSearchContainer] = make_elasticsearch,
) -> Servers:
    """Start both containers; where the second fails, the first is removed."""
    with ExitStack() as started:
        broker = kafka(settings)
        started.callback(broker.stop)
        broker.start(timeout=START_SECONDS)
        node = elasticsearch()
        started.callback(node.stop)
        node.start()
        url = f"http://{node.get_container_host_ip()}:{node.get_exposed_port(node.port)}"
        return Servers(broker.get_bootstrap_server(), url, started.pop_all().close)
    raise AssertionError("unreachable: ExitStack hands on every exception")
