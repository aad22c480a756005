"""``canaliza run`` uses the servers of its folder alone, and keeps them up."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.installation import ServersNamed, refuse_servers_of_the_settings
from tests.command_line import SERVER_SETTINGS, CommandLine
from tests.embedded_processes import eventually, postmaster_of, temporary_folder, users_of
from tests.integration.cli.system import System, call, running_system, started
from tests.ports import broker_comes_back_to, held_ports

pytestmark = pytest.mark.integration

NAMES_A_SERVER = {
    "CANALIZA_DATABASE_HOST": "db.example.org",
    "CANALIZA_DATABASE_PORT": "5433",
    "CANALIZA_DATABASE_NAME": "production",
    "CANALIZA_DATABASE_USER": "somebody",
    "CANALIZA_DATABASE_PASSWORD": "hunter2",
    "CANALIZA_DATABASE_PASSWORDS": '{"intake": "hunter2"}',
    "CANALIZA_DATABASE_ADMIN": "host=db.example.org password=hunter2",
    "CANALIZA_KAFKA_BOOTSTRAP": "kafka.example.org:9092",
}


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in SERVER_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


# --- servers that the settings name ---------------------------------------------------------


@pytest.mark.parametrize("name", NAMES_A_SERVER)
def test_a_setting_that_names_a_server_is_refused_by_its_name(
    name: str, no_settings: pytest.MonkeyPatch
) -> None:
    refuse_servers_of_the_settings()
    no_settings.setenv(name, NAMES_A_SERVER[name])
    with pytest.raises(ServersNamed, match=name) as refusal:
        refuse_servers_of_the_settings()
    assert refusal.value.code == 2
    assert "hunter2" not in str(refusal.value)


def test_a_file_of_settings_is_read_for_them_too_and_may_say_other_things(
    no_settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    no_settings.setenv("CANALIZA_SETTINGS", str(file))
    file.write_text('log_level = "INFO"\nkafka_partitions = 3\n')
    refuse_servers_of_the_settings()
    file.write_text('database_host = "db.example.org"\n')
    with pytest.raises(ServersNamed, match="CANALIZA_DATABASE_HOST"):
        refuse_servers_of_the_settings()


@pytest.mark.parametrize("options", [(), ("--demo", "200"), ("--bus", "kafka")])
def test_run_ends_with_2_and_makes_nothing_where_a_server_is_named(options: tuple[str]) -> None:
    with temporary_folder() as tmp_folder:
        words = ("run", "--port", "0", "--data", str(tmp_folder / "data"), *options)
        with started(*words, CANALIZA_DATABASE_HOST="127.0.0.1") as process:
            assert process.wait(120) == 2
        assert not (tmp_folder / "data").exists()


# --- one that ends --------------------------------------------------------------------------


@pytest.fixture
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data", 0) as running:
        yield running


def test_a_database_that_is_killed_is_started_again_and_the_doctor_says_which_it_was(
    system: System, canaliza: CommandLine
) -> None:
    ready = f"{system.address}/intake/readyz"
    killed = postmaster_of(system.data)
    killed.send_signal(signal.SIGKILL)
    assert eventually(lambda: call(ready) == 503)
    assert eventually(lambda: call(ready) == 200)
    assert postmaster_of(system.data).pid != killed.pid
    canaliza.data = system.data
    found = canaliza("doctor", "--json", "--lang", "en").json
    (said,) = (line for line in found if line["check"] == "servers")
    assert said["status"] == "warning"
    assert "postgres has ended 1 times" in said["says"]


def test_a_database_that_cannot_be_started_again_ends_the_program_with_1() -> None:
    with temporary_folder() as tmp_folder:
        data = tmp_folder / "data"
        with started("run", "--data", str(data), "--port", "0") as process:
            assert process.stdout is not None
            for line in process.stdout:
                if "Ctrl-C" in line:
                    break
            (data / "postgres/cluster/PG_VERSION").unlink()
            postmaster_of(data).send_signal(signal.SIGKILL)
            assert process.wait(120) == 1


def brokers(data: Path) -> list[psutil.Process]:
    return [p for p in users_of(data) if _is_broker(p)]


def _is_broker(process: psutil.Process) -> bool:
    try:
        return "kafka.Kafka" in process.cmdline()
    except psutil.NoSuchProcess:  # it has ended meanwhile
        return False


@pytest.mark.verify(minutes=1)
def test_a_broker_that_is_killed_is_started_again() -> None:
    with held_ports(2) as port, temporary_folder() as tmp_folder:
        broker_comes_back_to(port, tmp_folder)
        words = ("run", "--data", str(tmp_folder), "--port", "0", "--bus", "kafka")
        with started(*words) as process:
            assert process.stdout is not None
            address = next(
                line.split()[1] for line in process.stdout if line.startswith("canaliza: http")
            )
            ready = f"{address}/reporting/readyz"
            assert eventually(lambda: call(ready) == 200)
            (killed,) = brokers(tmp_folder)
            killed.send_signal(signal.SIGKILL)
            assert eventually(lambda: brokers(tmp_folder) not in ([killed], []))
            assert eventually(lambda: call(ready) == 200, seconds=120)


# --- a folder that is not as it must be -----------------------------------------------------


def test_what_is_wrong_with_a_folder_is_one_sentence_and_2(canaliza: CommandLine) -> None:
    with temporary_folder() as tmp_folder:
        data = canaliza.data = tmp_folder / "data"
        assert canaliza("migrate").code == 0
        roles, secret = data / "roles.json", data / "secret/postgres"
        for path, text in (
            (roles, '{"intake": '),
            (roles, "[]"),
            (roles, '{"intake": "x"}'),
            (secret, ""),
            (secret, "another"),
        ):
            kept = path.read_text(encoding="utf-8")
            path.write_text(text, encoding="utf-8")
            refused = canaliza("migrate", "--lang", "en")
            assert refused.code == 2, (path, text, refused.err)
            assert str(path) in refused.err
            assert "backup" in refused.err
            path.write_text(kept, encoding="utf-8")
        secret.unlink()
        assert canaliza("migrate").code == 2


def test_a_file_where_the_folder_should_be_is_named(canaliza: CommandLine) -> None:
    with temporary_folder() as tmp_folder:
        canaliza.data = tmp_folder / "data"
        canaliza.data.touch()
        refused = canaliza("migrate", "--lang", "en")
        assert (refused.code, refused.out) == (2, "")
        assert f"{canaliza.data} is no folder" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "70000"), "--port"),
        (("--port", "-1"), "--port"),
        (("--demo", "-1"), "--demo"),
        (("--host", "203.0.113.77", "--insecure"), "203.0.113.77"),
    ],
)
def test_a_port_or_an_address_that_cannot_be_is_named(
    words: tuple[str, ...], said: str, canaliza: CommandLine, no_settings: pytest.MonkeyPatch
) -> None:
    del no_settings
    refused = canaliza("run", "--data", "/nowhere", "--lang", "en", *words)
    assert refused.code == 2
    assert said in refused.err
    assert "mistake" not in refused.err
