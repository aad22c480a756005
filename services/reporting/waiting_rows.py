"""The rows that say until when a referral waits, what was said meanwhile, and who was told what."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row

_TABLE, _KEY = "referral_clocks", ("referral_id",)


class Clock(Row):
    """The clock of a referral, with its steps; None: none runs, or nobody knows it."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    clock: str | None
    started_at: datetime | None
    due_at: datetime | None
    remind_at: datetime | None
    escalate_at: datetime | None
    coordinate_at: datetime | None
    expires_at: datetime | None
    calendar: str | None


class ClockBegun(Row):
    """Where on referral's log the clock was started, or the one before ended."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    started_position: int


class Coordinating(Row):
    """Which institution is to confirm that a referral is declined."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    coordinator: str


class Reminded(Row):
    """When whoever is to act was last reminded, and where that stands on referral's log."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    reminded_at: datetime
    reminded_position: int


class Escalated(Row):
    """When somebody was last told that nobody acted, where that stands, and on which level."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    escalated_at: datetime
    escalated_position: int
    escalation_level: str


class FollowUpSaid(Row):
    """Which was the last fact of the follow-up."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
    said_version: int


class FollowUpTold(Row):
    """Who was told last that nothing is done in a follow-up. told_level: None: who follows up."""

    table: ClassVar[str] = _TABLE
    key: ClassVar[tuple[str, ...]] = _KEY
    referral_id: UUID
    case_id: UUID
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
