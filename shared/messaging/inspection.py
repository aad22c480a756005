"""Looking at a Kafka cluster from outside, and changing nothing in it."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from shared.messaging.port import BusAway
from shared.messaging.topics import topic_of

PATIENCE = 5.0
"""Seconds to wait for a broker."""


class KafkaAway(BusAway):
    """No broker answered. es, en: where, and the next step."""

    def __init__(self, bootstrap: str) -> None:
        """bootstrap: where it was looked for."""
        self.es = f"Kafka no responde en {bootstrap}. Revise que corra y CANALIZA_KAFKA_BOOTSTRAP."
        self.en = (
            f"Kafka does not answer at {bootstrap}. See that it runs, and CANALIZA_KAFKA_BOOTSTRAP."
        )
        super().__init__(f"{self.es} / {self.en}")


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """A topic as the cluster has it. retention: milliseconds in digits; -1 is for ever."""

    name: str
    partitions: int
    retention: str
    cleanup: str


def look(bootstrap: str, sources: Sequence[str]) -> list[TopicSeen]:
    """The topics of these sources that are there. Raises KafkaAway."""
    with _admin(bootstrap) as admin:
        wanted = {topic_of(source) for source in sources}
        there = {t["name"]: len(t["partitions"]) for t in admin.describe_topics()}
        names = sorted(wanted & there.keys())
        if not names:
            return []
        resources = [ConfigResource(ConfigResourceType.TOPIC, n, configs=None) for n in names]
        configs = {
            name: values
            for per_topic in admin.describe_configs(resources, config_filter="all").values()
            for name, values in per_topic.items()
        }
        return [
            TopicSeen(
                name,
                there[name],
                configs[name]["retention.ms"]["value"],
                configs[name]["cleanup.policy"]["value"],
            )
            for name in names
        ]


def ensure_reachable(bootstrap: str) -> None:
    """Raise KafkaAway soon, where kafka-python alone would try for half a minute."""
    with _admin(bootstrap):
        return


def _listens(bootstrap: str) -> bool:
    """Whether anybody listens at one of ``host:port[,host:port]``.

    Asked before kafka-python is: it would try for as long as it may, and leave sockets open.
    """
    for place in bootstrap.split(","):
        host, _, port = place.strip().rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
                return True
        except (OSError, ValueError, OverflowError):
            continue
    return False


@contextmanager
def _admin(bootstrap: str) -> Iterator[Any]:
    if not _listens(bootstrap):
        raise KafkaAway(bootstrap)
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=int(PATIENCE * 1000),
            request_timeout_ms=int(PATIENCE * 1000),
        )
    except KafkaError:
        raise KafkaAway(bootstrap) from None
    try:
        yield admin
    except KafkaError as error:
        raise KafkaAway(bootstrap) from error
    finally:
        admin.close()
