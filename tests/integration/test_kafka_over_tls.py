"""A cluster that encrypts: services log in over TLS, or show a certificate and nothing else."""

import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError, TopicAuthorizationFailedError
from typing_extensions import override

from services.operator.topics import ensure_rights, ensure_topics
from shared.embedded.folder import DataFolder
from shared.embedded.kafka import EmbeddedKafka
from shared.embedded.kafka_logins import passwords
from shared.messaging.cluster import KafkaRefused, Selector, create_client
from shared.messaging.topic_names import topic_of
from shared.service.settings import Settings
from tests.certificates import Authority
from tests.embedded_processes import temporary_folder
from tests.ports import held_ports

pytestmark = pytest.mark.integration

_LISTENERS = """\
listener.name.passwords.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.passwords.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.certificates.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location=conf/server.pem
ssl.truststore.type=PEM
ssl.truststore.location=conf/authority.pem
"""


class EncryptingKafka(EmbeddedKafka):
    """A broker of ours with two more doors: TLS with a password, and TLS with a certificate."""

    def __init__(self, folder: DataFolder, authority: Authority, port: int) -> None:
        """port: of the first door; the other's is the next one."""
        super().__init__(folder, lambda _: None)
        self._own = folder
        self._authority = authority
        self.ports = {"PASSWORDS": port, "CERTIFICATES": port + 1}

    @override
    def _configure(self, name: str, logs: str, broker: int, controller: int) -> None:
        super()._configure(name, logs, broker, controller)
        pair = self._authority.server()
        held = pair.key.read_text() + pair.certificate.read_text()
        self._secret("conf/server.pem", held)
        self._secret("conf/authority.pem", self._authority.file.read_text())
        doors = "".join(f",{door}://127.0.0.1:{port}" for door, port in self.ports.items())
        lines = []
        for line in (self._own.read(name) or "").splitlines():
            key = line.partition("=")[0]
            if key in {"listeners", "advertised.listeners"}:
                lines.append(line + doors)
            elif key == "listener.security.protocol.map":
                lines.append(line + ",PASSWORDS:SASL_SSL,CERTIFICATES:SSL")
            else:
                lines.append(line)
        self._secret(name, "\n".join(lines) + "\n" + _LISTENERS)


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with temporary_folder() as folder:
        yield Authority(folder)


@pytest.fixture(scope="module")
def broker(authority: Authority) -> Iterator[tuple[EncryptingKafka, dict[str, str]]]:
    """A broker that encrypts, and the passwords of its users."""
    with held_ports(2) as port, temporary_folder() as tmp_folder:
        folder = DataFolder(tmp_folder / "data")
        assert folder.own()
        kafka = EncryptingKafka(folder, authority, port)
        kafka.start()
        try:
            yield kafka, passwords(folder)
        finally:
            kafka.stop()
            folder.release()


@pytest.fixture
def settings(broker: tuple[EncryptingKafka, dict[str, str]], authority: Authority) -> Settings:
    """All services log in with their passwords, over TLS."""
    kafka, known = broker
    return Settings(
        bus="kafka",
        kafka_bootstrap=f"localhost:{kafka.ports['PASSWORDS']}",
        kafka_partitions=1,
        kafka_security_protocol="SASL_SSL",
        kafka_sasl_passwords=known,
        kafka_ssl_cafile=str(authority.file),
        kafka_users={"intake": "CN=intake"},
    )


def written(settings: Settings, who: str, source: str) -> type[KafkaError] | None:
    """What comes of it if somebody writes a service's topic."""
    producer = create_client(
        partial(KafkaProducer, acks="all", max_block_ms=10_000), **settings.kafka(who).client
    )
    try:
        producer.send(topic_of(source, settings.kafka_prefix), b"written", partition=0).get(10)
    except KafkaError as error:
        return type(error)
    finally:
        producer.close(timeout=1)
    return None


def by_certificate(settings: Settings, authority: Authority, port: int, who: str) -> Settings:
    """The same, but whoever comes shows a certificate."""
    pair = authority.client(who)
    shown: dict[str, Any] = {
        "kafka_bootstrap": f"localhost:{port}",
        "kafka_security_protocol": "SSL",
        "kafka_ssl_certfile": str(pair.certificate),
        "kafka_ssl_keyfile": str(pair.key),
    }
    return settings.model_copy(update=shown)


def test_services_log_in_over_tls_and_may_what_the_command_gave_them(
    settings: Settings,
) -> None:
    ensure_topics(settings)
    ensure_rights(settings)
    assert written(settings, "referral", "referral") is None
    assert written(settings, "followup", "referral") is TopicAuthorizationFailedError


def test_a_certificate_is_a_login_and_its_name_is_the_user(
    settings: Settings, authority: Authority, broker: tuple[EncryptingKafka, Any]
) -> None:
    ensure_topics(settings)
    ensure_rights(settings)
    shown = partial(by_certificate, settings, authority, broker[0].ports["CERTIFICATES"])
    assert written(shown("intake"), "intake", "intake") is None
    assert written(shown("somebody"), "intake", "intake") is TopicAuthorizationFailedError


def test_a_broker_that_nobody_vouches_for_gets_no_password_and_leaves_no_socket_open(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[ssl.SSLSocket] = []
    left: list[ssl.SSLSocket] = []
    wrap, close = ssl.SSLContext.wrap_socket, Selector.close

    def wrapped(context: ssl.SSLContext, *given: Any, **named: Any) -> ssl.SSLSocket:
        opened.append(wrap(context, *given, **named))
        return opened[-1]

    def closed(selector: Selector) -> None:
        left.extend(each for each in opened if each.fileno() != -1)
        close(selector)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrapped)
    monkeypatch.setattr(Selector, "close", closed)
    other = Authority(tmp_path, "another")
    with pytest.raises(KafkaRefused, match="BrokerNotVouchedFor"):
        ensure_topics(settings.model_copy(update={"kafka_ssl_cafile": str(other.file)}))
    assert opened
    assert not left
