"""What the doctor and the operator find where services do not run, or nothing is installed."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from services.installation import Installation, open_installation
from services.intake import case
from services.intake.details import Details
from services.operator.doctor import run_checks as doctor
from shared.embedded.supervisor import Supervisor
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.log_bus import LogBus
from shared.service.command_client import KeyedCommand, accepted, submit
from shared.service.service import Service
from tests.command_line import CommandLine
from tests.embedded_processes import owner_process, temporary_folder
from tests.installation_secret import SECRET_TEXT
from tests.integration.cli.system import started
from tests.personas import OFFICE

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """An installation whose database somebody runs, and whose services nobody does."""
    with temporary_folder() as tmp_folder, owner_process(tmp_folder / "data", "postgres"):
        with open_installation(tmp_folder / "data") as installation:
            register_a_case(installation)
        yield tmp_folder / "data"


def register_a_case(installation: Installation) -> None:
    """As of two minutes ago: recorded then, and not taken in since."""
    intake = installation.service("intake")
    intake.log.close()
    past = now() - timedelta(minutes=2)
    intake.log = Log("intake", intake.log.address, intake.definition.vocabulary, clock=lambda: past)
    try:
        _submit(intake, past)
    finally:
        intake.close()


def _submit(intake: Service, past: datetime) -> None:
    identity = new_id()
    command = case.RegisterCase(
        by=OFFICE,
        at=past,
        case_id=identity,
        folio_prefix="CHH",
        programme="mx-labour-protection",
        subdivision="MX-CHH",
        municipality=None,
        channel="self-presented",
        opened_at=None,
        details=Details(),
    )
    keyed = KeyedCommand(
        "intake", case.DECIDER, identity, command, str(identity), "one", intake.secret
    )
    accepted([submit({"intake": intake}, keyed)])


def test_readers_that_do_not_read_are_found_and_how_long_facts_have_waited(
    data: Path, canaliza: CommandLine
) -> None:
    canaliza.data = data
    found = canaliza("doctor", "--json", "--lang", "en")
    assert found.code == 1
    wrong = {line["check"]: line["says"] for line in found.json if line["status"] == "wrong"}
    assert wrong.keys() == {"bus", "lag"}
    assert "followup, intake, referral, reporting" in wrong["bus"]
    lags = [line["says"] for line in found.json if line["check"] == "lag"]
    assert [lag.split(":")[0] for lag in lags] == ["referral ← intake", "reporting ← intake"]
    assert all("1 facts to process, for 0:02:" in lag for lag in lags)


def test_the_number_of_partitions_is_judged_by_whoever_reads_and_not_by_a_command(
    data: Path, canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    canaliza.data = data
    assert canaliza("parked", "list").code == 0
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("CANALIZA_KAFKA_PARTITIONS", "12")
        assert canaliza("parked", "list").code == 0
    with open_installation(data) as installation:
        intake = installation.service("intake")
        intake.join(LogBus([], intake.log.address, intake.settings.kafka_partitions))
        intake.close()
    monkeypatch.setenv("CANALIZA_KAFKA_PARTITIONS", "12")
    refused = canaliza("parked", "list")
    assert refused.code == 2
    assert "CANALIZA_KAFKA_PARTITIONS=6" in refused.err


def test_a_missing_schema_is_found_and_migrate_brings_it(data: Path, canaliza: CommandLine) -> None:
    with Supervisor(data) as guest:
        admin = guest.postgres().conninfo(dbname="canaliza")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("DROP SCHEMA reporting CASCADE")
    canaliza.data = data
    found = canaliza("doctor", "--json")
    assert found.code == 1
    (line,) = [line for line in found.json if line["status"] == "wrong"]
    assert line["check"] == "schema"
    assert "canaliza migrate" in line["says"]
    assert canaliza("migrate").code == 0
    states = {line["check"]: line["status"] for line in canaliza("doctor", "--json").json}
    assert states["schema"] == "fine"


def test_a_standard_database_is_made_once_and_its_doctor_needs_a_way_in(
    data: Path, canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Supervisor(data) as guest:
        address = guest.postgres()
    monkeypatch.setenv("CANALIZA_DATABASE_HOST", address.host)
    monkeypatch.setenv("CANALIZA_DATABASE_PORT", str(address.port))
    monkeypatch.setenv("CANALIZA_DATABASE_NAME", "elsewhere")
    assert canaliza("migrate").code == 2
    without = canaliza("doctor")
    assert without.code == 1
    assert "CANALIZA_DATABASE_ADMIN" in without.out

    monkeypatch.setenv("CANALIZA_DATABASE_ADMIN", address.conninfo(dbname="elsewhere"))
    nobody = canaliza("migrate")
    assert nobody.code == 2
    assert "CANALIZA_DATABASE_PASSWORDS" in nobody.err
    passwords = (data / "roles.json").read_text(encoding="utf-8")
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORDS", passwords)
    first = canaliza("migrate", "--json")
    assert "intake/0001-log.sql" in first.json["applied"]
    assert canaliza("migrate", "--json").json == {"applied": []}

    monkeypatch.setenv("CANALIZA_BUS", "log")
    found = canaliza("doctor", "--json")
    wrong = {line["check"] for line in found.json if line["status"] == "wrong"}
    assert wrong == {"bus", "secret"}
    monkeypatch.setenv("CANALIZA_INSTALLATION_SECRET", SECRET_TEXT)
    found = canaliza("doctor", "--json")
    wrong = {line["check"] for line in found.json if line["status"] == "wrong"}
    assert wrong == {"bus"}  # nobody runs its services
    assert not any(json.loads(passwords)[name] in found.out for name in ("intake", "referral"))


def test_where_nothing_is_installed_the_doctor_says_so_and_makes_nothing(
    tmp_path: Path, canaliza: CommandLine
) -> None:
    canaliza.data = tmp_path / "none"
    found = canaliza("doctor")
    assert found.code == 1
    assert "canaliza run --data" in found.out
    assert not (tmp_path / "none").exists()


def test_a_stopped_installation_is_looked_at_with_its_database_alone(
    canaliza: CommandLine,
) -> None:
    with temporary_folder() as tmp_folder:
        canaliza.data = tmp_folder / "data"
        assert canaliza("migrate", "--json").code == 0
        with open_installation(tmp_folder / "data") as installation:
            register_a_case(installation)
        found = canaliza("doctor", "--json")
        states = {line["check"]: line["status"] for line in found.json}
        assert (found.code, states["lag"], states["bus"]) == (0, "warning", "fine")


def test_a_system_that_must_not_start_as_things_are_ends_with_2_like_a_service_alone() -> None:
    with temporary_folder() as tmp_folder:
        with open_installation(tmp_folder / "data") as installation:
            intake = installation.service("intake")
            intake.inbox.agree_on_partitions(6)
            intake.close()
        words = ("run", "--data", str(tmp_folder / "data"), "--port", "0")
        with started(*words, CANALIZA_KAFKA_PARTITIONS="12") as process:
            assert process.wait(60) == 2


def test_a_disk_that_is_full_is_wrong_and_one_that_fills_a_warning(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "LITTLE_SPACE", free * 2)
        assert doctor._disk(tmp_path).status == "warning"
        patch.setattr(doctor, "TOO_LITTLE_SPACE", free * 2)
        assert doctor._disk(tmp_path).status == "wrong"
    assert doctor._disk(tmp_path).status == "fine"
