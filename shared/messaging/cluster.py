"""Clients of a Kafka cluster, and an early, clear error if no broker answers."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ssl import SSLCertVerificationError
from typing import Any, TypeVar
from weakref import WeakSet

from kafka import KafkaProducer
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
    SaslAuthenticationFailedError,
)
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import create_connection
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport

from shared.kernel.text import Text, UserError
from shared.messaging.kafka_settings import KafkaSettings

# Warns at each connection that a password goes in the clear, which with SCRAM it never does.
logging.getLogger("kafka.net.sasl.scram").setLevel(logging.ERROR)

C = TypeVar("C")
PATIENCE = 5.0
"""Seconds to wait for a broker."""
_ASKED_AGAIN_MS = 20
"""Milliseconds between two requests for the metadata of topics."""
_NO_ANSWER = (
    BrokerNotAvailableError,
    KafkaConnectionError,
    KafkaTimeoutError,
    MetadataEmptyBrokerList,
    NetworkExceptionError,
    NodeNotReadyError,
    RequestTimedOutError,
)


class BrokerNotVouchedFor(KafkaError):  # type: ignore[misc]
    """The broker's certificate is not from whom ``CANALIZA_KAFKA_SSL_CAFILE`` names, or expired."""


class KafkaTrouble(UserError):
    """Kafka did not do what was requested. The text says why, and the next step."""


class KafkaAway(KafkaTrouble):
    """No broker answered."""

    def __init__(self, bootstrap: str) -> None:
        """Name the address. bootstrap: where brokers were looked for."""
        super().__init__(
            Text(
                f"Kafka no responde en {bootstrap}. Revise que corra y CANALIZA_KAFKA_BOOTSTRAP.",
                f"Kafka does not answer at {bootstrap}. See that it runs, and"
                " CANALIZA_KAFKA_BOOTSTRAP.",
            )
        )


class KafkaRefused(KafkaTrouble):
    """A broker refused: a missing right, a policy, an invalid name."""

    def __init__(self, bootstrap: str, reason: str) -> None:
        """Name cluster and reason. reason: the error's name, as Kafka has it."""
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
    """Translate the client's errors: KafkaAway if nobody answered in time, else KafkaRefused."""
    try:
        yield
    except _NO_ANSWER as error:
        raise KafkaAway(bootstrap) from error
    except KafkaError as error:
        raise KafkaRefused(bootstrap, type(error).__name__) from error


class Selector(NetworkSelector):  # type: ignore[misc]  # kafka-python has no types
    """kafka-python's event loop, which closes every socket that it ever waited for.

    kafka-python 3.0.12 leaves one open if it is closed while a request is being written or a
    connection is being made.
    """

    def __init__(self, **settings: Any) -> None:
        """Pass on the client's settings."""
        self._waited_for: WeakSet[socket.socket] = WeakSet()
        super().__init__(**settings)

    def register_event(self, fileobj: socket.socket, event: int, task: Any) -> None:
        """Wait for an event of a socket."""
        self._waited_for.add(fileobj)
        super().register_event(fileobj, event, task)

    def close(self) -> None:
        """Stop, and close every socket."""
        kept = set(self._waited_for)  # a cancelled task would drop its socket while it is open
        super().close()
        for one in kept | set(self._waited_for):
            one.close()


class _HeardOut:
    """A transport that passes on all that was read before a connection ended, then the end.

    kafka-python 3.0.12 drops what it read in one go with the end, as it reads a refusal under load.
    """

    def _sock_recv(self) -> tuple[bytes, Exception | None]:
        read, end = super()._sock_recv()  # type: ignore[misc]
        return read, None if read else end  # the end is read again, alone


class _Plain(_HeardOut, KafkaTCPTransport):  # type: ignore[misc]
    pass


class _Encrypted(_HeardOut, KafkaSSLTransport):  # type: ignore[misc]
    """Closes its socket if the two sides do not come to terms: kafka-python 3.0.12 does not."""

    async def handshake(self) -> None:
        try:
            await super().handshake()
        except BaseException:
            self._sock.close()
            raise


class _Connections(KafkaConnectionManager):  # type: ignore[misc]
    """kafka-python's connections, which tell that a login, or a certificate, was refused.

    kafka-python 3.0.12 forgets refusals, so that it tries until its time is over. A broker that
    refuses would look like one that is away.
    """

    async def _build_transport(self, node: Any, timeout_at: float | None = None) -> Any:
        socket_options, proxy = self.config["socket_options"], self.config["proxy_url"]
        sock = await create_connection(
            self._net, node.host, node.port, socket_options, proxy_url=proxy, timeout_at=timeout_at
        )
        if self.ssl_enabled:
            wanted = {name: one for name, one in self.config.items() if name.startswith("ssl_")}
            encrypted = _Encrypted(self._net, sock, host=node.host, **wanted)
            try:
                await encrypted.handshake()
            except OSError as error:
                raise KafkaConnectionError(f"Handshake failed: {error}") from error
            return encrypted
        return _Plain(self._net, sock, host=node.host)

    async def _connect(self, node: Any, conn: Any, *given: Any, **named: Any) -> None:
        await super()._connect(node, conn, *given, **named)
        begun, first = conn.init_future, self.cluster.is_bootstrap(node.node_id)
        if first and begun.is_done and (refused := _refused(begun.exception)) is not None:
            self._auth_failures[node.node_id] = refused


def _refused(error: BaseException | None) -> KafkaError | None:
    """Return why one side did not want the other; None if a connection failed otherwise."""
    if isinstance(error, SaslAuthenticationFailedError):
        return error
    if error is not None and isinstance(error.__context__, SSLCertVerificationError):
        return BrokerNotVouchedFor()
    return None


def create_client(kind: Callable[..., C], **config: Any) -> C:
    """Create a Kafka client of this kind; on failure close every socket that it opened.

    kafka-python 3.0.12 leaves a thread and its sockets behind if no broker is found: after an hour
    of attempts a process could open nothing any more. Raises what ``kind`` does.
    """
    connections: list[KafkaNetClient] = []

    def connection(**settings: Any) -> KafkaNetClient:
        net = Selector(**settings)
        client = KafkaNetClient(net=net, manager=_Connections(net, **settings), **settings)
        # kafka-python 3.0.12 ignores the setting and always waits a tenth of a second before it
        # asks for a topic's metadata after it has found the brokers.
        client.cluster.config["retry_backoff_ms"] = _ASKED_AGAIN_MS
        connections.append(client)
        return client

    try:
        return kind(kafka_client=connection, **config)
    except BaseException:
        for one in connections:
            one.close()
        raise


def close_producer(producer: KafkaProducer) -> None:
    """Close it within seconds, also if its last records cannot be sent: no thread, no socket stays.

    kafka-python alone gives up halfway then, and tries again whenever the object is collected.
    """
    with suppress(KafkaTimeoutError):
        producer.close(timeout=1)
        return
    producer._sender.force_close()  # noqa: SLF001 - nothing public drops the records
    producer._sender.join(PATIENCE)  # noqa: SLF001
    producer.close(timeout=1)


@contextmanager
def administration(settings: KafkaSettings) -> Iterator[Any]:
    """Connect Kafka's admin client, and close it on leaving.

    Raises KafkaRefused, and KafkaAway within seconds (kafka-python alone would try for half a
    minute).
    """
    bootstrap = settings.bootstrap
    if not listens(bootstrap):
        raise KafkaAway(bootstrap)
    with translated_errors(bootstrap):
        client = create_client(
            KafkaAdminClient,
            bootstrap_servers=bootstrap,
            **settings.login.client,
            bootstrap_timeout_ms=int(PATIENCE * 1000),
            request_timeout_ms=int(PATIENCE * 1000),
        )
        try:
            yield client
        finally:
            client.close()


def listens(bootstrap: str) -> bool:
    """Whether anybody listens at one of ``host:port[,host:port]``.

    Checked before kafka-python is used: it would try for as long as it may, and leave sockets open.
    """
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE):
                return True
        except (OSError, ValueError, OverflowError):
            continue
    return False
