"""What is done to the services so that a planted bug shows, and that passes where none is planted.

A deed makes the situation that it needs, and waits for what happens, not for a time: how fast the
machine is, and how full, decides nothing.
"""

import math
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.embedded_processes import eventually
from tests.faults import stories
from tests.faults.mistaking import Mistaking
from tests.faults.provoking import Provoker
from tests.faults.schedules import MISTAKES, Fault
from tests.faults.stewarding import submit_as_steward
from tests.faults.stories import live
from tests.faults.test_bed import Stage

Deed = Callable[[Stage], None]
ENOUGH = {"register-case": 12, "accept": 8}
"""So many of these must have been accepted before a crowd has done its part."""
LATE = 10
STALLED_SECONDS = 90.0
"""So long nothing at all may happen before what must come is given up."""
_DAYS = timedelta(days=5, hours=1)
_EXPIRED, _REMINDED = "referral-expired-unacknowledged", "follow-up-reminded"


# --- what the institutions do ---------------------------------------------------------------


def everyday(one: Stage) -> None:
    """A bit of everything."""
    live(one, stories.everyday())


def acknowledging(one: Stage) -> None:
    """Cases are acknowledged: nothing that waits behind that is waited for."""
    live(one, stories.acknowledged())


def poisoned(one: Stage) -> None:
    """Messages that nobody can read, about cases that go on."""
    live(one, [*stories.poisoned(), *stories.everyday()])


def repeating_late(one: Stage) -> None:
    """Old commands are repeated once their streams have moved on."""
    live(one, stories.everyday())
    one.watch(look_every=math.inf, repeat_every=0.02, age=0.5)
    counts = one.client.counts
    until(
        lambda: counts.repeated_moved_on >= LATE,
        "too little was repeated late",
        going_on=lambda: counts.repeated_moved_on,
    )


def changing_what_is_not_theirs(one: Stage) -> None:
    """Who handed a case over goes on changing it, once intake has heard that it may not."""
    live(one, stories.changed_once_heard())


def changing_before_it_is_heard(one: Stage) -> None:
    """Who handed a case over goes on changing it, before intake has heard that it may not."""
    with relay_held(one, "referral"):
        live(one, stories.changed_before_heard())


def working_with_wrong_dates(one: Stage) -> None:
    """Among the work there is some that is said to have happened long ago."""
    live(one, stories.dated_long_ago())


def mending(one: Stage) -> None:
    """Mistakes are mended, each twice."""
    live(one, stories.mended())


def referring_to_who_is_suspended(one: Stage) -> None:
    """An institution is suspended meanwhile, so that nothing may be referred to it."""
    institution = stories.SUSPENDED
    submit_as_steward(one.client, institution, "suspension", {"reason": "under-review"})
    live(one, stories.referred_to_who_cannot_take_it())
    submit_as_steward(one.client, institution, "reactivation", {})


def looked_at(one: Stage) -> None:
    """Everybody reads, while the institutions act and once all is through."""
    one.watch(look_every=0.5, repeat_every=math.inf, age=math.inf)
    live(one, stories.looked_at())


def offering_besides(one: Stage) -> None:
    """Transfers are accepted beside which a share was offered."""
    live(one, stories.offered_besides())


def offering_again(one: Stage) -> None:
    """What was not taken is offered again, some of it outside its consent."""
    live(one, stories.offered_again())


def closing(one: Stage) -> None:
    """Cases are closed by who had handed them over, and by who has them."""
    live(one, stories.closed())


def revoking(one: Stage) -> None:
    """A share is revoked while its follow-up goes on."""
    live(one, stories.revoked())


def days_go_by(one: Stage) -> None:
    """Cases wait, and every process's clock is put five days ahead: what waits expires.

    And whoever had an appointment is reminded, unless there is a holiday within those days.
    """
    live(one, [*stories.everyday(), *stories.appointed()])
    one.installation.ahead = _DAYS
    for slot in (each for each in one.fleet.slots.values() if each.wanted):
        slot.order(clock=_DAYS.total_seconds())
        one.mended(one.fault("clock-ahead", slot.name), slot.name)
    if one.bug is None:
        expired = "SELECT count(*) FROM referral.events WHERE topic = %s"
        reminded = "SELECT count(*) FROM followup.events WHERE topic = %s"
        with psycopg.connect(one.installation.admin, autocommit=True) as conn:
            until(lambda: bool(_number(conn, expired, _EXPIRED)), "nothing has expired")
            eventually(lambda: bool(_number(conn, reminded, _REMINDED)), seconds=15.0)
    live(one, stories.everyday())


# --- what happens to the processes meanwhile ------------------------------------------------


def busy(one: Stage) -> None:
    """A crowd acts until enough has been accepted, and goes on."""
    if one.workers is None:
        one.start_workers(count=4, rate=120, poisons=0.0)
    until_accepted(one, ENOUGH)


def a_second_referral(one: Stage) -> None:
    """Two processes of one service share the work; of their relays one stands by."""
    one.fleet.start("referral-1")
    assert one.fleet.wait_ready("referral-1", since=time.monotonic())
    busy(one)


def death_of_referral_as_it_writes(one: Stage) -> None:
    """Referral is killed while facts are on their way into its log, and started again."""
    die_writing(one, "referral-0", "referral.events")


def death_of_reporting_as_it_writes(one: Stage) -> None:
    """Reporting is killed while rows are on their way into its projections, and started again."""
    die_writing(one, "reporting-0", "reporting.history")


def death_in_a_taking(one: Stage) -> None:
    """Reporting is killed in its taking: the places written, the transaction not committed."""
    busy(one)
    with broken(one, "kill-service", "reporting-0"):
        one.fleet.slots["reporting-0"].order(failpoint="in-process", nth=4)
        until_it_has_fired(one, "reporting-0")


def death_with_the_broker_away(one: Stage) -> None:
    """Intake records cases that it cannot publish yet, and is killed before it can."""
    live(one, stories.everyday())
    provoker = Provoker(one.client, one.seed)
    one.poisoner.close()  # kafka-python leaves the sockets of refused connections unclosed
    with broken(one, "broker-away", "kafka"), broken(one, "kill-service", "intake-0"):
        os.kill(one.servers.kafka.pid, signal.SIGKILL)
        provoker.provoke()
        provoker.finish()
        with psycopg.connect(one.installation.admin, autocommit=True) as conn:
            eventually(lambda: _relayed_all(conn), seconds=2.0)  # as only a bug lets it
        one.fleet.kill("intake-0")
        until_it_is_gone(one, "intake-0")
        one.servers.kafka.start()


def mistakes_of_every_kind(one: Stage) -> None:
    """A program fails on one fact, each of three in its way, and the next version does not."""
    busy(one)
    mistaking = Mistaking(one, threading.Event())
    for kind, target in zip(MISTAKES, ("followup", "reporting", "referral"), strict=True):
        fault = Fault(0.0, kind, target, nth=2, seconds=2.0)
        assert mistaking.make(fault), kind
    busy(one)


def die_writing(one: Stage, slot: str, table: str) -> None:
    """A process is killed while PostgreSQL keeps it from writing a table, and started again.

    What waits is not written after its death: its connection is ended too.
    """
    busy(one)
    with broken(one, "kill-service", slot), psycopg.connect(one.installation.admin) as conn:
        conn.execute(f"LOCK TABLE {table} IN SHARE MODE")
        until(lambda: bool(_waiting(conn, table)), f"nothing was written into {table}")
        one.fleet.kill(slot)
        until_it_is_gone(one, slot)
        for pid in _waiting(conn, table):
            conn.execute("SELECT pg_terminate_backend(%s)", (pid,))


_TAKE = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))::int"
_HOLDERS = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32 | objid::bigint) = hashtextextended(%s, 0)
    AND pid <> pg_backend_pid()"""


@contextmanager
def relay_held(one: Stage, service: str) -> Iterator[None]:
    """Nothing that a service records is sent meanwhile: somebody else has its relay's lease."""
    name = f"lease relay {service}"
    logs = [s.folder / "service.log" for s in one.fleet.slots.values() if s.service == service]
    with (
        broken(one, "relay-held", f"{service}-0"),
        psycopg.connect(one.installation.admin, autocommit=True) as conn,
    ):
        before = 0

        def taken() -> bool:
            nonlocal before
            if _number(conn, _TAKE, name):
                return True
            before = _backed_off(logs)
            for (pid,) in conn.execute(_HOLDERS, (name,)).fetchall():
                conn.execute("SELECT pg_terminate_backend(%s)", (pid,))
            return False

        until(taken, "the relay's lease was not to be had")
        until(lambda: _backed_off(logs) > before, "the relay goes on without its lease")
        yield


def _backed_off(logs: Sequence[Path]) -> int:
    """How often a relay has lost its hold, says whichever process had it."""
    return sum(log.read_bytes().count(b"relay_backs_off") for log in logs if log.exists())


def _number(conn: psycopg.Connection[Any], query: str, *values: str) -> int:
    row = conn.execute(query, values).fetchone()
    return 0 if row is None else int(row[0])


def _relayed_all(conn: psycopg.Connection[Any]) -> bool:
    """Whether intake's relay says that all of its log was sent."""
    query = """SELECT (notification_id >= (SELECT position FROM intake.head))::int
        FROM intake.tracking WHERE application_name = 'relay/-1'"""
    return bool(_number(conn, query))


def _waiting(conn: psycopg.Connection[Any], table: str) -> list[int]:
    """The backends that wait for a table's lock."""
    query = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    return [pid for (pid,) in conn.execute(query, (table,))]


@contextmanager
def broken(one: Stage, kind: str, target: str) -> Iterator[None]:
    """A fault from its strike until the services are well again."""
    line = one.fault(kind, target)
    yield
    one.mended(line)


# --- waiting --------------------------------------------------------------------------------


def until(happened: Callable[[], bool], what: str, going_on: Callable[[], int] = lambda: 0) -> None:
    """Wait for something that must come. going_on: a number that changes while it may still come.

    Raises AssertionError once that has not changed for ``STALLED_SECONDS``.
    """
    told, since = going_on(), time.monotonic()
    while not happened():
        time.sleep(0.02)
        if going_on() != told:
            told, since = going_on(), time.monotonic()
        if time.monotonic() > since + STALLED_SECONDS:
            raise AssertionError(f"in vain: {what}")


def until_accepted(one: Stage, enough: Mapping[str, int]) -> None:
    """So many of each command have been accepted from now on."""
    counts = one.client.counts
    before = Counter(counts.accepted)
    try:
        until(
            lambda: all(counts.accepted[name] >= before[name] + n for name, n in enough.items()),
            f"{dict(enough)} were not accepted",
            going_on=counts.accepted.total,
        )
    except AssertionError as error:
        said = one.workers.broken if one.workers else "no workers"
        raise AssertionError(f"{error}; {counts}; workers: {said}") from None


def until_it_is_gone(one: Stage, name: str) -> None:
    """The process of a slot has ended, and the next one has begun."""
    first = one.fleet.slots[name].since
    until(lambda: one.fleet.slots[name].since != first, f"{name} does not come back")


def until_it_has_fired(one: Stage, name: str) -> None:
    """A process of a slot has died at its failpoint."""
    until(lambda: bool(one.fleet.slots[name].fired), "the failpoint was never reached")
