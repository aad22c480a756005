"""A rebuild gives the rows that reporting's reader has made, whatever happens meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.reporting import rebuild as rebuilding
from shared.contracts import CONTRACTS
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.refusals import Refusal
from shared.maintenance import shadow_tables as shadow
from tests.command_line import SERVER_SETTINGS
from tests.embedded_processes import REPOSITORY, eventually
from tests.integration.reporting.written_logs import Logs, logs_of

pytest_plugins = ["tests.servers"]
pytestmark = pytest.mark.integration

BY = Actor("operator", "operator", "cli")
CONTACT = "mx.canaliza.followup.contact-recorded.v1"


@pytest.fixture
def logs(postgres_server: PostgresAddress, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logs]:
    """An installation whose logs are read in small pages."""
    monkeypatch.setattr(rebuilding, "PAGE", 40)
    monkeypatch.setattr(rebuilding, "CASES", 3)
    with logs_of(postgres_server) as opened:
        yield opened


def append_cases(logs: Logs, cases: int, first: int = 1) -> None:
    for n in range(first, first + cases):
        logs.append_story(UUID(int=n << 64))


@pytest.mark.parametrize("bus", ["log", "kafka"])
def test_every_row_is_the_same_and_the_reader_goes_on_from_its_positions(
    request: pytest.FixtureRequest, postgres_server: PostgresAddress, bus: str
) -> None:
    bootstrap = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    with logs_of(postgres_server, bootstrap) as logs:
        logs.append_examples(UUID(int=1 << 100))
        append_cases(logs, 20)
        logs.taken_in()
        rows, places = logs.rows(), logs.reporting.inbox.reader_positions()
        assert all(rows.values())
        done = logs.rebuild()
        assert done.facts == len(rows["history"])
        assert (logs.rows(), logs.reporting.inbox.reader_positions()) == (rows, places)
        append_cases(logs, 3, first=18)
        logs.taken_in()
        assert len(logs.rows()["history"]) > done.facts
        assert logs.check().differs is None


def test_commands_flow_on_while_it_runs(logs: Logs) -> None:
    append_cases(logs, 10)
    stop = threading.Event()

    def flow() -> None:
        number = 100
        while not stop.wait(0.02):
            logs.append_story(UUID(int=number << 64), facts=2)
            number += 1

    flowing = threading.Thread(target=flow)
    flowing.start()
    try:
        for _ in range(2):
            assert logs.rebuild().facts > 0
            assert logs.check().differs is None
    finally:
        stop.set()
        flowing.join()
    logs.taken_in()
    assert logs.check().differs is None


def test_no_reader_ever_sees_an_empty_or_half_table(logs: Logs) -> None:
    append_cases(logs, 10)
    logs.taken_in()
    expected = (logs.reports.overview(), logs.reports.cases(None, 100), logs.reports.claims())
    stop, seen = threading.Event(), [0]
    wrong: list[object] = []

    def look() -> None:
        while not stop.is_set():
            reports = logs.reports
            found = (reports.overview(), reports.cases(None, 100), reports.claims())
            seen[0] += 1
            if found != expected:
                wrong.append(found)

    looking = [threading.Thread(target=look) for _ in range(3)]
    for each in looking:
        each.start()
    try:
        for _ in range(4):
            logs.rebuild()
    finally:
        stop.set()
        for each in looking:
            each.join()
    assert seen[0] > 4
    assert not wrong


KILLED = """
import os, signal, sys
from services.reporting import rebuild
from shared.maintenance.shadow_tables import Shadow
rebuild.PAGE, rebuild.CASES = 40, 3
kept, left, stage = Shadow.keep, [int(sys.argv.pop(1))], sys.argv.pop(1).encode()
def keep(self, cursor, progress):
    kept(self, cursor, progress)
    left[0] -= stage in progress
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
Shadow.keep = keep
from services.cli import main
sys.exit(main(sys.argv[1:]))
"""


def killed(logs: Logs, page: int, stage: str = "", program: Path = REPOSITORY) -> int:
    """Run the command until it is killed in the middle of a page (of a stage); the exit code.

    program: the folder of the program that is run.
    """
    clean = {k: v for k, v in os.environ.items() if k not in SERVER_SETTINGS}
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(page), stage, "rebuild", "reporting"],
        env={**clean, **logs.environment},
        cwd=program,
        timeout=60,
        check=False,
    ).returncode


def test_killed_in_the_middle_of_a_page_it_goes_on_from_the_page_before(logs: Logs) -> None:
    append_cases(logs, 12)
    logs.taken_in()
    rows = logs.rows()
    assert killed(logs, page=3) == -signal.SIGKILL
    assert logs.rows() == rows
    append_cases(logs, 2, first=12)
    logs.taken_in()
    rows = logs.rows()
    assert killed(logs, page=16) == -signal.SIGKILL
    done = logs.rebuild()
    assert (done.before, done.facts) == (len(rows["history"]), 0)  # it was among the cases by then
    assert logs.rows() == rows


def test_what_was_begun_can_be_forgotten(logs: Logs) -> None:
    append_cases(logs, 5)
    logs.taken_in()
    assert killed(logs, page=3) == -signal.SIGKILL
    done = logs.rebuild(restart=True)
    assert (done.before, done.facts) == (0, len(logs.rows()["history"]))


@pytest.mark.parametrize(
    "file", ["services/reporting/folding.py", "shared/kernel/codelists/outcome_kinds.json"]
)
def test_what_another_version_of_the_program_has_begun_is_not_gone_on_with(
    logs: Logs, tmp_path: Path, file: str
) -> None:
    append_cases(logs, 5)
    logs.taken_in()
    for package in ("services", "shared"):
        shutil.copytree(REPOSITORY / package, tmp_path / package)
    with (tmp_path / file).open("a") as other:
        other.write("\n")
    assert killed(logs, page=3, program=tmp_path) == -signal.SIGKILL
    done = logs.rebuild()
    assert (done.before, done.facts) == (0, len(logs.rows()["history"]))


def resolve(logs: Logs, case_id: UUID, reason: str | None = None) -> None:
    parked = logs.reporting.parked_messages()
    assert parked is not None
    first = logs.reporting.inbox.open_messages(str(case_id))[0].id
    answer = parked.discard(first, reason, BY, now()) if reason else parked.replay(first, BY, now())
    assert not isinstance(answer, Refusal)
    assert answer.next_message is None


@pytest.mark.parametrize("end", ["rebuild", "check"])
def test_killed_among_the_cases_it_goes_on_although_more_was_taken_in(
    logs: Logs, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    first, replayed = UUID(int=1), UUID(int=6 << 64)
    with monkeypatch.context() as older:
        older.delitem(CONTRACTS, CONTACT)
        logs.append_examples(replayed)
        logs.taken_in()
    append_cases(logs, 12)
    logs.taken_in()
    loaded = len(logs.rows()["history"])
    assert killed(logs, page=4, stage="finishing") == -signal.SIGKILL
    resolve(logs, replayed)
    logs.append_story(first)  # its id stands before all that were resolved
    append_cases(logs, 14)
    logs.taken_in()
    rows = logs.rows()
    done = getattr(logs, end)()
    assert (done.before, done.facts) == (loaded, len(rows["history"]) - loaded)
    assert done.differs is None
    assert logs.rows() == rows
    assert logs.check().differs is None


def test_messages_that_wait_were_discarded_or_replayed_are_treated_as_they_were(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [UUID(int=n << 64) for n in (1, 2, 3, 4)]
    with monkeypatch.context() as older:
        older.delitem(CONTRACTS, CONTACT)
        for case in cases:
            logs.append_examples(case)
        logs.taken_in()
    waits, replayed, discarded, later = cases
    resolve(logs, replayed)
    resolve(logs, discarded, "damaged")
    assert logs.reporting.inbox.open_messages(str(waits))
    for case in cases:
        logs.append_examples(case)
    logs.taken_in()
    rows = logs.rows()
    stages = []

    def meanwhile(stage: str, done: int, of: int) -> None:
        """Resolve the fourth case's line when the shadows have passed it by."""
        if stage == "finishing" and "finishing" not in stages:
            resolve(logs, later)
        assert 0 <= done <= of
        stages.append(stage)

    logs.rebuild()
    assert logs.rows() == rows
    logs.rebuild(progress=meanwhile)
    after = logs.rows()
    assert len(after["history"]) > len(rows["history"])
    assert "following" in stages
    assert logs.check().differs is None
    assert logs.rows() == after


@pytest.mark.parametrize(
    ("wrong", "table", "kind", "columns"),
    [
        (
            "UPDATE reporting.cases SET folio = 'X' WHERE subdivision IS NOT NULL",
            "cases",
            "other",
            ["folio"],
        ),
        (
            "DELETE FROM reporting.parties",
            "parties",
            "missing",
            ["institution", "case_id", "sees", "listed_at"],
        ),
        (
            "UPDATE reporting.tallies SET n = n + 1 WHERE measure = 'facts'",
            "tallies",
            "other",
            ["n"],
        ),
        (
            "INSERT INTO reporting.institutions VALUES ('nobody', 'Nobody', 'ngo', NULL, '{}')",
            "institutions",
            "extra",
            ["code", "name", "kind", "programmes", "status", "reachable"],
        ),
    ],
)
def test_a_row_that_is_wrong_is_found_and_mended(
    logs: Logs, wrong: str, table: str, kind: str, columns: list[str]
) -> None:
    append_cases(logs, 4)
    logs.taken_in()
    rows = logs.rows()
    logs.execute(wrong)
    spoiled = logs.rows()
    differs = logs.check().differs
    assert differs is not None
    assert (differs.table, differs.kind, differs.columns) == (table, kind, columns)
    assert logs.rows() == spoiled
    logs.rebuild()
    assert logs.rows() == rows
    assert logs.check().differs is None


def grants(logs: Logs) -> list[tuple[object, ...]]:
    """Who may do what with tables, views and columns, and whether they may pass it on."""
    return logs.query(
        "SELECT relname, '' AS named, aclexplode(relacl)::text AS given FROM pg_class"
        " WHERE relnamespace = 'reporting'::regnamespace UNION ALL"
        " SELECT relname, attname, aclexplode(attacl)::text FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relnamespace = 'reporting'::regnamespace ORDER BY relname, named, given"
    )


def test_whoever_was_given_the_reports_tables_keeps_them(logs: Logs) -> None:
    append_cases(logs, 1)
    logs.taken_in()
    as_laid = grants(logs)
    for grant in (
        "SELECT ON reporting.cases TO pg_monitor WITH GRANT OPTION",
        "SELECT (measure, n), UPDATE (n) ON reporting.tallies TO pg_monitor",
        "SELECT ON reporting.parties_now TO PUBLIC",
    ):
        logs.execute(f"GRANT {grant}")
    before = grants(logs)
    assert len(before) > len(as_laid)
    logs.rebuild()
    assert grants(logs) == before


def test_a_table_that_is_being_analyzed_is_waited_for(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_cases(logs, 1)
    logs.taken_in()
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    table = "reporting_shadow.cases"

    def analyzed(conn: psycopg.Connection[Any]) -> None:
        assert eventually(lambda: conn.execute(waits, (table,)).fetchall() == [(1,)])
        conn.execute(f"ANALYZE {table}".encode())
        conn.commit()

    def replaced(self: shadow.Shadow, gate: str) -> None:
        with psycopg.connect(logs.admin) as conn:
            conn.execute(f"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE".encode())
            analyzing = threading.Thread(target=analyzed, args=(conn,))
            analyzing.start()
            replace(self, gate)
            analyzing.join()

    replace = shadow.Shadow.replace
    monkeypatch.setattr(shadow.Shadow, "replace", replaced)
    assert logs.rebuild().facts > 0
    assert logs.check().differs is None


def test_reporting_restored_from_before_the_shadows_begins_anew(logs: Logs) -> None:
    append_cases(logs, 3)
    logs.taken_in()
    assert killed(logs, page=5) == -signal.SIGKILL
    logs.execute("UPDATE reporting.tracking SET notification_id = 1 WHERE notification_id > 3")
    assert logs.check().before == 0


def test_two_at_once_do_not_work_on_the_same_tables(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_cases(logs, 1)
    logs.taken_in()
    monkeypatch.setattr(shadow, "_OTHERS_END_WITHIN", 0.1)
    refused = []

    def second(*_: object) -> None:
        with pytest.raises(shadow.AnotherAtWork):
            logs.rebuild()
        refused.append(True)

    logs.rebuild(progress=second)
    assert refused
