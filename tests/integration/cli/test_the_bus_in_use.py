"""The doctor looks at the bus that a data folder's owner runs, wherever its broker is."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Any

import psycopg
import pytest

from services.installation import note_bus, open_installation
from services.operator.topics import ensure_rights, ensure_topics
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.inspection import look
from shared.service.settings import Settings
from tests.brokers import allow, environment_at, settings_at
from tests.command_line import CommandLine
from tests.embedded_processes import owner_process, temporary_folder
from tests.stories.running_services import running_services

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """An installation whose database somebody runs."""
    with temporary_folder() as tmp_folder, owner_process(tmp_folder / "data", "postgres"):
        with open_installation(tmp_folder / "data"):
            pass  # opening it brings its schemas
        yield tmp_folder / "data"


@pytest.fixture
def at_the_broker(kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the broker is; the operator's environment says how to log in there."""
    for name, value in environment_at(kafka_bootstrap).items():
        monkeypatch.setenv(name, value)
    return kafka_bootstrap


def of(check: str, canaliza: CommandLine, data: Path) -> list[dict[str, Any]]:
    canaliza.data = data
    found = canaliza("doctor", "--json", "--lang", "en")
    return [line for line in found.json if line["check"] == check]


def fresh_topics(bootstrap: str) -> Settings:
    """An installation's bus under a prefix of its own, whose topics nobody has made yet."""
    return Settings(
        bus="kafka",
        **settings_at(bootstrap),
        kafka_prefix=f"doctor-{new_id().hex[:8]}",
        kafka_partitions=2,
    )


def test_a_broker_elsewhere_that_is_away_is_found_away(data: Path, canaliza: CommandLine) -> None:
    note_bus(data, Settings(bus="kafka", kafka_bootstrap="127.0.0.1:1"))
    (bus,) = of("bus", canaliza, data)
    assert (bus["status"], bus["says"][:40]) == (
        "wrong",
        "Kafka does not answer at 127.0.0.1:1. Se",
    )


def test_topics_are_looked_at_under_the_prefix_that_the_owner_noted(
    data: Path, canaliza: CommandLine, at_the_broker: str
) -> None:
    settings = fresh_topics(at_the_broker)
    prefix = settings.kafka_prefix
    note_bus(data, settings)
    missing = of("bus", canaliza, data)
    assert [line["says"] for line in missing] == [
        f"the topic {prefix}.{name}.v1 is missing" for name in ("intake", "referral", "followup")
    ]
    ensure_topics(settings)
    assert look(settings.kafka(ADMINISTRATOR), ["intake"])["intake"].partitions == 2
    (bus,) = of("bus", canaliza, data)
    assert bus["says"] == "Kafka answers; nobody sends for followup, intake, referral"


def test_a_topic_must_have_the_partitions_that_its_service_noted_wherever_its_relay_is(
    data: Path, canaliza: CommandLine, at_the_broker: str
) -> None:
    settings = fresh_topics(at_the_broker)
    ensure_topics(settings)
    with open_installation(data, kafka_partitions=2) as installation:
        intake = installation.service("intake")
        intake.inbox.reader_position("relay", -1)
        note_bus(data, settings)
        assert [line["status"] for line in of("bus", canaliza, data)] == ["warning"]
        intake.inbox.agree_on_partitions(2)
        intake.close()
    note_bus(data, settings.model_copy(update={"kafka_partitions": 3}))
    topics = [line["says"].split(":")[0] for line in of("bus", canaliza, data)]
    assert topics == [f"{settings.kafka_prefix}.{name}.v1" for name in ("referral", "followup")]


def test_who_lacks_rights_and_who_has_too_many_is_named(
    data: Path, canaliza: CommandLine, at_the_broker: str
) -> None:
    settings = fresh_topics(at_the_broker)
    ensure_topics(settings)
    note_bus(data, settings)
    (lacking,) = of("access", canaliza, data)
    assert (lacking["status"], lacking["mend"]) == ("wrong", "run canaliza kafka access")
    assert "canaliza-intake" in lacking["says"]
    ensure_rights(settings)
    (whole,) = of("access", canaliza, data)
    assert whole["status"] == "fine"
    allow(settings, "stranger", "intake")
    (more,) = of("access", canaliza, data)
    assert (more["status"], more["says"]) == ("wrong", "stranger may write topics too")
    assert more["mend"] == "canaliza kafka access --revoke"


def test_who_cannot_see_whose_messages_are_authentic_is_told(
    data: Path, canaliza: CommandLine, at_the_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = fresh_topics(at_the_broker)
    ensure_topics(settings)
    ensure_rights(settings)
    note_bus(data, settings)
    monkeypatch.delenv("CANALIZA_MESSAGE_KEYS")
    assert [line["status"] for line in of("access", canaliza, data)] == ["fine"]
    (data / "secret/messages").unlink()
    (blind,) = of("access", canaliza, data)
    assert blind["status"] == "warning"
    assert blind["says"].startswith("without CANALIZA_MESSAGE_KEYS")


def test_a_topic_that_could_not_be_read_is_not_called_fine(
    data: Path, canaliza: CommandLine, at_the_broker: str
) -> None:
    settings = fresh_topics(at_the_broker)
    prefix = settings.kafka_prefix
    note_bus(data, settings)
    unread = of("history", canaliza, data)
    assert {line["status"] for line in unread} == {"warning"}
    assert [line["says"] for line in unread] == [
        f"the topic {prefix}.{name}.v1 could not be read: nothing is known of its history"
        for name in ("intake", "referral", "followup")
    ]
    ensure_topics(settings)
    (whole,) = of("history", canaliza, data)
    assert (whole["status"], whole["says"]) == ("fine", "logs, readers and topics tell the same")


def test_an_owner_of_the_log_bus_needs_no_broker(data: Path, canaliza: CommandLine) -> None:
    note_bus(data, Settings(bus="log"))
    (bus,) = of("bus", canaliza, data)
    assert bus["says"].startswith("nobody reads for")


def test_a_folders_own_broker_that_stands_still_is_no_trouble(canaliza: CommandLine) -> None:
    with temporary_folder() as tmp_folder:
        folder = tmp_folder / "la casa de 'Ana'"
        canaliza.data = folder
        nothing = canaliza("doctor", "--json").json[0]
        assert nothing["mend"] == f"arranque una: canaliza run --data {quote(str(folder))}"
        messages: list[str] = []
        with open_installation(folder, progress=lambda text: messages.append(text.en)):
            (folder / "run/kafka.json").write_text(json.dumps({"bootstrap": "127.0.0.1:2"}))
            note_bus(folder, Settings(bus="kafka", kafka_bootstrap="127.0.0.1:2"))
            (folder / "run/kafka.json").unlink()
        assert "database" in messages[0]
        (bus,) = of("bus", canaliza, folder)
        assert (bus["status"], bus["says"]) == ("fine", "Kafka; it does not run now")


def test_a_token_that_was_never_meant_to_last_is_no_warning(
    data: Path, canaliza: CommandLine
) -> None:
    with open_installation(data) as installation:
        installation.tokens().create("a", ("monitor",), now() + timedelta(hours=12))
        assert of("tokens", canaliza, data)[0]["status"] == "fine"
        lasting, _ = installation.tokens().create("a", ("monitor",), now() + timedelta(days=2))
        with psycopg.connect(installation.admin) as conn:
            conn.execute(
                "UPDATE identity.tokens SET created_at = now() - interval '28 days' "
                "WHERE token = %s",
                (lasting.id,),
            )
    (tokens,) = of("tokens", canaliza, data)
    assert (tokens["status"], tokens["says"]) == ("warning", f"they expire soon: {lasting.id}")


def test_a_service_that_publishes_nothing_sends_nothing_and_is_ready(
    postgres_server: PostgresAddress, kafka_bootstrap: str
) -> None:
    with running_services(postgres_server, "kafka", kafka_bootstrap) as running:
        senders = {name for name, service in running.services.items() if service.runner("relay")}
        assert senders == {"intake", "referral", "followup"}
        assert "canaliza_messages_consumed_total" in running.metrics()
        assert running.client.get("/reporting/readyz").status_code == 200
