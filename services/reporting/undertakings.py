"""Proposals, commitments, joint activities and reminders as they are now, in lists."""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.reporting import queries
from services.reporting.cursors import After, AfterDay
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot

AfterReminder = tuple[str, str, str] | None
"""The institution, kind and name of what the last reminder of the page before is about."""


def _wanted(*columns: str) -> str:
    """Return the conditions of filters, each of which is left out if nothing is asked for."""
    return "".join(f" AND (%({c})s::text IS NULL OR t.{c} = %({c})s)" for c in columns)


_COMMITMENTS = (
    "SELECT t.commitment_id, t.owner, coalesce(i.name, t.owner), t.programme, t.kind,"
    " t.subdivision, t.due_on, t.status, t.kept_on, t.late, t.reason, t.subject, t.subject_id,"
    " t.document_id, t.evidence_id FROM reporting.commitments t"
    " LEFT JOIN reporting.institutions i ON i.code = t.owner WHERE t.owner IS NOT NULL"
    f"{_wanted('owner', 'programme', 'status')}"
    " AND (%(due_by)s::date IS NULL OR t.due_on <= %(due_by)s)"
    " AND (%(day)s::date IS NULL OR (t.due_on, t.commitment_id) > (%(day)s, %(id)s))"
    " ORDER BY t.due_on, t.commitment_id LIMIT %(limit)s"
)
_PROPOSALS = (
    "SELECT t.proposal_id, t.owner, coalesce(i.name, t.owner), t.programme, t.topic,"
    " t.subdivision, t.decide_by, t.status, t.made_at, t.decided_by, t.decided_at, t.reason,"
    " t.document_id, t.decision_id, (SELECT count(*) FROM reporting.proposal_remarks r"
    "  WHERE r.proposal_id = t.proposal_id) FROM reporting.proposals t"
    " LEFT JOIN reporting.institutions i ON i.code = t.owner WHERE t.owner IS NOT NULL"
    f"{_wanted('owner', 'programme', 'status')}"
    " AND (%(at)s::timestamptz IS NULL OR (t.made_at, t.proposal_id) < (%(at)s, %(id)s))"
    " ORDER BY t.made_at DESC, t.proposal_id DESC LIMIT %(limit)s"
)
_REMARKS = (
    "SELECT t.institution, coalesce(i.name, t.institution), t.stance, t.said_at, t.document_id,"
    " t.version FROM reporting.proposal_remarks t"
    " LEFT JOIN reporting.institutions i ON i.code = t.institution"
    " WHERE t.proposal_id = %(proposal)s AND t.version > %(after)s"
    " ORDER BY t.version LIMIT %(limit)s"
)
_ACTIVITIES = (
    "SELECT t.activity_id, t.owner, coalesce(i.name, t.owner), t.agencies, t.programme, t.kind,"
    " t.subdivision, t.on_day, t.status, t.reason, t.document_id FROM reporting.activities t"
    " LEFT JOIN reporting.institutions i ON i.code = t.owner WHERE t.owner IS NOT NULL"
    f"{_wanted('programme', 'status')}"
    " AND (%(institution)s::text IS NULL OR t.owner = %(institution)s"
    "  OR %(institution)s = ANY(t.agencies))"
    " AND (%(day)s::date IS NULL OR (t.on_day, t.activity_id) < (%(day)s, %(id)s))"
    " ORDER BY t.on_day DESC, t.activity_id DESC LIMIT %(limit)s"
)
_REMINDERS = (
    "SELECT t.institution, coalesce(i.name, t.institution), t.about_kind, t.about,"
    " coalesce(s.name, i.name, t.about), t.reminded_on, t.vouched_on, t.times"
    " FROM reporting.reminders t LEFT JOIN reporting.institutions i ON i.code = t.institution"
    " LEFT JOIN reporting.services s"
    "  ON t.about_kind = 'service' AND s.service_id::text = t.about"
    " LEFT JOIN reporting.profiles p"
    "  ON t.about_kind = 'institution' AND p.institution = t.about"
    " WHERE coalesce(s.assured_on, p.validated_on, '-infinity') < t.reminded_on"
    " AND s.status IS DISTINCT FROM 'withdrawn' AND i.status IS DISTINCT FROM 'closed'"
    f"{_wanted('institution')}"
    " AND (%(of)s::text IS NULL"
    "  OR (t.institution, t.about_kind, t.about) > (%(of)s, %(kind)s, %(about)s))"
    " ORDER BY t.institution, t.about_kind, t.about LIMIT %(limit)s"
)


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment. late: whether it was kept after its day; None: it is not kept.

    document_id, evidence_id: of its words, and of what shows that it was kept.
    """

    commitment_id: UUID
    owner: str
    owner_name: str
    programme: str
    kind: str
    subdivision: str | None
    due_on: date
    status: str
    kept_on: date | None
    late: bool | None
    reason: str | None
    subject: str | None
    subject_id: UUID | None
    document_id: UUID | None
    evidence_id: UUID | None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal. document_id, decision_id: of its words, and of those of the decision.

    discussed: how often an institution said something about it.
    """

    proposal_id: UUID
    owner: str
    owner_name: str
    programme: str
    topic: str
    subdivision: str | None
    decide_by: date | None
    status: str
    made_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    document_id: UUID | None
    decision_id: UUID | None
    discussed: int


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """What an institution said about a proposal. number: of the fact that says so."""

    institution: str
    institution_name: str
    stance: str
    said_at: datetime
    document_id: UUID | None
    number: int


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A joint activity. on: the day planned, or on which it was held."""

    activity_id: UUID
    owner: str
    owner_name: str
    agencies: Sequence[str]
    programme: str
    kind: str
    subdivision: str | None
    on: date
    status: str
    reason: str | None
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """What an institution was reminded of. about_kind: service or institution.

    about: the service's id, or the institution's code; about_name: its name. vouched_on: when
    somebody last had vouched for it, as of then; None: never. times: how often it was reminded.
    """

    institution: str
    institution_name: str
    about_kind: str
    about: str
    about_name: str
    reminded_on: date
    vouched_on: date | None
    times: int


Row = TypeVar("Row")


class Undertakings:
    """Reads the lists, each from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """log: reporting's own, over whose connections the tables are read."""
        self._log = log

    def commitments(
        self,
        limit: int,
        after: AfterDay | None = None,
        *,
        due_by: date | None = None,
        **by: str | None,
    ) -> list[CommitmentRow]:
        """List commitments, those due first first. by: owner, programme, status; None: any."""
        day, row_id = after or (None, None)
        wanted = _named(("owner", "programme", "status"), by)
        asked = {**wanted, "due_by": due_by, "day": day, "id": row_id, "limit": limit}
        return self._rows(CommitmentRow, _COMMITMENTS, asked)

    def proposals(
        self, limit: int, after: After | None = None, **by: str | None
    ) -> list[ProposalRow]:
        """List proposals, the last first. by: owner, programme, status; None: any."""
        at, row_id = after or (None, None)
        wanted = _named(("owner", "programme", "status"), by)
        return self._rows(
            ProposalRow, _PROPOSALS, {**wanted, "at": at, "id": row_id, "limit": limit}
        )

    def remarks(self, proposal: UUID, limit: int, after: int = 0) -> list[RemarkRow]:
        """List what was said about a proposal, in order."""
        asked = {"proposal": proposal, "after": after, "limit": limit}
        return self._rows(RemarkRow, _REMARKS, asked)

    def activities(
        self, limit: int, after: AfterDay | None = None, **by: str | None
    ) -> list[ActivityRow]:
        """List joint activities, the last day first.

        by: institution (its own, and those it takes part in), programme, status; None: any.
        """
        day, row_id = after or (None, None)
        wanted = _named(("institution", "programme", "status"), by)
        return self._rows(
            ActivityRow, _ACTIVITIES, {**wanted, "day": day, "id": row_id, "limit": limit}
        )

    def reminders(
        self, limit: int, after: AfterReminder = None, institution: str | None = None
    ) -> list[ReminderRow]:
        """List what institutions were reminded of, and nobody has vouched for since."""
        of, kind, about = after or (None, None, None)
        asked = {"institution": institution, "of": of, "kind": kind, "about": about}
        return self._rows(ReminderRow, _REMINDERS, {**asked, "limit": limit})

    def _rows(self, kind: type[Row], query: str, asked: Mapping[str, Any]) -> list[Row]:
        with snapshot(self._log, queries.GATE) as run_query:
            return [kind(*row) for row in run_query(query, asked)]


def _named(names: Sequence[str], given: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: given.get(name) for name in names}
