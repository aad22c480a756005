"""The standard mode on one machine: four processes over Kafka, none left behind."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from services.installation import noted_bus
from services.operator.publishing import PUBLISHING
from shared.embedded.supervisor import Supervisor
from shared.kernel.broker_users import ADMINISTRATOR
from shared.messaging.inspection import look
from shared.service.settings import Settings
from tests.command_line import CommandLine
from tests.embedded_processes import eventually, owner_process, temporary_folder, users_of
from tests.integration.cli.system import answer, call, started
from tests.ports import held_ports

pytestmark = pytest.mark.integration

PATIENCE = 120.0


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


@pytest.fixture
def port() -> Iterator[int]:
    """The first of four."""
    with held_ports(4) as first:
        yield first


def announced(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What it says, in JSON, once all four are ready."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            break
    announcement: dict[str, Any] = json.loads("".join(lines))
    return announcement


def of_service(tmp_folder: Path, name: str) -> list[psutil.Process]:
    return [p for p in users_of(tmp_folder) if f"services.{name}" in p.cmdline()]


def test_topics_are_created_once_and_never_with_another_partition_count(
    tmp_folder: Path, canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with owner_process(tmp_folder / "data", "kafka"):
        canaliza.data = tmp_folder / "data"
        made = canaliza("kafka", "topics", "--partitions", "3", "--json")
        assert made.code == 0, made.err
        assert [(t["topic"], t["partitions"], t["status"]) for t in made.json] == [
            (f"canaliza.{name}.v1", 3, "created") for name in ("intake", "referral", "followup")
        ]
        monkeypatch.setenv("CANALIZA_KAFKA_PREFIX", "casa-dos")
        other = canaliza("kafka", "topics", "--partitions", "2", "--json")
        assert [(t["topic"], t["status"]) for t in other.json] == [
            (f"casa-dos.{name}.v1", "created") for name in ("intake", "referral", "followup")
        ]
        monkeypatch.delenv("CANALIZA_KAFKA_PREFIX")
        again = canaliza("kafka", "topics", "--partitions", "3", "--json")
        assert {t["status"] for t in again.json} == {"there"}
        for count in ("2", "4"):
            refused = canaliza("kafka", "topics", "--partitions", count)
            assert (refused.code, refused.out) == (1, "")
            assert "CANALIZA_KAFKA_PARTITIONS=3" in refused.err
            assert "canaliza.intake.v1" in refused.err


def test_a_broker_that_is_not_there_is_one_sentence(canaliza: CommandLine) -> None:
    result = canaliza("kafka", "topics", "--bootstrap", "127.0.0.1:1", "--lang", "en")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Kafka does not answer at 127.0.0.1:1.")


@pytest.mark.verify
def test_a_case_travels_between_four_processes_that_all_end_with_the_first(
    tmp_folder: Path, port: int, canaliza: CommandLine
) -> None:
    data = tmp_folder / "data"
    order = ("standard", "--json", "--data", str(data), "--port", str(port))
    with started(*order, CANALIZA_KAFKA_PREFIX="casa-uno") as process:
        announcement = announced(process)
        services = announcement["services"]
        assert list(services) == ["intake", "referral", "followup", "reporting"]
        # A slow machine may be late with one of its answers.
        assert eventually(lambda: all(is_ready(at) for at in services.values()), seconds=PATIENCE)
        each_knows_its_own_password_alone(tmp_folder, data)
        at = Settings(**noted_bus(data)).kafka(ADMINISTRATOR)
        assert (at.bootstrap, at.prefix) == (announcement["kafka"], "casa-uno")
        assert len(look(at, PUBLISHING)) == len(PUBLISHING)
        assert look(replace(at, prefix="canaliza"), PUBLISHING) == {}
        canaliza.data = data
        a_case_finds_its_custodian(canaliza, services)
        assert canaliza("doctor", "--json").code == 0

        (referral,) = (p for p in of_service(tmp_folder, "referral") if "-m" in p.cmdline())
        referral.kill()
        at = services["referral"]
        assert eventually(lambda: not is_ready(at))
        assert eventually(lambda: is_ready(at), seconds=PATIENCE)

        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert users_of(tmp_folder) == []
    with started(*order) as process:
        assert eventually((data / "run/reporting.process.json").exists, seconds=PATIENCE)
        process.kill()
        assert eventually(lambda: users_of(tmp_folder) == [], seconds=PATIENCE)


@pytest.mark.verify
def test_a_service_that_must_not_start_is_not_started_again_and_again(
    tmp_folder: Path, port: int
) -> None:
    data = tmp_folder / "data"
    order = ("standard", "--json", "--data", str(data), "--port", str(port))
    with started(*order) as process:
        announced(process)
        with Supervisor(data) as guest:
            admin = guest.postgres().conninfo(dbname="canaliza")
        with psycopg.connect(admin) as conn:
            conn.execute(
                "UPDATE referral.tracking SET notification_id = 4"
                " WHERE application_name = 'partitions'"
            )
        (referral,) = (p for p in of_service(tmp_folder, "referral") if "-m" in p.cmdline())
        referral.kill()
        assert process.wait(PATIENCE) == 2
    with started(*order) as process:
        assert process.wait(PATIENCE) == 2  # the servers start first
    assert users_of(tmp_folder) == []
    assert "CANALIZA_KAFKA_PARTITIONS=4" in (data / "log/referral.log").read_text(encoding="utf-8")


def is_ready(address: str) -> bool:
    return call(f"{address}/readyz") == 200


def each_knows_its_own_password_alone(tmp_folder: Path, data: Path) -> None:
    passwords = json.loads((data / "roles.json").read_text(encoding="utf-8"))
    logins = json.loads((data / "secret/kafka.json").read_text(encoding="utf-8"))
    for name in ("intake", "referral", "followup", "reporting"):
        (process,) = (p for p in of_service(tmp_folder, name) if "-m" in p.cmdline())
        seen = process.environ().values()
        known = {role for role, word in passwords.items() if any(word in text for text in seen)}
        assert known == ({name, "vault"} if name == "intake" else {name})
        assert {who for who, word in logins.items() if word in seen} == {name}
        words = [*passwords.values(), *logins.values()]
        assert not any(word in " ".join(process.cmdline()) for word in words)


def a_case_finds_its_custodian(canaliza: CommandLine, services: dict[str, str]) -> None:
    words = ("--institution", "plataforma", "--role", "steward")
    steward = canaliza("token", "create", *words, "--json").json["secret"]
    listed = {
        "institution": "oficina-uno",
        "name": "Oficina Uno",
        "kind": "labour-office",
        "programmes": ["mx-labour-protection"],
    }
    assert call(f"{services['referral']}/institutions", steward, listed) == 201
    words = ("--institution", "oficina-uno", "--role", "caseworker")
    token = canaliza("token", "create", *words, "--json").json["secret"]
    body = {
        "programme": "mx-labour-protection",
        "subdivision": "MX-CHH",
        "channel": "self-presented",
    }
    status, receipt = answer(f"{services['intake']}/cases", token, body)
    assert status == 201
    case = f"{services['referral']}/cases/{receipt['stream']}"
    assert eventually(lambda: call(case, token) == 200)
    assert answer(case, token)[1]["custodian"] == "oficina-uno"


def test_a_taken_port_is_reported_before_anything_starts(
    tmp_folder: Path, canaliza: CommandLine
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = min(taken.getsockname()[1], 65_532)
        canaliza.data = tmp_folder / "data"
        result = canaliza("standard", "--port", str(port))
        assert (result.code, result.out) == (2, "")
    assert not (tmp_folder / "data").exists()
