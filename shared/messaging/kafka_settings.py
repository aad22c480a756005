"""How to reach a Kafka cluster; apart from the client, so that it is loaded only if needed."""

from dataclasses import dataclass, field
from typing import Any, Literal

from shared.kernel.broker_users import SCRAM
from shared.messaging.seals import Seals

PREFIX = "canaliza"
MOST_BYTES = 8 * 1024 * 1024
"""The size of the largest message, envelope included."""

_LOOKED_FOR_AGAIN_MS = 1_000


SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True, slots=True)
class KafkaLogin:
    """Who connects to a cluster, and how.

    username, password: where the protocol has SASL. certificate_authority: a file with the
    certificates that the brokers' are signed by, empty for the system's; certificate, private_key:
    files with our own, empty for none; where the protocol has SSL.
    """

    protocol: SecurityProtocol = "PLAINTEXT"
    mechanism: Mechanism = SCRAM
    username: str = ""
    password: str = field(default="", repr=False)
    certificate_authority: str = ""
    certificate: str = ""
    private_key: str = ""

    @property
    def client(self) -> dict[str, Any]:
        """The settings of every client."""
        settings: dict[str, Any] = {"security_protocol": self.protocol}
        if self.protocol.startswith("SASL"):
            settings |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        if self.protocol.endswith("SSL"):
            settings |= {
                "ssl_cafile": self.certificate_authority or None,
                "ssl_certfile": self.certificate or None,
                "ssl_keyfile": self.private_key or None,
            }
        return settings


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach a cluster.

    bootstrap: host:port[,host:port]. session_seconds: the silence after which a reader's partitions
    go to other processes. prefix: how the names of this installation's topics and groups begin, so
    that several installations may share a cluster. login: who connects. seals: of the messages.
    """

    bootstrap: str
    session_seconds: float = 10.0
    prefix: str = PREFIX
    login: KafkaLogin = KafkaLogin()
    seals: Seals = field(default_factory=Seals, compare=False, repr=False)

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
            **self.login.client,
        }
