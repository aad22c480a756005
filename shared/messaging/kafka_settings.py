"""How to reach a Kafka cluster: apart from the client, so that who needs none loads none."""

from dataclasses import dataclass

PREFIX = "canaliza"
MOST_BYTES = 8 * 1024 * 1024
"""The size of the largest letter, envelope included."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """bootstrap: host:port[,host:port].

    session_seconds: silence after which a reader's partitions go to others. prefix: the first word
    of this installation's topics and groups, so that several installations may share a cluster.
    """

    bootstrap: str
    session_seconds: float = 10.0
    prefix: str = PREFIX
