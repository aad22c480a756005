"""How to reach a Kafka cluster: apart from the client, so that who needs none loads none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """bootstrap: host:port[,host:port].

    session_seconds: silence after which a reader's partitions go to others.
    """

    bootstrap: str
    session_seconds: float = 10.0
