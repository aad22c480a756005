"""A schema's steps are applied once, and a program that does not know a schema refuses it."""

import multiprocessing
from pathlib import Path

import psycopg
import pytest
from fastapi import APIRouter

from shared.kernel.ids import new_id
from shared.kernel.text import Text
from shared.postgres.migrations import Migration, Schema, SchemaNotKnown, check, migrate
from shared.service.service import LOG_MIGRATIONS, Service, ServiceDefinition
from shared.service.settings import Settings
from tests.databases import ScratchDatabase
from tests.installation_secret import SECRET_TEXT
from tests.writers import migrate_once

pytestmark = pytest.mark.integration

ONE = Migration("0001-one.sql", "CREATE TABLE {schema}.one (x int)")
TWO = Migration("0002-two.sql", "CREATE TABLE {schema}.two (x int)")
OWN = Migration("0009-own.sql", "CREATE TABLE {schema}.own (n bigint)")


def schema(database: ScratchDatabase, *steps: Migration, name: str | None = None) -> Schema:
    fresh = name or f"steps_{new_id().hex[:8]}"
    return Schema(fresh, f"{database.dbname}_{fresh}", "secret", steps)


def known(database: ScratchDatabase, of: Schema, *steps: Migration) -> None:
    with psycopg.connect(database.admin) as conn:
        check(conn, of.name, steps)


def test_twice_is_once(database: ScratchDatabase) -> None:
    steps = schema(database, ONE, TWO)
    name = steps.name
    assert migrate(database.admin, [steps]) == [f"{name}/0001-one.sql", f"{name}/0002-two.sql"]
    assert migrate(database.admin, [steps]) == []
    known(database, steps, ONE, TWO)


def test_a_new_step_is_added_to_those_that_are_there(database: ScratchDatabase) -> None:
    before = schema(database, ONE)
    migrate(database.admin, [before])
    after = schema(database, ONE, TWO, name=before.name)
    assert migrate(database.admin, [after]) == [f"{before.name}/0002-two.sql"]


def test_several_processes_at_once_are_once(database: ScratchDatabase, tmp_path: Path) -> None:
    steps = [schema(database, *LOG_MIGRATIONS), schema(database, ONE, TWO)]
    applied = tmp_path / "applied"
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=migrate_once, args=(database.admin, steps, str(applied)))
        for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [p.exitcode for p in processes] == [0, 0, 0]
    wanted = [f"{s.name}/{m.name}" for s in steps for m in s.migrations]
    assert sorted(applied.read_text().split()) == sorted(wanted)


def test_a_step_that_fails_leaves_nothing_half_done(database: ScratchDatabase) -> None:
    broken = schema(database, ONE, Migration("0002-broken.sql", "CREATE NONSENSE"))
    with pytest.raises(psycopg.errors.SyntaxError):
        migrate(database.admin, [broken])
    whole = schema(database, ONE, TWO, name=broken.name)
    assert len(migrate(database.admin, [whole])) == 2


def test_a_newer_schema_is_refused_by_an_older_program(database: ScratchDatabase) -> None:
    newer = schema(database, ONE, TWO)
    migrate(database.admin, [newer])
    with pytest.raises(SchemaNotKnown, match="0002-two"):
        known(database, newer, ONE)
    with pytest.raises(SchemaNotKnown, match="0002-two"):
        migrate(database.admin, [schema(database, ONE, name=newer.name)])


def test_a_step_that_was_changed_after_it_was_applied_is_refused(database: ScratchDatabase) -> None:
    there = schema(database, ONE)
    migrate(database.admin, [there])
    changed = Migration(ONE.name, "CREATE TABLE {schema}.one (x bigint)")
    with pytest.raises(SchemaNotKnown, match="0001-one"):
        known(database, there, changed)
    with pytest.raises(SchemaNotKnown, match="0001-one"):
        migrate(database.admin, [schema(database, changed, name=there.name)])


def test_a_missing_step_is_refused_with_what_to_do_about_it(database: ScratchDatabase) -> None:
    older = schema(database, ONE)
    migrate(database.admin, [older])
    with pytest.raises(SchemaNotKnown, match="canaliza migrate"):
        known(database, older, ONE, TWO)
    with pytest.raises(SchemaNotKnown, match="0001-one"):
        known(database, schema(database, ONE), ONE)


@pytest.mark.parametrize("there", [(), LOG_MIGRATIONS], ids=["nothing", "all but its own"])
def test_a_service_does_not_start_on_a_schema_that_lacks_a_step(
    database: ScratchDatabase, there: tuple[Migration, ...]
) -> None:
    address = database.address("service", list(there))
    parts = ServiceDefinition(
        address.schema, Text("a", "a"), {}, lambda _: None, None, APIRouter(), [OWN]
    )
    settings = Settings(
        database_host=address.host,
        database_port=address.port,
        database_name=address.dbname,
        database_user=address.user,
        database_password="secret",  # noqa: S106 - of this test's own role
        installation_secret=SECRET_TEXT,
    )
    with pytest.raises(SchemaNotKnown, match="falta la migración"):
        Service(parts, settings)
    wanted = Schema(address.schema, address.user, "secret", parts.all_migrations)
    migrate(database.admin, [wanted])
    database.keep(Service(parts, settings))


def test_the_server_is_told_a_verifier_and_no_password(
    database: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that logs its statements would keep the password in its log."""
    connect, heard = psycopg.connect, list[str]()

    def overheard(conninfo: str) -> psycopg.Connection[tuple[object, ...]]:
        conn = connect(conninfo, options="-c log_statement=ddl -c client_min_messages=log")
        conn.add_notice_handler(lambda notice: heard.append(notice.message_primary or ""))
        return conn

    steps = Schema("verified", f"{database.dbname}_verified", "a word of its own", [ONE])
    with monkeypatch.context() as patched:
        patched.setattr(psycopg, "connect", overheard)
        for _ in range(2):  # the role is created, then altered
            migrate(database.admin, [steps])
    told = [line for line in heard if " ROLE " in line]
    assert len(told) == 2
    assert all("SCRAM-SHA-256$" in line and steps.password not in line for line in told)
    address = psycopg.conninfo.make_conninfo(
        database.admin, user=steps.role, password=steps.password
    )
    with connect(address) as conn:
        assert conn.execute("SELECT current_user").fetchone() == (steps.role,)
