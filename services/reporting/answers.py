"""What reporting answers with: rows of lists, and totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.reporting.axes import NOW, Axes
from shared.kernel.sight import Sight


@dataclass(frozen=True, slots=True)
class Caseload:
    """How many open cases an institution answers for. name: its code if its name is not known."""

    institution: str
    name: str
    open_cases: int


@dataclass(frozen=True, slots=True)
class CaseloadReport:
    """The open cases by custodian, most first. as_of, axes: as in ``Claims``."""

    caseloads: Sequence[Caseload]
    as_of: Mapping[str, int]
    axes: Axes = NOW


@dataclass(frozen=True, slots=True)
class Overview:
    """How much there is: totals only.

    facts: published facts consumed. positions: by source, the log position up to which they were
    consumed (of its furthest partition). custody: most open cases first.
    """

    cases: int
    referrals: int
    facts: int
    open_referrals: int
    custody: Sequence[Caseload]
    positions: dict[str, int]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list, as far as the institution sees it that the list is for.

    source_key: the number by which the source of an import knows it; None for a case that was
    registered live. sees: of the list ``sights``. Of a preview there are the programme, the
    subdivision, age band and sex; of the past, up to ``until``, what never changes: folio, source's
    number, programme, and who registered the case when. All else is None then, and its history
    tells it. listed_at: its place in lists: when it was registered, or when a preview was asked
    for. closed: when its custodian closed it; None while it is open. closed_undated: it was closed
    by then, and nobody knows when.
    """

    case_id: UUID
    sees: Sight
    until: datetime | None
    folio: str | None
    source_key: str | None
    programme: str
    subdivision: str | None
    age_band: str | None
    sex: str | None
    institution: str | None
    custodian: str | None
    custodian_name: str | None
    opened_at: datetime | None
    registered_at: datetime | None
    listed_at: datetime
    closed: datetime | None
    closed_undated: bool | None
    in_error: bool | None
    referrals: int | None

    @property
    def after(self) -> tuple[datetime, UUID]:
        """The cursor of the next page, for ``Reports.cases``."""
        return self.listed_at, self.case_id


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral in a list. Moments are None until they come.

    decided_at: when it was accepted, declined, given back, withdrawn or superseded; None while it
    is open, and where it ended undecided: by a clock, or because the person left. folio,
    source_key: its case's, as in ``CaseRow``, for those who see more than a preview of it.
    """

    referral_id: UUID
    case_id: UUID
    sender: str
    addressee: str
    kind: str
    priority: str
    status: str
    requested_at: datetime
    acknowledged_at: datetime | None
    decided_at: datetime | None
    reason: str | None
    reason_class: str | None
    folio: str | None
    source_key: str | None

    @property
    def after(self) -> tuple[datetime, UUID]:
        """The cursor of the next page, for ``Reports.referrals``."""
        return self.requested_at, self.referral_id


@dataclass(frozen=True, slots=True)
class InstitutionRow:
    """An institution of the directory.

    reachable: it has a way to answer, up to reachable_until. reachable_until: None: until told
    otherwise, or it has none.
    """

    code: str
    name: str
    kind: str
    subdivision: str | None
    programmes: Sequence[str]
    status: str
    reachable: bool
    reachable_until: datetime | None

    def takes_part(self, at: datetime) -> bool:
        """Whether cases can be referred to it: it is active and has a way to answer."""
        until = self.reachable_until
        return self.status == "active" and self.reachable and (until is None or until > at)


@dataclass(frozen=True, slots=True)
class Held:
    """What an institution holds. cases: one page of those that it answers for.

    waiting: how many referrals wait for its answer. takes_part: False if it is suspended or closed,
    or has no way to answer; then a steward hands on what it holds.
    """

    institution: InstitutionRow
    takes_part: bool
    waiting: int
    cases: Sequence[CaseRow]
