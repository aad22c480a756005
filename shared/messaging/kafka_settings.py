"""How to reach a Kafka cluster; apart from the client, so that it is loaded only if needed."""

from dataclasses import dataclass
from typing import Any

PREFIX = "canaliza"
MOST_BYTES = 8 * 1024 * 1024
"""The size of the largest message, envelope included."""

_LOOKED_FOR_AGAIN_MS = 1_000


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach a cluster.

    bootstrap: host:port[,host:port]. session_seconds: the silence after which a reader's partitions
    go to other processes. prefix: how the names of this installation's topics and groups begin, so
    that several installations may share a cluster.
    """

    bootstrap: str
    session_seconds: float = 10.0
    prefix: str = PREFIX

    @property
    def client(self) -> dict[str, Any]:
        """The settings of every client.

        kafka-python doubles the pause between two attempts up to half a minute: a broker that was
        away for a minute would be found again half a minute after its return.
        """
        return {
            "bootstrap_servers": self.bootstrap,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
            "reconnect_backoff_max_ms": _LOOKED_FOR_AGAIN_MS,
        }
