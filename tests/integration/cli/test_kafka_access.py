"""Who may do what in a cluster: each service its own, and nobody else, on a real broker."""

import json
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import (
    KafkaError,
    SaslAuthenticationFailedError,
    TopicAuthorizationFailedError,
)

from services.installation import ALL
from services.operator.publishing import PUBLISHING
from services.operator.topics import ensure_rights, ensure_topics
from shared.kernel.ids import new_id
from shared.messaging.cluster import KafkaRefused, create_client
from shared.messaging.inbox import ReaderPosition
from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.port import BusAway
from shared.messaging.topic_names import topic_of
from shared.service.settings import SERVICES, Settings
from tests.brokers import allow, client_at, environment_at, settings_at
from tests.command_line import CommandLine
from tests.waiting import soon

pytestmark = pytest.mark.integration
PUBLISHERS = sorted(PUBLISHING)
READERS = {parts.name: set(parts.reader.sources) for parts in ALL if parts.reader is not None}


@pytest.fixture
def settings(kafka_bootstrap: str) -> Settings:
    """An installation with topics of its own, to which nobody has any right yet."""
    made = Settings(
        bus="kafka",
        kafka_prefix=f"access-{new_id().hex[:8]}",
        kafka_partitions=1,
        **settings_at(kafka_bootstrap),
    )
    ensure_topics(made)
    return made


@pytest.fixture
def shut(settings: Settings) -> Settings:
    """The same, once each service has its rights."""
    ensure_rights(settings)
    return settings


def written(settings: Settings, who: str, source: str) -> type[KafkaError] | None:
    """What comes of it if somebody writes a service's topic, with a relay's settings."""
    producer = KafkaProducer(
        **client_at(settings.kafka_bootstrap, who),
        acks="all",
        enable_idempotence=True,
        metrics_enabled=False,
        max_block_ms=10_000,
    )
    try:
        producer.send(topic_of(source, settings.kafka_prefix), b"forged", partition=0).get(10)
    except KafkaError as error:
        return type(error)
    finally:
        producer.close(timeout=1)
    return None


def from_the_start(source: str, partition: int) -> ReaderPosition:
    return ReaderPosition(source, partition, 0, 0)


def read(settings: Settings, who: str, source: str, reader: str) -> str | None:
    """What comes of it if somebody reads a service's topic in a reader's group."""
    topics = KafkaBus(settings.kafka(who))
    try:
        subscription = topics.subscribe(reader, [source], from_the_start)
        try:
            soon(lambda: [*subscription.poll(0.2), *subscription.assigned()])
        finally:
            subscription.close()
    except BusAway as away:
        return str(away)
    return None


@pytest.mark.parametrize("source", PUBLISHERS)
def test_a_service_writes_its_own_topic_and_nobody_elses(shut: Settings, source: str) -> None:
    assert written(shut, source, source) is None
    other = next(name for name in SERVICES if name != source)
    assert written(shut, other, source) is TopicAuthorizationFailedError


def test_before_it_is_given_a_right_a_service_has_none(settings: Settings) -> None:
    assert written(settings, "intake", "intake") is TopicAuthorizationFailedError


def test_a_service_reads_what_it_follows_in_its_own_group(shut: Settings) -> None:
    assert read(shut, "followup", "referral", "followup") is None
    assert read(shut, "followup", "referral", "intake") == "GroupAuthorizationFailedError"
    who, source = next(
        (who, source)
        for who in READERS
        for source in PUBLISHERS
        if source not in {*READERS[who], who}
    )
    assert read(shut, who, source, who) == "TopicAuthorizationFailedError"


@pytest.mark.parametrize("what", ["no login", "a wrong password"])
def test_who_does_not_log_in_learns_nothing(kafka_bootstrap: str, what: str) -> None:
    login: dict[str, Any] = {"bootstrap_servers": kafka_bootstrap}
    if what == "a wrong password":
        login = {**client_at(kafka_bootstrap), "sasl_plain_password": "a guess"}
    with pytest.raises(KafkaError) as refused:
        create_client(KafkaConsumer, **login, bootstrap_timeout_ms=2_000, metrics_enabled=False)
    assert what == "no login" or isinstance(refused.value, SaslAuthenticationFailedError)


def test_an_administrator_who_cannot_log_in_is_told_so(kafka_bootstrap: str) -> None:
    wrong = settings_at(kafka_bootstrap) | {"kafka_sasl_passwords": {"administrator": "a guess"}}
    with pytest.raises(KafkaRefused, match="SaslAuthenticationFailedError"):
        ensure_topics(Settings(**wrong))


@pytest.fixture
def typed(
    settings: Settings, canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """An operator of that installation."""
    for name, value in environment_at(settings.kafka_bootstrap).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CANALIZA_KAFKA_PREFIX", settings.kafka_prefix)
    return canaliza


def statuses(rights: list[dict[str, str]]) -> set[str]:
    return {right["status"] for right in rights}


def test_the_command_gives_what_is_missing_once(typed: CommandLine, settings: Settings) -> None:
    looked = typed("kafka", "access", "--dry-run", "--json")
    assert (looked.code, statuses(looked.json)) == (0, {"missing"})
    assert written(settings, "intake", "intake") is TopicAuthorizationFailedError
    given = typed("kafka", "access", "--json")
    assert (given.code, statuses(given.json)) == (0, {"created"})
    again = typed("kafka", "access", "--json")
    assert (again.code, statuses(again.json)) == (0, {"there"})
    writes = [r for r in again.json if r["operation"] == "write"]
    assert sorted((r["user"], r["name"]) for r in writes) == [
        (f"canaliza-{name}", topic_of(name, settings.kafka_prefix)) for name in PUBLISHERS
    ]


@pytest.fixture
def somebody_else(settings: Settings) -> str:
    """A user who may write a topic of ours, though it is nobody of ours."""
    allow(settings, "stranger", "intake")
    return "stranger"


def test_whoever_else_may_write_is_named_and_taken_the_right_on_request(
    typed: CommandLine, somebody_else: str
) -> None:
    found = typed("kafka", "access", "--json")
    assert found.code == 1
    foreign = [r for r in found.json if r["status"] == "foreign"]
    assert [(r["user"], r["operation"]) for r in foreign] == [(somebody_else, "write")]
    taken = typed("kafka", "access", "--revoke", "--json")
    assert (taken.code, statuses(taken.json)) == (0, {"there", "revoked"})
    assert statuses(typed("kafka", "access", "--json").json) == {"there"}


def test_services_may_be_called_otherwise_in_the_cluster(
    typed: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_KAFKA_USERS", '{"intake": "CN=intake,O=canaliza"}')
    looked = typed("kafka", "access", "--dry-run", "--json")
    users = {right["user"] for right in looked.json}
    assert users == {
        "CN=intake,O=canaliza",
        *(f"canaliza-{name}" for name in SERVICES if name != "intake"),
    }


def test_the_embedded_broker_keeps_its_passwords_where_only_its_owner_reads(
    run_folder: Any, kafka_bootstrap: str
) -> None:
    kept = run_folder / "kafka/secret/kafka.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    passwords = json.loads(kept.read_text(encoding="utf-8"))
    assert passwords.keys() == {*SERVICES, "administrator", "broker"}
    open_to_others = [
        file
        for folder in ("conf", "log", "run")
        for file in (run_folder / "kafka" / folder).iterdir()
        if file.stat().st_mode & 0o077
        and any(word in file.read_text(errors="replace") for word in passwords.values())
    ]
    assert open_to_others == []
    assert kafka_bootstrap
