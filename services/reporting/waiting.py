"""What waits for whom, until when; and who was told that custody moved."""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.reporting import queries
from services.reporting.cursors import After
from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, snapshot
from shared.kernel.freshness import ZONE
from shared.kernel.places import zone_of
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

ENDLESS = datetime(9999, 12, 31, tzinfo=UTC)
"""Where in the list that stands which has no clock: last."""
_WHOM = (
    "CASE r.turn WHEN 'addressee' THEN r.addressee WHEN 'sender' THEN r.sender"
    " WHEN 'custodian' THEN coalesce(c.custodian, r.sender) WHEN 'follower' THEN r.addressee"
    " WHEN 'coordinator' THEN k.coordinator END"
)
_SINCE = "coalesce(k.started_position, 0)"
_REMINDED = f"CASE WHEN k.reminded_position > {_SINCE} THEN k.reminded_at END"
_ESCALATED = f"CASE WHEN k.escalated_position > {_SINCE} THEN k.escalated_at END"
_LEVEL = f"CASE WHEN k.escalated_position > {_SINCE} THEN k.escalation_level END"
_IF, _UNLESS = (f"CASE WHEN k.told_level IS {said} NULL THEN {{}} END" for said in ("NOT", ""))


def _either(of_the_answer: str, of_the_follow_up: str = "NULL") -> str:
    """Return what is told of the answer's clock, or once it is accepted of the follow-up's.

    Of that it is known when somebody was told that its time is over: until then it is in time.
    """
    told = "k.told_version >= coalesce(k.said_version, 0)"
    return (
        f"CASE WHEN r.turn <> 'follower' THEN {of_the_answer}"
        f" WHEN {told} THEN {of_the_follow_up} END"
    )


_ROW = (
    "SELECT r.referral_id, r.case_id,"
    " CASE WHEN %(institution)s::text IS NULL OR s.sees <> 'preview' THEN c.folio END AS folio,"
    " c.programme, r.sender, r.addressee, r.kind, r.priority, r.status, r.turn,"
    f" {_WHOM} AS whom, {_either('k.clock', 'r.turn')} AS clock,"
    f" {_either('k.started_at')} AS started_at, {_either('k.due_at', 'k.told_due_at')} AS due_at,"
    f" {_either('k.remind_at')}, {_either('k.escalate_at', 'k.told_next_at')},"
    f" {_either('k.coordinate_at')}, {_either('k.expires_at')},"
    f" {_either(_REMINDED, _UNLESS.format('k.told_at'))} AS reminded_at,"
    f" {_either(_ESCALATED, _IF.format('k.told_at'))} AS escalated_at,"
    f" {_either(_LEVEL, 'k.told_level')} AS escalation_level, r.replaces, c.subdivision"
    " FROM reporting.referrals r LEFT JOIN reporting.referral_clocks k USING (referral_id)"
    " LEFT JOIN reporting.cases c ON c.case_id = r.case_id"
    " LEFT JOIN reporting.parties s"
    "  ON s.case_id = r.case_id AND s.institution = %(institution)s::text"
    " WHERE r.turn IS NOT NULL AND r.sender IS NOT NULL"
    " AND (%(case)s::uuid IS NULL OR r.case_id = %(case)s)"
    # What only those know who see the case: drafts, and what goes on after an acceptance.
    " AND (%(institution)s::text IS NULL OR s.sees = 'case' OR (r.open"
    "  AND %(institution)s::text IN (r.sender, r.addressee, k.coordinator)))"
)
_WAITING = (
    f"SELECT w.*, coalesce(i.name, w.whom), coalesce(f.name, w.sender), coalesce(t.name,"
    f" w.addressee) FROM ({_ROW}) w"
    " LEFT JOIN reporting.institutions i ON i.code = w.whom"
    " LEFT JOIN reporting.institutions f ON f.code = w.sender"
    " LEFT JOIN reporting.institutions t ON t.code = w.addressee"
    " WHERE (%(whom)s::text IS NULL OR w.whom = %(whom)s)"
    " AND (%(turn)s::text IS NULL OR w.turn = %(turn)s)"
    " AND (%(programme)s::text IS NULL OR w.programme = %(programme)s)"
    " AND (%(overdue)s::boolean IS NULL"
    "  OR (coalesce(w.due_at, 'infinity') < %(at)s) = %(overdue)s)"
    " AND (coalesce(w.due_at, %(endless)s), w.referral_id) > (%(after)s, %(id)s)"
    " ORDER BY coalesce(w.due_at, %(endless)s), w.referral_id LIMIT %(limit)s"
)
_CLOCK_OF = (
    f"SELECT w.*, coalesce(i.name, w.whom), w.sender, w.addressee FROM ({_ROW}"
    " AND (%(referral)s::uuid IS NULL OR r.referral_id = %(referral)s)) w"
    " LEFT JOIN reporting.institutions i ON i.code = w.whom"
)
_NOTICES = (
    "SELECT n.case_id, n.version,"
    " CASE WHEN %(institution)s::text IS NULL OR s.sees <> 'preview' THEN c.folio END,"
    " n.custodian, coalesce(i.name, n.custodian), n.announced_at, c.subdivision"
    " FROM reporting.custody_notices n LEFT JOIN reporting.cases c USING (case_id)"
    " LEFT JOIN reporting.parties s"
    "  ON s.case_id = n.case_id AND s.institution = %(institution)s::text"
    " LEFT JOIN reporting.institutions i ON i.code = n.custodian"
    " WHERE (%(institution)s::text IS NULL OR n.institutions @> ARRAY[%(institution)s::text])"
    " AND (%(at)s::timestamptz IS NULL OR (n.announced_at, n.case_id) < (%(at)s, %(id)s))"
    " ORDER BY n.announced_at DESC, n.case_id DESC, n.version DESC LIMIT %(limit)s"
)
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC), UUID(int=0)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A referral that waits for somebody. Moments are told by the clock of the case's place.

    turn: in which relation that is (list ``relations``); whom: which institution; None: nobody has
    been named for it. clock: of the list ``clocks``; None: none is known, or a
    follow-up is in time. due_at: by when it was to
    act; overdue: that moment is over. next_step: what happens if nobody acts (list
    ``clock_steps``), at next_at. reminded_at, escalated_at: when that happened, None: not yet.
    escalation_level: who was told last. replaces: the referral that it makes again. folio: for
    those who see more than a preview of the case.
    """

    referral_id: UUID
    case_id: UUID
    folio: str | None
    programme: str | None
    sender: str
    sender_name: str
    addressee: str
    addressee_name: str
    kind: str
    priority: str | None
    status: str
    turn: str
    whom: str | None
    whom_name: str | None
    clock: str | None
    started_at: datetime | None
    due_at: datetime | None
    overdue: bool
    next_step: str | None
    next_at: datetime | None
    reminded_at: datetime | None
    escalated_at: datetime | None
    escalation_level: str | None
    replaces: UUID | None

    @property
    def after(self) -> After:
        """The cursor of the next page."""
        return self.due_at or ENDLESS, self.referral_id


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """An institution was told that custody of a case moved. custodian: who answers for it since.

    number: of the fact among those of its case. folio: for those who see more than a preview.
    """

    case_id: UUID
    number: int
    folio: str | None
    custodian: str
    custodian_name: str
    announced_at: datetime

    @property
    def after(self) -> After:
        """The cursor of the next page."""
        return self.announced_at, self.case_id


class Waiting:
    """Reads what waits, each answer from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """log: reporting's own, over whose connections the tables are read."""
        self._log = log

    def rows(
        self,
        only_institution: str | None,
        at: datetime,
        limit: int,
        after: After | None = None,
        *,
        overdue: bool | None = None,
        **by: str | None,
    ) -> list[WaitingRow]:
        """List what waits, what was due first first; what has no clock last.

        only_institution: as far as it sees it; None: all. by: whom (an institution), turn,
        programme; None: any.
        """
        last, row_id = after or _BEGINNING
        asked = {
            **{name: by.get(name) for name in ("whom", "turn", "programme")},
            "institution": only_institution,
            "at": at,
            "overdue": overdue,
            "after": last,
            "id": row_id,
            "case": None,
            "limit": limit,
            "endless": ENDLESS,
        }
        with snapshot(self._log, queries.GATE) as run_query:
            return [_row(found, at) for found in run_query(_WAITING, asked)]

    def of_case(
        self, case_id: UUID, only_institution: str | None, at: datetime
    ) -> list[WaitingRow]:
        """List what waits of a case."""
        asked = {"referral": None, "institution": only_institution, "case": case_id}
        with snapshot(self._log, queries.GATE) as run_query:
            return [_row(found, at) for found in run_query(_CLOCK_OF, asked)]

    def notices(
        self, only_institution: str | None, limit: int, after: After | None = None
    ) -> list[NoticeRow]:
        """List what an institution was told of custody, last first. None: what anybody was."""
        at, row_id = after or (None, None)
        asked = {"institution": only_institution, "at": at, "id": row_id, "limit": limit}
        with snapshot(self._log, queries.GATE) as run_query:
            return [_notice(found) for found in run_query(_NOTICES, asked)]


def _notice(found: tuple[Any, ...]) -> NoticeRow:
    case_id, number, folio, custodian, name, announced_at, subdivision = found
    at = _told_in(subdivision, announced_at)
    return NoticeRow(case_id, number, folio, custodian, name, at)


def waiting_of(
    run_query: RunQuery, referral_id: UUID, only_institution: str | None, at: datetime
) -> WaitingRow | None:
    """Return for whom one referral waits; None: for nobody, or that is not seen."""
    asked = {"referral": referral_id, "institution": only_institution, "case": None}
    return next((_row(found, at) for found in run_query(_CLOCK_OF, asked)), None)


def _row(found: tuple[Any, ...], at: datetime) -> WaitingRow:
    referral_id, case_id, folio, programme, sender, addressee, kind, priority = found[:8]
    status, turn, whom, clock, started_at, due_at = found[8:14]
    steps, reminded_at, escalated_at, level = found[14:18], *found[18:21]
    replaces, subdivision, whom_name, sender_name, addressee_name = found[21:]
    there = _clock_of(subdivision)
    again = level if turn != _FOLLOWER else None
    step, next_at = next_of(clock, steps, reminded_at, again)
    return WaitingRow(
        referral_id=referral_id,
        case_id=case_id,
        folio=folio,
        programme=programme,
        sender=sender,
        sender_name=sender_name,
        addressee=addressee,
        addressee_name=addressee_name,
        kind=kind,
        priority=priority,
        status=status,
        turn=turn,
        whom=whom,
        whom_name=whom_name,
        clock=clock and (status_in(REFERRAL_STATUSES, status).clock or clock),
        started_at=there(started_at),
        due_at=there(due_at),
        overdue=due_at is not None and due_at < at,
        next_step=step,
        next_at=there(next_at),
        reminded_at=there(reminded_at),
        escalated_at=there(escalated_at),
        escalation_level=level,
        replaces=replaces,
    )


def _clock_of(subdivision: str | None) -> Callable[[datetime | None], datetime | None]:
    """Return what tells a moment by the wall clock of the case's place."""
    return lambda at: None if at is None else _told_in(subdivision, at)


def _told_in(subdivision: str | None, at: datetime) -> datetime:
    zone = zone_of(subdivision) if subdivision else None
    return at.astimezone(ZoneInfo(zone or ZONE))


REMIND, TELL_SENDER, TELL_COORDINATOR, EXPIRE = STEPS = (
    "remind",
    "tell-sender",
    "tell-coordinator",
    "expire",
)
"""The steps of a clock, in order: codes of the list ``clock_steps``."""
_FOLLOWER = "follower"
_DONE = {"sender": 2, "coordinator": 3}


def next_of(
    clock: str | None,
    steps: tuple[datetime | None, ...],
    reminded_at: datetime | None,
    level: str | None,
) -> tuple[str | None, datetime | None]:
    """Return what comes next if nobody acts, and when; nothing where no clock runs."""
    if clock is None:
        return None, None
    done = _DONE.get(level or "", 1 if reminded_at else 0)
    ahead = zip(STEPS[done:], steps[done:], strict=True)
    return next(((step, at) for step, at in ahead if at is not None), (None, None))
