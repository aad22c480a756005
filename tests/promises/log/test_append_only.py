"""What was recorded cannot be changed in the database, by nobody who runs a service.

Rights, triggers and owners are PostgreSQL's own: memory has none, and whoever runs Python in the
process may do anything there. What every home promises stands at the end.
"""

from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.errors import InsufficientPrivilege

from shared.eventstore.port import Accepted, RaceLost
from shared.kernel.ids import new_id
from shared.postgres.database import DatabaseAddress
from tests.databases import ScratchDatabase
from tests.homes import Home
from tests.toy_service import append, carried_out, submission

CHANGES = [
    "UPDATE {s}.events SET state = state",
    "DELETE FROM {s}.events",
    "TRUNCATE {s}.events",
    "UPDATE {s}.commands SET receipt = receipt",
    "DELETE FROM {s}.commands",
    "TRUNCATE {s}.commands",
]
MORE_OF_A_STRANGER = [
    "SELECT 1 FROM {s}.events",
    "SELECT 1 FROM {s}.commands",
    "SELECT 1 FROM {s}.head",
    "SELECT 1 FROM {s}.tracking",
    "SELECT 1 FROM {s}.parked",
    "INSERT INTO {s}.events SELECT gen_random_uuid(), 1, 'told', '', 2",
    "UPDATE {s}.head SET position = 0",
    "UPDATE {s}.tracking SET notification_id = 0",
    "DELETE FROM {s}.parked",
]
MORE_OF_ITS_OWN = [
    "ALTER TABLE {s}.events DISABLE TRIGGER events_append_only",
    "DROP TRIGGER events_append_only ON {s}.events",
    "DROP TABLE {s}.events",
    "ALTER TABLE {s}.events ALTER COLUMN state TYPE text USING ''",
    "CREATE TABLE {s}.another (x int)",
    "DELETE FROM {s}.head",
    "INSERT INTO {s}.head (one, position) VALUES (false, 0)",
    "DELETE FROM {s}.parked",
    "DELETE FROM {s}.tracking",
    "SET session_replication_role = 'replica'",
    "UPDATE {s}.migrations SET digest = ''",
]


def address_with_a_fact(database: ScratchDatabase) -> DatabaseAddress:
    log = database.log()
    assert carried_out(log.submit(submission(new_id(), append()))).version == 1
    return log.address


def is_refused(conninfo: str, statement: str, schema: str) -> str:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        before = conn.execute("SELECT 1").fetchone()
        assert before == (1,)
        with pytest.raises(InsufficientPrivilege) as refused:
            conn.execute(statement.format(s=schema).encode())
    return str(refused.value)


@pytest.mark.integration
@pytest.mark.parametrize("statement", [*CHANGES, *MORE_OF_ITS_OWN])
def test_the_service_itself_cannot(database: ScratchDatabase, statement: str) -> None:
    address = address_with_a_fact(database)
    message = is_refused(address.conninfo(), statement, address.schema)
    assert "permission denied" in message or "must be owner" in message  # before any trigger


@pytest.mark.integration
@pytest.mark.parametrize("statement", [*CHANGES, *MORE_OF_A_STRANGER])
def test_another_service_cannot_nor_can_it_read(database: ScratchDatabase, statement: str) -> None:
    address = address_with_a_fact(database)
    message = is_refused(database.address("stranger").conninfo(), statement, address.schema)
    assert "permission denied" in message


@pytest.mark.integration
@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_databases_owner_can_by_mistake(
    database: ScratchDatabase, statement: str
) -> None:
    address = address_with_a_fact(database)
    message = is_refused(database.admin, statement, address.schema)
    assert "append-only" in message


@pytest.mark.integration
def test_not_even_by_hand_is_a_version_or_a_position_written_twice(
    database: ScratchDatabase,
) -> None:
    address = address_with_a_fact(database)
    again = "INSERT INTO {s}.events SELECT originator_id, {v}, topic, state, {p} FROM {s}.events"
    with psycopg.connect(address.conninfo(), autocommit=True) as conn:
        for version, position in ((1, 2), (2, 1)):
            with pytest.raises(psycopg.errors.UniqueViolation):
                conn.execute(again.format(s=address.schema, v=version, p=position).encode())


def stored(stream: UUID, version: int, raw: bytes = b"{}") -> StoredEvent:
    return StoredEvent(stream, version, "told", raw)


def test_a_version_of_a_stream_is_written_once_and_stays_as_it_was(home: Home) -> None:
    log, stream = home.log(), new_id()
    there = home.beside(log)
    with log.recorder.transaction() as curs:
        log.recorder.append(curs, [stored(stream, 1, b"first")])
    for second in (log, there):
        with pytest.raises(RaceLost), second.recorder.transaction() as curs:
            second.recorder.append(curs, [stored(new_id(), 1), stored(stream, 1, b"second")])
    assert log.recorder.select_page(0, 10) == [(1, stream, 1, "told", b"first")]


def test_a_commands_answer_is_written_once_and_with_its_facts_or_not_at_all(home: Home) -> None:
    recorder, stream, command = home.log().recorder, new_id(), new_id()
    first, second = (Accepted(command, b"said", receipt) for receipt in (b"first", b"second"))
    with recorder.transaction() as curs:
        recorder.append(curs, [], [first])
    with pytest.raises(RaceLost), recorder.transaction() as curs:
        recorder.append(curs, [stored(stream, 1)], [second])
    assert recorder.select_commands([command, stream]) == {command: first}
    assert recorder.head() == 0
