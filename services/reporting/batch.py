"""The rows that a batch of published facts leads to, each once.

A row's fields are named as its table's columns, and their defaults decide how a row that exists
already is updated, in the batch as in the table, so that it matters nowhere where a batch ends:

- without a default: every fact that leads to such a row sets the column, and the value is replaced;
- with the default None: the value is replaced by any other than None;
- with the default 0: the number is added;
- ``WithStatus``: the value is replaced, by None too, if the status is, and kept otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from services.reporting import (
    agreement_rows,
    consent_rows,
    institution_rows,
    service_rows,
    undertaking_rows,
    waiting_rows,
)
from services.reporting.row import WITH_STATUS, Row, WithStatus
from shared.kernel.statuses import FOLLOW_UP_STATUSES, REFERRAL_STATUSES


class Institution(Row):
    """An institution as the directory describes it now."""

    table: ClassVar[str] = "institutions"
    key: ClassVar[tuple[str, ...]] = ("code",)
    code: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]


class InstitutionStatus(Row):
    """The status of an institution now."""

    table: ClassVar[str] = "institutions"
    key: ClassVar[tuple[str, ...]] = ("code",)
    code: str
    status: str


class InstitutionReach(Row):
    """Whether an institution has a way to answer, and until when; None: until told otherwise."""

    table: ClassVar[str] = "institutions"
    key: ClassVar[tuple[str, ...]] = ("code",)
    code: str
    reachable: bool
    reachable_until: datetime | None


class CaseDetailsRow(Row):
    """A case as its institution describes it now. Only its registration sets the last six."""

    table: ClassVar[str] = "cases"
    key: ClassVar[tuple[str, ...]] = ("case_id",)
    case_id: UUID
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
    institution: str | None = None
    folio: str | None = None
    programme: str | None = None
    registered_at: datetime | None = None
    registered_local: datetime | None = None
    source_key: str | None = None


class CaseInError(Row):
    """A case that should never have been registered."""

    table: ClassVar[str] = "cases"
    key: ClassVar[tuple[str, ...]] = ("case_id",)
    case_id: UUID
    in_error: bool


class Custody(Row):
    """The custodian of a case; None if it has none. last_custodian: also after it has none."""

    table: ClassVar[str] = "cases"
    key: ClassVar[tuple[str, ...]] = ("case_id",)
    case_id: UUID
    custodian: str | None
    last_custodian: str


class Preview(Row):
    """What the addressee of a referral sees of the case until it answers."""

    table: ClassVar[str] = "previews"
    key: ClassVar[tuple[str, ...]] = ("referral_id",)
    referral_id: UUID
    case_id: UUID
    programme: str
    subdivision: str
    age_band: str | None
    sex: str | None


class Closing(Row):
    """When the custodian closed a case, and of what class its outcome is; None while it is open.

    closed_undated: it was closed by then, and nobody knows when.
    """

    table: ClassVar[str] = "cases"
    key: ClassVar[tuple[str, ...]] = ("case_id",)
    case_id: UUID
    closed_at: datetime | None
    closed_local: datetime | None
    closing_class: str | None
    closed_undated: bool


class Referral(Row):
    """A referral.

    addressee_sees: what its addressee sees of the case by it. turn: whose turn it is. *_recorded,
    *_position: when the fact was recorded, and where on referral's log: they bound what is seen of
    the case. reason: of the status. replaces: the referral that this one makes again.

    decided_at: of the last decision on the offer. Its addressee accepts, declines or gives it back;
    whoever offers withdraws it, also by handing the case to another (superseded). An end by a
    clock, by the person or by what follows an acceptance decides nothing and leaves it as it was.
    It says nothing while the referral is open (``queries`` tells where else).
    """

    table: ClassVar[str] = "referrals"
    key: ClassVar[tuple[str, ...]] = ("referral_id",)
    status_list: ClassVar[str | None] = REFERRAL_STATUSES
    referral_id: UUID
    case_id: UUID
    status: str
    addressee_sees: str
    open: bool
    followed: bool
    turn: str | None
    sender: str | None = None
    addressee: str | None = None
    kind: str | None = None
    priority: str | None = None
    requested_at: datetime | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    reason: WithStatus[str] = None
    reason_class: WithStatus[str] = None
    accepted_recorded: datetime | None = None
    revoked_recorded: datetime | None = None
    closed_recorded: datetime | None = None
    closed_position: int | None = None
    reopened_position: int | None = None
    replaces: UUID | None = None


class FollowUp(Row):
    """A follow-up. contacts, services: how many the batch adds.

    scheduled_for: the last appointment. delivered, undelivered: as was said last.
    """

    table: ClassVar[str] = "follow_ups"
    key: ClassVar[tuple[str, ...]] = ("referral_id",)
    status_list: ClassVar[str | None] = FOLLOW_UP_STATUSES
    referral_id: UUID
    case_id: UUID
    status: WithStatus[str] = None
    open: WithStatus[bool] = None
    closed_at: WithStatus[datetime] = None
    closing_class: WithStatus[str] = None
    referral_status: WithStatus[str] = None
    in_error: bool | None = None
    institution: str | None = None
    opened_at: datetime | None = None
    scheduled_for: datetime | None = None
    completed_at: datetime | None = None
    delivered: tuple[str, ...] | None = None
    undelivered: tuple[str, ...] | None = None
    confirmed_at: datetime | None = None
    enrolment: str | None = None
    contacts: int = 0
    services: int = 0


class Outcome(Row):
    """What came of a follow-up, by the fact that says so: the stream's version is its number."""

    table: ClassVar[str] = "outcomes"
    key: ClassVar[tuple[str, ...]] = ("referral_id", "version")
    referral_id: UUID
    version: int
    case_id: UUID
    outcome: str
    outcome_class: str
    measures: str | None
    amount: Decimal | None
    currency: str | None
    effective_on: date | None


class Replaced(Row):
    """An outcome that a later fact corrected, or said to be entered in error."""

    table: ClassVar[str] = "outcomes"
    key: ClassVar[tuple[str, ...]] = ("referral_id", "version")
    referral_id: UUID
    version: int
    case_id: UUID
    replaced: bool


class Norm(Row):
    """An entry of the register of norms and tools, as it is described now.

    elements, element_names: codes and names, in the same order.
    """

    table: ClassVar[str] = "norms"
    key: ClassVar[tuple[str, ...]] = ("entry_id",)
    entry_id: str
    name: str
    kind: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    source: str
    link: str | None
    consulted_on: date | None
    programmes: tuple[str, ...]
    elements: tuple[str, ...]
    element_names: tuple[str, ...]
    document_id: UUID | None


class NormWithdrawn(Row):
    """An entry that is not to be cited any more; why, and which is instead."""

    table: ClassVar[str] = "norms"
    key: ClassVar[tuple[str, ...]] = ("entry_id",)
    entry_id: str
    withdrawn: str
    replaced_by: str | None


class NormCitation(Row):
    """What cites an element of an entry, or "" the entry as a whole; whether it still does."""

    table: ClassVar[str] = "norm_citations"
    key: ClassVar[tuple[str, ...]] = ("entry_id", "element", "citing_kind", "citing")
    entry_id: str
    element: str
    citing_kind: str
    citing: str
    cited: bool
    institution: str | None = None


ROW_KINDS: tuple[type[Row], ...] = (
    Institution,
    InstitutionStatus,
    InstitutionReach,
    CaseDetailsRow,
    CaseInError,
    Custody,
    Closing,
    Preview,
    Referral,
    FollowUp,
    Outcome,
    Replaced,
    *institution_rows.KINDS,
    *undertaking_rows.KINDS,
    *service_rows.KINDS,
    *agreement_rows.KINDS,
    *consent_rows.KINDS,
    *waiting_rows.KINDS,
    Norm,
    NormWithdrawn,
    NormCitation,
)
"""All kinds of rows, in the order in which they are written."""
R = TypeVar("R", bound=Row)
Rows = dict[type[Row], dict[Any, Any]]
"""By kind of row, then by key."""


def _no_rows() -> Rows:
    return {kind: {} for kind in ROW_KINDS}


@dataclass
class Batch:
    """The rows that a batch of facts leads to, each once. touched: the cases that it is about."""

    rows: Rows = field(default_factory=_no_rows)
    touched: set[UUID] = field(default_factory=set)

    def of(self, kind: type[R]) -> list[R]:
        return list(self.rows[kind].values())


def columns_with_status(kind: type[Row]) -> Iterator[str]:
    """Return the columns that are replaced together with the status."""
    for column in msgspec.structs.fields(kind):
        if WITH_STATUS in getattr(column.type, "__metadata__", ()):
            yield column.name


def kept_for_none(kind: type[Row]) -> frozenset[str]:
    """Return the columns whose value None does not replace."""
    optional = {each.name for each in msgspec.structs.fields(kind) if each.default is None}
    return frozenset(optional.difference(columns_with_status(kind)))
