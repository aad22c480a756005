"""The rows that a batch of published facts leads to, each once.

Structs with the names of their tables' columns; None where the batch does not tell.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec


class Institution(msgspec.Struct):
    """An institution as the directory describes it now."""

    code: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]


class CaseDetailsRow(msgspec.Struct, kw_only=True):
    """A case as its institution tells it now. The first four: only where it was registered."""

    case_id: UUID
    institution: str | None = None
    folio: str | None = None
    programme: str | None = None
    registered_at: datetime | None = None
    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    opened_local: datetime | None
    age_band: str | None
    sex: str | None
    nationality: str | None
    migratory_condition: str | None
    sector: str | None
    occupation: str | None
    violations: tuple[str, ...] | None


class InError(msgspec.Struct):
    """A case that should never have been registered."""

    case_id: UUID


class Custody(msgspec.Struct):
    """Who answers for a case; nobody: None."""

    case_id: UUID
    custodian: str | None


class Referral(msgspec.Struct):
    """A referral, as far as this batch tells; None: told before, or not yet."""

    referral_id: UUID
    case_id: UUID
    status: str
    sender: str | None = None
    addressee: str | None = None
    kind: str | None = None
    priority: str | None = None
    requested_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    reason_class: str | None = None


class FollowUp(msgspec.Struct):
    """A follow-up. status None: unchanged, and closed_* too. contacts, services: more of them."""

    referral_id: UUID
    case_id: UUID
    institution: str | None = None
    status: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    closed_local: datetime | None = None
    closing_class: str | None = None
    contacts: int = 0
    services: int = 0


class Outcome(msgspec.Struct):
    """Something that came of a follow-up."""

    source: str
    position: int
    referral_id: UUID
    case_id: UUID
    outcome: str
    outcome_class: str
    measures: str | None
    amount: Decimal | None
    currency: str | None
    effective_on: date | None


@dataclass
class Batch:
    """The rows that a batch of facts leads to, each once. touched: the cases it is about."""

    institutions: dict[str, Institution] = field(default_factory=dict)
    told: dict[UUID, CaseDetailsRow] = field(default_factory=dict)
    in_error: dict[UUID, InError] = field(default_factory=dict)
    custody: dict[UUID, Custody] = field(default_factory=dict)
    referrals: dict[UUID, Referral] = field(default_factory=dict)
    follow_ups: dict[UUID, FollowUp] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
