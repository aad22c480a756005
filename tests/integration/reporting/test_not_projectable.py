"""What cannot be projected is parked or left out, live and in a rebuild alike; all else goes on."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from services.followup import publishes as of_followup
from services.intake import publishes as of_intake
from services.referral import publishes as of_referral
from services.reporting import projections
from services.reporting import rebuild as rebuilding
from services.reporting.sources import Source
from shared.contracts.envelope import Event
from shared.embedded.supervisor import PostgresAddress
from shared.eventstore.log_reader import Stored
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.value import replace
from shared.messaging.resolving import Resolution
from tests.examples import FACTS
from tests.integration.reporting.written_logs import Logs, logs_of

pytest_plugins = ["tests.servers"]
pytestmark = pytest.mark.integration

BY = Actor("operator", "operator", "cli")
At = tuple[str, int]
_PUBLISHING = {"intake": of_intake, "referral": of_referral, "followup": of_followup}
PRIVATE = sum(
    len(examples)
    for service, of in _PUBLISHING.items()
    for examples in FACTS[service].values()
    if type(examples[0]) in of.PRIVATE
)
"""Of how many examples nobody hears."""
CASES = [UUID(int=n << 64) for n in range(1, 5)]
FAR_EAST = timezone(timedelta(hours=16))


@pytest.fixture
def logs(postgres_server: PostgresAddress, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logs]:
    """An installation whose logs are read in small pages."""
    monkeypatch.setattr(rebuilding, "PAGE", 40)
    monkeypatch.setattr(rebuilding, "CASES", 3)
    with logs_of(postgres_server) as opened:
        yield opened


def raise_in_python(_: Any) -> None:
    raise ZeroDivisionError


def raise_in_the_database(cursor: Any) -> None:
    cursor.execute("SELECT 'yesterday at noon'::uuid")


def break_a_constraint(cursor: Any) -> None:
    cursor.execute("INSERT INTO reporting.history SELECT * FROM reporting.history")
    cursor.execute("INSERT INTO reporting.history (source) VALUES ('')")


def say_too_much(cursor: Any) -> None:
    cursor.execute(
        "INSERT INTO reporting.parties"
        " SELECT string_agg(md5(n::text), ''), gen_random_uuid(), 'case'"
        " FROM generate_series(1, 500) n"
    )


BREAKS = (raise_in_python, raise_in_the_database, break_a_constraint, say_too_much)


def plant(monkeypatch: pytest.MonkeyPatch, at: Sequence[At], broken: Callable[[Any], None]) -> None:
    """Have the projection break on the facts at these positions of these sources."""
    keep = projections._keep_history

    def breaks(cursor: Any, events: Sequence[Event], into: Any) -> None:
        keep(cursor, events, into)
        if any((event.service, event.position) in at for event in events):
            broken(cursor)

    monkeypatch.setattr(projections, "_keep_history", breaks)


def replay_all(logs: Logs) -> None:
    parked = logs.reporting.parked_messages()
    assert parked is not None
    while waiting := logs.reporting.inbox.open_messages():
        answer = parked.replay(waiting[0].id, BY, now())
        assert isinstance(answer, Resolution)
        assert answer.next_message is None


@pytest.mark.parametrize("bus", ["log", "kafka"])
def test_what_was_recorded_at_an_offset_that_is_refused_today_is_projected_and_rebuilt_alike(
    request: pytest.FixtureRequest,
    postgres_server: PostgresAddress,
    monkeypatch: pytest.MonkeyPatch,
    bus: str,
) -> None:
    bootstrap = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    with logs_of(postgres_server, bootstrap) as logs:
        meta, about = logs._meta, logs._about

        def eastern_meta(key: str) -> Any:
            return replace(meta(key), happened_at=meta(key).happened_at.astimezone(FAR_EAST))

        def eastern(fact: Any, case_id: UUID, referral_id: UUID) -> tuple[Any, str]:
            told, key = about(fact, case_id, referral_id)
            opened = getattr(told, "opened_at", None)
            if isinstance(opened, datetime):
                told = replace(told, opened_at=opened.astimezone(FAR_EAST))
            return told, key

        monkeypatch.setattr(logs, "_meta", eastern_meta)
        monkeypatch.setattr(logs, "_about", eastern)
        logs.append_examples(CASES[0])
        registration = FACTS["intake"]["case-registered"][0]
        logs.append("intake", [eastern(registration, CASES[1], CASES[1])], CASES[1])
        logs.taken_in()
        assert logs.reporting.inbox.reasons() == {}
        hours = logs.query(
            "SELECT DISTINCT extract(epoch FROM happened_local"
            " - happened_at AT TIME ZONE 'UTC') / 3600 FROM reporting.history"
        )
        assert [float(str(found[0])) for found in hours] == [16.0]
        assert logs.query("SELECT 1 FROM reporting.cases WHERE opened_at IS NOT NULL")
        assert logs.check().differs is None
        rows = logs.rows()
        logs.rebuild()
        assert logs.rows() == rows


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize(
    "at", [[("intake", 1)], [("followup", 4)], [("referral", 9), ("referral", 10), ("intake", 6)]]
)
def test_wherever_the_projection_breaks_all_others_go_on_and_a_rebuild_agrees(
    logs: Logs, monkeypatch: pytest.MonkeyPatch, at: list[At], broken: Callable[[Any], None]
) -> None:
    with monkeypatch.context() as mistaken:
        plant(mistaken, at, broken)
        for case in CASES:
            logs.append_examples(case)
        logs.taken_in()
        waiting = logs.reporting.inbox.open_messages()
        failed = [(m.source, m.position) for m in waiting if m.reason == "not-projectable"]
        assert {*failed} <= {*at}
        assert failed
        held = {message.key for message in waiting}
        history = {str(row[0]) for row in logs.query("SELECT key FROM reporting.history")}
        assert {str(case) for case in CASES} - held <= history
        rows = logs.rows()
        done = logs.rebuild()
        assert (done.failed, logs.rows()) == ([], rows)
        assert logs.check().differs is None
        assert logs.reporting.troubles() == {}
    replay_all(logs)
    assert logs.check().differs is None
    assert len(logs.rows()["history"]) == logs.appended - len(CASES) * PRIVATE


def break_the_publishing(monkeypatch: pytest.MonkeyPatch, at: Sequence[At]) -> None:
    event = Source.event

    def breaks(source: Source, stored: Stored) -> Event | None:
        if (source.name, stored.position) in at:
            raise ZeroDivisionError
        return event(source, stored)

    monkeypatch.setattr(Source, "event", breaks)


@pytest.mark.parametrize("publishing", [False, True])
def test_what_was_taken_in_and_a_rebuild_fails_on_is_left_out_and_named(
    logs: Logs, monkeypatch: pytest.MonkeyPatch, *, publishing: bool
) -> None:
    for case in CASES:
        logs.append_examples(case)
    logs.taken_in()
    rows, at = logs.rows(), [("intake", 2), ("referral", 14)]
    with monkeypatch.context() as mistaken:
        if publishing:
            break_the_publishing(mistaken, at)
        else:
            plant(mistaken, at, raise_in_python)
        done = logs.check()
        assert done.failed == at
        assert done.differs is not None
        assert done.differs.kind == "extra"
        assert logs.rows() == rows
        assert logs.rebuild().failed == at
        there = {(row[0], row[1]) for row in logs.rows()["history"]}
        assert there == {(row[0], row[1]) for row in rows["history"]} - {*at}
        again = logs.check()
        assert (again.failed, again.differs) == (at, None)
    logs.rebuild()
    assert logs.rows() == rows
