"""The rows that say until when a referral waits, what was said meanwhile, and who was told what."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row


class _Waits(Row):
    """A part of what is known of a referral that waits: its row is filled part by part."""

    table: ClassVar[str] = "referral_clocks"
    key: ClassVar[tuple[str, ...]] = ("referral_id",)
    referral_id: UUID
    case_id: UUID


class Clock(_Waits):
    """The clock of a referral, with its steps; None: none runs, or nobody knows it."""

    clock: str | None
    started_at: datetime | None
    due_at: datetime | None
    remind_at: datetime | None
    escalate_at: datetime | None
    coordinate_at: datetime | None
    expires_at: datetime | None
    calendar: str | None


class ClockBegun(_Waits):
    """Where on referral's log the clock was started, or the one before ended."""

    started_position: int


class Coordinating(_Waits):
    """Which institution is to confirm that a referral is declined."""

    coordinator: str


class Reminded(_Waits):
    """When whoever is to act was last reminded, and where that stands on referral's log."""

    reminded_at: datetime
    reminded_position: int


class Escalated(_Waits):
    """When somebody was last told that nobody acted, where that stands, and on which level."""

    escalated_at: datetime
    escalated_position: int
    escalation_level: str


class FollowUpSaid(_Waits):
    """Which was the last fact of the follow-up."""

    said_version: int


class FollowUpTold(_Waits):
    """Who was told last that nothing is done in a follow-up. told_level: None: who follows up."""

    told_version: int
    told_at: datetime
    told_due_at: datetime
    told_next_at: datetime
    told_level: str | None


class CustodyNotice(Row):
    """That custody moved, and which other institutions were told. version: of the fact."""

    table: ClassVar[str] = "custody_notices"
    key: ClassVar[tuple[str, ...]] = ("case_id", "version")
    case_id: UUID
    version: int
    custodian: str
    institutions: tuple[str, ...]
    announced_at: datetime


KINDS: tuple[type[Row], ...] = (
    Clock,
    ClockBegun,
    Coordinating,
    Reminded,
    Escalated,
    FollowUpSaid,
    FollowUpTold,
    CustodyNotice,
)
"""In the order in which they are written."""
