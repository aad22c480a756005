"""The rows of proposals, commitments and joint activities, and of reminders.

Each column is set by one kind of row, as in ``batch``.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row


class Commitment(Row):
    """What an institution undertook, as it did."""

    table: ClassVar[str] = "commitments"
    key: ClassVar[tuple[str, ...]] = ("commitment_id",)
    commitment_id: UUID
    owner: str
    programme: str
    kind: str
    subdivision: str | None
    subject: str | None
    subject_id: UUID | None
    document_id: UUID | None
    made_at: datetime


class CommitmentDay(Row):
    """By which day it is to be kept, now."""

    table: ClassVar[str] = "commitments"
    key: ClassVar[tuple[str, ...]] = ("commitment_id",)
    commitment_id: UUID
    due_on: date


class CommitmentStatus(Row):
    """What became of it, now."""

    table: ClassVar[str] = "commitments"
    key: ClassVar[tuple[str, ...]] = ("commitment_id",)
    commitment_id: UUID
    status: str
    kept_on: date | None
    late: bool | None
    evidence_id: UUID | None
    reason: str | None


class Proposal(Row):
    """What a member proposed, as it did."""

    table: ClassVar[str] = "proposals"
    key: ClassVar[tuple[str, ...]] = ("proposal_id",)
    proposal_id: UUID
    owner: str
    programme: str
    topic: str
    subdivision: str | None
    decide_by: date | None
    document_id: UUID | None
    made_at: datetime


class ProposalStatus(Row):
    """How it was decided, and by whom, now."""

    table: ClassVar[str] = "proposals"
    key: ClassVar[tuple[str, ...]] = ("proposal_id",)
    proposal_id: UUID
    status: str
    decided_by: str | None
    decided_at: datetime | None
    decision_id: UUID | None
    reason: str | None


class Remark(Row):
    """What an institution said about a proposal, by the version of the fact that says so."""

    table: ClassVar[str] = "proposal_remarks"
    key: ClassVar[tuple[str, ...]] = ("proposal_id", "version")
    proposal_id: UUID
    version: int
    institution: str
    stance: str
    document_id: UUID | None
    said_at: datetime


class Activity(Row):
    """A joint activity, as it was planned first."""

    table: ClassVar[str] = "activities"
    key: ClassVar[tuple[str, ...]] = ("activity_id",)
    activity_id: UUID
    owner: str
    programme: str
    kind: str
    subdivision: str | None


class ActivityPlan(Row):
    """On which day and with whom it is planned, or was held."""

    table: ClassVar[str] = "activities"
    key: ClassVar[tuple[str, ...]] = ("activity_id",)
    activity_id: UUID
    on_day: date
    agencies: tuple[str, ...]
    document_id: UUID | None = None


class ActivityStatus(Row):
    """What became of it, now."""

    table: ClassVar[str] = "activities"
    key: ClassVar[tuple[str, ...]] = ("activity_id",)
    activity_id: UUID
    status: str
    reason: str | None


class Reminder(Row):
    """When an institution was last reminded of an entry, and how often.

    about: a service's id, or the institution's code; vouched_on: when somebody last had for it.
    """

    table: ClassVar[str] = "reminders"
    key: ClassVar[tuple[str, ...]] = ("about_kind", "about")
    about_kind: str
    about: str
    institution: str
    reminded_on: date
    vouched_on: date | None
    times: int = 0


KINDS: tuple[type[Row], ...] = (
    Commitment,
    CommitmentDay,
    CommitmentStatus,
    Proposal,
    ProposalStatus,
    Remark,
    Activity,
    ActivityPlan,
    ActivityStatus,
    Reminder,
)
"""All of them, in the order in which they are written."""
