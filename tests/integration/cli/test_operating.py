"""What an operator does as a system starts and runs: tokens, parked messages, doctor."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.installation import note_bus, open_installation
from services.operator.doctor.run_checks import examine
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.port import Message, Subscription
from tests.buses import Handed
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, call, running_system, started

pytestmark = pytest.mark.integration

SECRET_WORDS = b'{"specversion": "1.0", "id": "x-1", "type": "who-knows", "data": "hunter2"}'
ELSEWHERE, FAR_AWAY = 99, 98  # partitions that no reader of the system follows


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data") as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    canaliza.data = system.data
    return canaliza


def states(found: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {line["check"]: line["status"] for line in found}


# --- starting -------------------------------------------------------------------------------


def test_a_system_that_starts_says_what_takes_long_in_the_chosen_language() -> None:
    with temporary_folder() as tmp_folder:
        words = ("run", "--data", str(tmp_folder / "data"), "--port", "0", "--demo", "0")
        with started("--lang", "en", *words) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "Creating the database…\n"


# --- tokens ---------------------------------------------------------------------------------


def test_a_token_lets_in_until_it_is_revoked(on_system: CommandLine, system: System) -> None:
    made = on_system(
        "token", "create", "--institution", "stps-chihuahua", "--role", "monitor", "--json"
    )
    secret, subject = made.json["secret"], made.json["token"]
    cases = f"{system.address}/reporting/cases"
    assert call(cases) == 401
    assert call(cases, secret) == 200
    listed = on_system("token", "list")
    assert secret not in listed.out
    assert subject in listed.out
    assert on_system("token", "revoke", subject).code == 0
    assert call(cases, secret) == 401
    again = on_system("token", "revoke", subject, "--lang", "en")
    assert (again.code, again.out) == (1, "")
    assert again.err.strip().endswith("See “canaliza token list”.")


def test_the_secret_alone_stands_on_standard_output(on_system: CommandLine) -> None:
    made = on_system("token", "create", "--institution", "stps-chihuahua", "--role", "caseworker")
    assert made.out.strip().startswith("cnz_")
    assert made.out.strip() not in made.err
    assert "Guarde el secreto" in made.err


# --- the access log -------------------------------------------------------------------------


def test_the_operator_reads_who_was_refused_and_what_the_operator_did(
    on_system: CommandLine, system: System
) -> None:
    made = on_system(
        "token", "create", "--institution", "stps-chihuahua", "--role", "caseworker", "--json"
    )
    case_id = str(new_id())
    assert call(f"{system.address}/intake/cases/{case_id}", made.json["secret"]) == 404
    (theirs,) = on_system(
        "access", "--institution", "stps-chihuahua", "--limit", "1", "--json"
    ).json
    assert (theirs["route"], theirs["outcome"]) == ("intake.see_case", "no-such-case")
    assert (theirs["case_id"], theirs["purpose"]) == (case_id, "case-handling")
    assert on_system("access", "--case", case_id, "--json").json == [theirs]
    (last,) = on_system("access", "--institution", "operator", "--limit", "1", "--json").json
    assert (last["route"], last["token"]) == ("operator.token-create", made.json["token"])
    assert last["purpose"] == "administration"
    assert theirs["subject"] in on_system("access", "--before", str(theirs["number"] + 1)).out


# --- reports and histories ------------------------------------------------------------------


def test_a_report_and_a_history_come_out_of_the_running_system(on_system: CommandLine) -> None:
    report = on_system("report", "claims", "--subdivision", "CHH", "--json")
    assert report.json["cases"] > 0
    before = on_system("report", "claims", "--as-known", "2020-01-01", "--json").json
    assert (before["cases"], before["axes"]["as_known"]) == (0, "2020-01-01T23:59:59.999999Z")
    by_then = on_system("report", "claims", "--subdivision", "CHH", "--as-of", "2999-01-01")
    assert "lo ocurrido hasta el 2999-01-01" in by_then.out
    assert f"{report.json['cases']:,}" in by_then.out
    with open_installation(on_system.data) as installation:
        reporting = installation.service("reporting")
        with reporting.log.database.connection() as conn:
            (row,) = conn.execute("SELECT folio FROM reporting.cases LIMIT 1").fetchall()
        reporting.close()
    folio = str(next(iter(row.values())))
    history = on_system("history", folio, "--json")
    assert history.json["facts"]
    (line,) = on_system("access", "--case", history.json["case_id"], "--json", "--limit", "1").json
    assert (line["route"], line["outcome"], line["institution"]) == (
        "operator.history",
        "shown",
        "operator",
    )
    shown = on_system("history", folio, "--lang", "en").out
    assert folio in shown
    assert ("Referrals" in shown) == bool(history.json["referrals"])
    long_ago = on_system("history", folio, "--as-known", "2020-01-01T00:00-06:00", "--json")
    assert not long_ago.json["facts"]
    assert long_ago.err.strip() == long_ago.json["notices"][0]
    at_once = on_system("history", folio, "--as-of", "2999-01-01", "--json")
    assert at_once.json["facts"] == history.json["facts"]
    assert "as_known" in at_once.err
    assert on_system("history", "CHH-NOPE").code == 1


# --- parked messages -------------------------------------------------------------------------


class _Delivered(Handed):
    """A bus that delivers these messages, once."""

    def subscribe(self, reader: str, sources: Sequence[str], resume: Any) -> Subscription:
        del reader, sources, resume
        return self


def deliver(
    system: System,
    case_id: UUID,
    *values: bytes,
    reader: str = "referral",
    partition: int = ELSEWHERE,
) -> None:
    """Hand messages about a case to a service's reader, as a bus that is not ours might."""
    with open_installation(system.data) as installation:
        service = installation.service(reader)
        at = service.inbox.reader_position("intake", partition).offset
        messages = [
            Message("intake", partition, at + n, None, None, str(case_id), value)
            for n, value in enumerate(values)
        ]
        bus = _Delivered(messages)
        assert service.definition.reader is not None
        consumer = Consumer(service.inbox, bus, service.definition.reader)
        assert consumer.step(bus, 0) == len(values)
        service.close()


def a_real_message(system: System) -> tuple[UUID, bytes]:
    with open_installation(system.data) as installation:
        intake = installation.service("intake")
        message = next(p for p in intake.publication.page(0, 100) if p.value is not None)
        intake.close()
    assert message.value is not None
    return UUID(message.key), message.value


def test_a_parked_message_is_found_shown_without_its_content_and_resolved(
    on_system: CommandLine, system: System, tmp_path: Path
) -> None:
    case, readable = a_real_message(system)
    deliver(system, case, SECRET_WORDS, readable)

    found = on_system("doctor", "--json")
    assert found.code == 1
    assert states(found.json)["parked"] == "wrong"

    listed = on_system("parked", "list", "--service", "referral", "--json").json
    first, second = (line["id"] for line in listed)
    assert listed[0]["key"] == str(case)
    assert listed[1]["reason"] == "behind-a-parked-message"
    assert first in on_system("parked", "list").out

    shown = on_system("parked", "show", first)
    assert "who-knows" in shown.out
    assert "hunter2" not in shown.out
    saved = tmp_path / "message"
    assert on_system("parked", "show", first, "--bytes", str(saved)).code == 0
    assert saved.read_bytes() == SECRET_WORDS
    assert saved.stat().st_mode & 0o077 == 0

    too_soon = on_system("parked", "replay", second)
    assert too_soon.code == 1
    assert first in too_soon.err
    unreadable = on_system("parked", "replay", first, "--lang", "en")
    assert unreadable.code == 1
    assert "still cannot be read" in unreadable.err
    no_reason = on_system("parked", "discard", first, "--reason", "porque-si")
    assert no_reason.code == 1
    assert "damaged" in no_reason.err

    resolved = on_system("parked", "discard", first, "--reason", "damaged", "--json")
    assert (resolved.code, resolved.json["resolved"]) == (0, [first, second])
    assert on_system("parked", "discard", first, "--reason", "damaged").code == 1
    assert on_system("parked", "list", "--json").json == []
    assert on_system("doctor", "--json").code == 0


def test_a_message_that_can_be_read_by_now_is_taken_in_by_a_replay(
    on_system: CommandLine, system: System
) -> None:
    case, readable = a_real_message(system)
    other = new_id()
    deliver(system, other, SECRET_WORDS)
    (parked,) = on_system("parked", "list", "--json").json
    with psycopg.connect(system.admin) as conn:  # as if a newer program now knew how to read it
        conn.execute(
            "UPDATE referral.parked SET value = %s WHERE id = %s", (readable, parked["id"])
        )
    assert str(case) in json.loads(readable)["subject"]
    replayed = on_system("parked", "replay", parked["id"], "--json")
    assert replayed.json["resolved"] == [parked["id"]]
    assert on_system("doctor", "--json").code == 0


def test_a_message_that_waits_in_two_services_is_resolved_in_each(
    on_system: CommandLine, system: System
) -> None:
    case = new_id()
    for reader in ("referral", "reporting"):
        deliver(system, case, b"neither can read this", reader=reader, partition=FAR_AWAY)
    first, second = on_system("parked", "list", "--json").json
    assert first["id"] == second["id"]
    there = on_system("parked", "show", first["id"], "--service", "reporting", "--json").json
    assert there["service"] == "reporting"
    resolved = [
        on_system("parked", "discard", first["id"], "--reason", "damaged", "--json").json["service"]
        for _ in range(2)
    ]
    assert sorted(resolved) == ["referral", "reporting"]
    assert on_system("parked", "list", "--json").json == []


def test_a_message_that_is_nested_too_deeply_is_shown_without_an_envelope(
    on_system: CommandLine, system: System
) -> None:
    deliver(system, new_id(), b"[" * 100_000)
    (parked,) = on_system("parked", "list", "--json").json
    shown = on_system("parked", "show", parked["id"], "--json")
    assert (shown.code, shown.json["bytes"], shown.json["envelope"]) == (0, 100_000, {})
    assert on_system("parked", "discard", parked["id"], "--reason", "damaged").code == 0


def test_a_message_that_is_not_there_is_a_no(on_system: CommandLine) -> None:
    result = on_system("parked", "show", str(new_id()))
    assert result.code == 1
    assert "canaliza parked list" in result.err


# --- the doctor -----------------------------------------------------------------------------


def test_a_healthy_system_is_found_healthy(on_system: CommandLine) -> None:
    found = on_system("doctor", "--json")
    assert found.code == 0
    assert set(states(found.json)) == {
        "disk",
        "permissions",
        "servers",
        "system",
        "database",
        "clock",
        "schema",
        "secret",
        "logins",
        "append-only",
        "positions",
        "bus",
        "lag",
        "history",
        "parked",
        "rebuild",
        "timers",
        "documents",
        "tokens",
        "versions",
    }
    assert "wrong" not in states(found.json).values()


def test_who_is_behind_is_reckoned_with_the_partitions_that_the_readers_noted(
    system: System,
) -> None:
    with open_installation(system.data) as installation:
        running = installation.settings
    note_bus(system.data, running.model_copy(update={"kafka_partitions": 100}))
    try:  # so late that whoever has not read anything is behind
        found = examine(system.data, standard=False, clock=lambda: now() + timedelta(minutes=5))
    finally:
        note_bus(system.data, running)
    assert [f.says.en for f in found if f.check == "lag"] == ["nobody is behind"]


@contextmanager
def planted(system: System, statement: str, undo: str) -> Iterator[None]:
    with psycopg.connect(system.admin, autocommit=True) as conn:
        conn.execute(statement.encode())
        try:
            yield
        finally:
            conn.execute(undo.encode())


@pytest.mark.parametrize(
    ("check", "statement", "undo", "mend"),
    [
        (
            "append-only",
            "GRANT UPDATE ON intake.events TO canaliza_intake",
            "REVOKE UPDATE ON intake.events FROM canaliza_intake",
            "REVOKE UPDATE ON intake.events FROM canaliza_intake",
        ),
        (
            "append-only",
            "GRANT UPDATE (state) ON referral.events TO canaliza_reporting",
            "REVOKE UPDATE (state) ON referral.events FROM canaliza_reporting",
            "REVOKE UPDATE",
        ),
        (
            "append-only",
            "ALTER TABLE followup.events DISABLE TRIGGER events_append_only",
            "ALTER TABLE followup.events ENABLE TRIGGER events_append_only",
            "ENABLE TRIGGER events_append_only",
        ),
        (
            "positions",
            "UPDATE reporting.head SET position = position + 1",
            "UPDATE reporting.head SET position = position - 1",
            "restaure",
        ),
        (
            "history",
            (
                "UPDATE reporting.tracking SET mark = 'x' || mark WHERE application_name ="
                " (SELECT max(application_name) FROM reporting.tracking WHERE mark <> '')"
            ),
            "UPDATE reporting.tracking SET mark = substr(mark, 2) WHERE mark LIKE 'x%'",
            "docs/operations.md",
        ),
        (
            "schema",
            "UPDATE followup.migrations SET name = 'x' || name WHERE name LIKE '0001%'",
            "UPDATE followup.migrations SET name = substr(name, 2) WHERE name LIKE 'x%'",
            "",
        ),
        (
            "secret",
            "UPDATE referral.secret SET proof = 'x' || proof",
            "UPDATE referral.secret SET proof = substr(proof, 2)",
            "installation.secret",
        ),
        (
            "logins",
            "ALTER ROLE canaliza_followup NOLOGIN",
            "ALTER ROLE canaliza_followup LOGIN",
            "migrate",
        ),
    ],
)
def test_what_was_tampered_with_is_found_with_how_to_mend_it(  # noqa: PLR0913, PLR0917
    on_system: CommandLine, system: System, check: str, statement: str, undo: str, mend: str
) -> None:
    with planted(system, statement, undo):
        found = on_system("doctor", "--json")
        assert found.code == 1
        (line,) = [line for line in found.json if line["status"] == "wrong"]
        assert line["check"] == check
        assert mend in (line["mend"] or "")
        assert on_system("doctor").code == 1
    assert on_system("doctor", "--json").code == 0
