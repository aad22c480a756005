"""The way to a Kafka cluster's administration, and a sentence soon where no broker answers."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakSet

from kafka.admin import KafkaAdminClient
from kafka.errors import (
    BrokerNotAvailableError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    MetadataEmptyBrokerList,
    NetworkExceptionError,
    NodeNotReadyError,
    RequestTimedOutError,
)
from kafka.net.compat import KafkaNetClient
from kafka.net.selector import NetworkSelector

from shared.kernel.text import Text, UserError

C = TypeVar("C")
PATIENCE = 5.0
"""Seconds to wait for a broker."""
_ASKED_AGAIN_MS = 20
"""Milliseconds between two questions about topics and their partitions."""
_NO_ANSWER = (
    BrokerNotAvailableError,
    KafkaConnectionError,
    KafkaTimeoutError,
    MetadataEmptyBrokerList,
    NetworkExceptionError,
    NodeNotReadyError,
    RequestTimedOutError,
)


class KafkaTrouble(UserError):
    """Kafka did not do what it was asked. The text says why, and the next step."""


class KafkaAway(KafkaTrouble):
    """No broker answered."""

    def __init__(self, bootstrap: str) -> None:
        """bootstrap: where it was looked for."""
        super().__init__(
            Text(
                f"Kafka no responde en {bootstrap}. Revise que corra y CANALIZA_KAFKA_BOOTSTRAP.",
                f"Kafka does not answer at {bootstrap}. See that it runs, and"
                " CANALIZA_KAFKA_BOOTSTRAP.",
            )
        )


class KafkaRefused(KafkaTrouble):
    """A broker answered, with a no: a right that is missing, a policy, a name that cannot be."""

    def __init__(self, bootstrap: str, reason: str) -> None:
        """bootstrap: which cluster. reason: the error's name, as Kafka has it."""
        super().__init__(
            Text(
                f"Kafka responde en {bootstrap} y no hace lo que se le pidió: {reason}. Revise los "
                "permisos y las reglas del clúster, y los CANALIZA_KAFKA_….",
                f"Kafka answers at {bootstrap} and does not do what it was asked: {reason}. See to"
                " the cluster's rights and rules, and to CANALIZA_KAFKA_….",
            )
        )


@contextmanager
def translated_errors(bootstrap: str) -> Iterator[None]:
    """Tell what the client raises: KafkaAway where nobody answered in time, else KafkaRefused."""
    try:
        yield
    except _NO_ANSWER as error:
        raise KafkaAway(bootstrap) from error
    except KafkaError as error:
        raise KafkaRefused(bootstrap, type(error).__name__) from error


class Selector(NetworkSelector):  # type: ignore[misc]  # kafka-python has no types
    """kafka-python's event loop; once closed, no socket is open that it ever waited for.

    kafka-python 3.0.12 leaves one open when it is closed while a request is being written, or while
    a connection is being made.
    """

    def __init__(self, **settings: Any) -> None:
        """settings: the client's."""
        self._waited_for: WeakSet[socket.socket] = WeakSet()
        super().__init__(**settings)

    def register_event(self, fileobj: socket.socket, event: int, task: Any) -> None:
        """Wait for this of a socket."""
        self._waited_for.add(fileobj)
        super().register_event(fileobj, event, task)

    def close(self) -> None:
        """Stop, and close what is open."""
        kept = set(self._waited_for)  # from being dropped, open, with a task that is cancelled
        super().close()
        for one in kept | set(self._waited_for):
            one.close()


def create_client(kind: Callable[..., C], **config: Any) -> C:
    """A client of Kafka of this kind, or nothing left of it.

    kafka-python 3.0.12 leaves a thread and its sockets behind where no broker is found: after an
    hour of trying again and again a process could open nothing any more. Raises what ``kind`` does.
    """
    connections: list[KafkaNetClient] = []

    def connection(**settings: Any) -> KafkaNetClient:
        client = KafkaNetClient(net=Selector(**settings), **settings)
        # kafka-python 3.0.12 has this tenth of a second whatever it is told, and so every client
        # waits for it that asks about a topic after it has found the brokers.
        client.cluster.config["retry_backoff_ms"] = _ASKED_AGAIN_MS
        connections.append(client)
        return client

    try:
        return kind(kafka_client=connection, **config)
    except BaseException:
        for one in connections:
            one.close()
        raise


@contextmanager
def administration(bootstrap: str) -> Iterator[Any]:
    """Kafka's admin client, closed on leaving.

    Raises KafkaAway within seconds, where kafka-python alone would try for half a minute; and
    KafkaRefused.
    """
    if not listens(bootstrap):
        raise KafkaAway(bootstrap)
    with translated_errors(bootstrap):
        client = create_client(
            KafkaAdminClient,
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=int(PATIENCE * 1000),
            request_timeout_ms=int(PATIENCE * 1000),
        )
        try:
            yield client
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
