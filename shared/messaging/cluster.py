"""The way to a Kafka cluster's administration, and a sentence soon where no broker answers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from shared.messaging.port import BusAway

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


@contextmanager
def administration(bootstrap: str) -> Iterator[Any]:
    """Kafka's admin client, closed on leaving.

    Raises KafkaAway within seconds, where kafka-python alone would try for half a minute.
    """
    if not listens(bootstrap):
        raise KafkaAway(bootstrap)
    try:
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=int(PATIENCE * 1000),
            request_timeout_ms=int(PATIENCE * 1000),
        )
    except KafkaError:
        raise KafkaAway(bootstrap) from None
    try:
        yield client
    except KafkaError as error:
        raise KafkaAway(bootstrap) from error
    finally:
        client.close()


def listens(bootstrap: str) -> bool:
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
