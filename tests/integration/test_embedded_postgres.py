"""What the embedded PostgreSQL promises: one owner, no process left, no committed row lost."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from shared.embedded import process as processes
from shared.embedded.errors import ServerDidNotStart
from shared.embedded.supervisor import AlreadyRunning, PostgresAddress, Supervisor
from tests.embedded_processes import (
    eventually,
    is_gone,
    owner_process,
    postmaster_of,
    temporary_folder,
    users_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def query(address: PostgresAddress, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_a_started_cluster_answers_is_durable_and_listens_on_no_network(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        address = supervisor.postgres()
        for name, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "listen_addresses": "",
            "server_encoding": "UTF8",
            "log_min_error_statement": "panic",
        }.items():
            assert query(address, f"SHOW {name}") == [(value,)], name
        assert query(address, "SELECT upper('ñandú')") == [("ÑANDÚ",)]
        assert users_of(tmp_folder) != []
    assert users_of(tmp_folder) == []


def test_a_wrong_password_is_refused(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        address = supervisor.postgres()
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address.conninfo(password=address.password[:-1]))
        assert address.password not in repr(address)


def test_a_second_start_finds_the_data(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        query(supervisor.postgres(), "CREATE TABLE kept AS SELECT 7 AS seven")
    with Supervisor(tmp_folder / "data") as supervisor:
        assert query(supervisor.postgres(), "SELECT seven FROM kept") == [(7,)]


def test_after_kill_of_the_owner_its_cluster_ends_by_itself_and_keeps_the_data(
    tmp_folder: Path,
) -> None:
    with owner_process(tmp_folder / "data", "postgres") as owner:
        with Supervisor(tmp_folder / "data") as guest:
            query(guest.postgres(), "CREATE TABLE kept AS SELECT 7 AS seven")
            with pytest.raises(AlreadyRunning):
                guest.own()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert eventually(lambda: users_of(tmp_folder) == [])
    with Supervisor(tmp_folder / "data") as supervisor:
        assert query(supervisor.postgres(), "SELECT seven FROM kept") == [(7,)]


def test_after_kill_of_the_owner_a_start_at_once_takes_over(tmp_folder: Path) -> None:
    with owner_process(tmp_folder / "data", "postgres") as owner:
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        with Supervisor(tmp_folder / "data") as supervisor:
            supervisor.own()
            assert query(supervisor.postgres(), "SELECT 1") == [(1,)]


def test_a_forked_child_of_a_killed_owner_holds_neither_the_server_nor_the_folder(
    tmp_folder: Path,
) -> None:
    with owner_process(tmp_folder / "data", "postgres", "child") as owner:
        children = psutil.Process(owner.pid).children()
        child = next(p for p in children if "embedded_owner.py" in p.cmdline()[1])
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        try:
            with Supervisor(tmp_folder / "data") as supervisor:
                assert eventually(lambda: users_of(tmp_folder) == [child])
                supervisor.own()
        finally:
            child.kill()


def test_after_kill_of_owner_and_guard_the_cluster_ends_at_the_latest_on_the_next_start(
    tmp_folder: Path,
) -> None:
    with owner_process(tmp_folder / "data", "postgres") as owner:
        old = postmaster_of(tmp_folder / "data")
        guard = old.parent()
        assert guard is not None
        old.suspend()  # so that it cannot hear that its guard died
        owner.send_signal(signal.SIGKILL)
        guard.kill()
        owner.wait()
        assert not is_gone(old)
        with Supervisor(tmp_folder / "data") as supervisor:
            supervisor.own()
            processes.stop_leftovers(supervisor._folder, "postgres", patience=0.3)
            assert is_gone(old)
            assert query(supervisor.postgres(), "SELECT 1") == [(1,)]


def test_a_killed_guard_takes_its_server_along_and_the_next_call_starts_anew(
    tmp_folder: Path,
) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        supervisor.postgres()
        old = postmaster_of(tmp_folder / "data")
        guard = old.parent()
        assert guard is not None
        guard.kill()
        assert query(supervisor.postgres(), "SELECT 1") == [(1,)]
        assert is_gone(old)


def test_a_killed_postmaster_is_started_again_on_the_next_call(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        address = supervisor.postgres()
        query(address, "CREATE TABLE kept AS SELECT 7 AS seven")
        postmaster_of(tmp_folder / "data").kill()
        assert query(supervisor.postgres(), "SELECT seven FROM kept") == [(7,)]


def test_a_stopped_owner_leaves_nothing_on_sigterm(tmp_folder: Path) -> None:
    with owner_process(tmp_folder / "data", "postgres") as owner:
        owner.send_signal(signal.SIGTERM)
        assert owner.wait(120) == 0
        assert users_of(tmp_folder) == []


def test_a_second_owner_is_refused_with_the_name_of_the_first(tmp_folder: Path) -> None:
    with (
        owner_process(tmp_folder / "data", "postgres") as owner,
        Supervisor(tmp_folder / "data") as second,
    ):
        with pytest.raises(AlreadyRunning) as refusal:
            second.own()
        assert refusal.value.pid == owner.pid
        assert refusal.value.data == tmp_folder / "data"


def test_a_guest_that_leaves_does_not_stop_the_owner(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as owner:
        address = owner.postgres()
        with Supervisor(tmp_folder / "data") as guest:
            assert guest.postgres() == address
            with pytest.raises(AlreadyRunning):
                guest.own()
        assert query(address, "SELECT 1") == [(1,)]


def test_two_folders_run_side_by_side(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "one") as one, Supervisor(tmp_folder / "two") as two:
        first, second = one.postgres(), two.postgres()
        assert first.host != second.host
        query(first, "CREATE TABLE only_here ()")
        with pytest.raises(psycopg.errors.UndefinedTable):
            query(second, "TABLE only_here")


@pytest.mark.parametrize(
    "name", ["with spaces, and a comma", "x" * 120, "año'nuevo", "both " + "y" * 120]
)
def test_a_folder_may_have_any_name(tmp_folder: Path, name: str) -> None:
    with Supervisor(tmp_folder / name / "data") as supervisor:
        address = supervisor.postgres()
        assert query(address, "SELECT 1") == [(1,)]
        assert Path(address.host).stat().st_mode & 0o777 == 0o700
    assert not Path(address.host).exists()


def test_a_half_made_cluster_is_made_again(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data"):
        draft = tmp_folder / "data/postgres/cluster.draft"
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18")
    with Supervisor(tmp_folder / "data") as supervisor:
        assert query(supervisor.postgres(), "SELECT 1") == [(1,)]
    assert not draft.exists()


def test_a_process_id_in_postmaster_pid_that_is_another_programs_now_is_not_killed(
    tmp_folder: Path,
) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        supervisor.postgres()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        stale = tmp_folder / "data/postgres/cluster/postmaster.pid"
        stale.write_text(f"{stranger.pid}\n{stale.parent}\n")
        with Supervisor(tmp_folder / "data") as supervisor:
            assert query(supervisor.postgres(), "SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_copy_of_the_folder_does_not_stop_the_originals_server(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as original:
        address = original.postgres()
        with Supervisor(tmp_folder / "copy"):
            noted = tmp_folder / "data/run/postgres.process.json"
            (tmp_folder / "copy/run/postgres.process.json").write_text(noted.read_text())
        with Supervisor(tmp_folder / "copy") as copy:
            copy.postgres()
        assert query(address, "SELECT 1") == [(1,)]


def test_a_server_that_cannot_start_says_why_and_where_to_look(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        supervisor.postgres()
    extra = tmp_folder / "data/postgres.conf.d"
    extra.mkdir()
    (extra / "wrong.conf").write_text("no_such_setting = 1\n")
    with Supervisor(tmp_folder / "data") as supervisor:
        with pytest.raises(ServerDidNotStart, match="no arrancó") as refusal:
            supervisor.postgres()
        assert refusal.value.log.exists()
        assert processes.last_line(supervisor._folder, "postgres") in str(refusal.value)


def test_the_servers_log_holds_no_statement_and_no_value(tmp_folder: Path) -> None:
    with Supervisor(tmp_folder / "data") as supervisor:
        address = supervisor.postgres()
        query(address, "CREATE TABLE persons (name text UNIQUE)")
        query(address, "INSERT INTO persons VALUES ('Secreta')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            query(address, "INSERT INTO persons VALUES ('Secreta')")
    assert "Secreta" not in (tmp_folder / "data/log/postgres.log").read_text()
