"""What a batch of published facts says of each row: pure, and order-free across sources.

Rows are msgspec structs with the names of their tables' columns; what a source does not know of
a row it leaves out, and what is told twice in a batch is folded, so each row is written once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from services.reporting.history import STATE_AFTER
from shared.contracts import followup, intake, referral
from shared.contracts.envelope import Event
from shared.kernel.codes import codes

Listing = referral.InstitutionRegisteredV1 | referral.InstitutionCorrectedV1
OPEN, CLOSED, IN_ERROR = "open", "closed", "entered-in-error"
"""Where a follow-up stands."""


class Institution(msgspec.Struct):
    """An institution as the directory describes it now."""

    code: str
    name: str
    kind: str
    state: str | None
    programmes: tuple[str, ...]


class Told(msgspec.Struct, kw_only=True):
    """A case as its institution tells it now. The first four: only where it was registered."""

    case_id: UUID
    institution: str | None = None
    folio: str | None = None
    programme: str | None = None
    registered_at: datetime | None = None
    state: str
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

    referral: UUID
    case_id: UUID
    state: str
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
    """A follow-up. standing None: unchanged, and closed_* too. contacts, services: more of them."""

    referral: UUID
    case_id: UUID
    institution: str | None = None
    standing: str | None = None
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
    referral: UUID
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
    told: dict[UUID, Told] = field(default_factory=dict)
    in_error: dict[UUID, InError] = field(default_factory=dict)
    custody: dict[UUID, Custody] = field(default_factory=dict)
    referrals: dict[UUID, Referral] = field(default_factory=dict)
    follow_ups: dict[UUID, FollowUp] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)


def fold(events: Sequence[Event]) -> Batch:
    """Fold events, each source's in its order."""
    batch = Batch()
    cases: dict[str, UUID] = {}
    for event in events:
        said = event.data
        if isinstance(said, Listing):
            batch.institutions[said.institution] = _described(said)
            continue
        case = cases.get(event.key)
        if case is None:
            case = cases[event.key] = UUID(event.key)
        _TELLERS[event.service](batch, case, event)
    batch.touched.update(cases.values())
    return batch


def _described(said: Listing) -> Institution:
    return Institution(said.institution, said.name, said.kind, said.state, said.programmes)


def _intake(batch: Batch, case: UUID, event: Event) -> None:
    match event.data:
        case intake.CaseRegisteredV1() as told:
            row = _told(case, told)
            row.institution, row.folio, row.programme = told.institution, told.folio, told.programme
            row.registered_at = event.meta.happened_at
            batch.told[case] = row
        case intake.CaseCorrectedV1() as told:
            row = _told(case, told)
            if before := batch.told.get(case):
                row.institution, row.folio = before.institution, before.folio
                row.programme, row.registered_at = before.programme, before.registered_at
            batch.told[case] = row
        case intake.CaseEnteredInErrorV1():
            batch.in_error[case] = InError(case)
        case _:
            return


def _told(case: UUID, told: intake.CaseRegisteredV1 | intake.CaseCorrectedV1) -> Told:
    details = told.details
    return Told(
        case_id=case,
        state=told.state,
        municipality=told.municipality,
        channel=told.channel,
        opened_at=told.opened_at,
        opened_local=local(told.opened_at),
        age_band=details.age_band,
        sex=details.sex,
        nationality=details.nationality,
        migratory_condition=details.migratory_condition,
        sector=details.sector,
        occupation=details.occupation,
        violations=details.violations,
    )


def _referral(batch: Batch, case: UUID, event: Event) -> None:
    match event.data:
        case referral.CustodyTakenV1(custodian=custodian):
            batch.custody[case] = Custody(case, custodian)
        case referral.CustodyEndedV1():
            batch.custody[case] = Custody(case, None)
        case _:
            _answer(batch, case, event)


def _answer(batch: Batch, case: UUID, event: Event) -> None:
    said, at, name = event.data, event.meta.happened_at, name_of(event.type)
    identity = getattr(said, "referral", None)
    if identity is None or name not in STATE_AFTER:
        return
    row = batch.referrals.setdefault(identity, Referral(identity, case, STATE_AFTER[name]))
    row.state = STATE_AFTER[name]
    match said:
        case referral.ReferralRequestedV1():
            row.sender, row.addressee = said.sender, said.addressee
            row.kind, row.priority, row.requested_at = said.kind, said.priority, at
        case referral.ReferralAcknowledgedV1():
            row.acknowledged_at = at
        case referral.ReferralAcceptedV1():
            row.sender, row.addressee, row.kind = said.sender, said.addressee, said.kind
            row.decided_at = at
            batch.custody[case] = Custody(case, said.custodian)
        case referral.ReferralDeclinedV1(reason=reason, reason_class=reason_class):
            row.reason, row.reason_class, row.decided_at = reason, reason_class, at
        case referral.ReferralWithdrawnV1(reason=reason):
            row.reason, row.decided_at = reason, at
        case _:
            return


def _followup(batch: Batch, case: UUID, event: Event) -> None:
    said, at = event.data, event.meta.happened_at
    identity: UUID = said.referral  # type: ignore[attr-defined]
    row = batch.follow_ups.setdefault(identity, FollowUp(identity, case))
    match said:
        case followup.FollowUpOpenedV1():
            row.institution, row.opened_at = said.institution, at
            _stands(row, OPEN)
        case followup.ContactRecordedV1():
            row.contacts += 1
        case followup.ServiceDeliveredV1():
            row.services += 1
        case followup.OutcomeRecordedV1():
            batch.outcomes.append(_outcome(case, event, said))
        case followup.FollowUpClosedV1(outcome_class=outcome_class):
            _stands(row, CLOSED, at, outcome_class)
        case followup.FollowUpReopenedV1():
            _stands(row, OPEN)
        case followup.FollowUpEnteredInErrorV1():
            _stands(row, IN_ERROR)
        case _:
            return


def _stands(
    row: FollowUp, standing: str, closed: datetime | None = None, closing: str | None = None
) -> None:
    row.standing, row.closed_at, row.closed_local = standing, closed, local(closed)
    row.closing_class = closing


def _outcome(case: UUID, event: Event, said: followup.OutcomeRecordedV1) -> Outcome:
    kind = codes("outcome_kinds").get(said.outcome)
    measures = kind.extra["measures"] if kind else None
    return Outcome(
        source=event.service,
        position=event.position,
        referral=said.referral,
        case_id=case,
        outcome=said.outcome,
        outcome_class=said.outcome_class,
        measures=None if measures is None else str(measures),
        amount=said.amount,
        currency=said.currency,
        effective_on=said.on,
    )


def local(moment: datetime | None) -> datetime | None:
    """The wall clock's time there and then, without its offset: days are counted on it."""
    return None if moment is None else moment.replace(tzinfo=None)


def name_of(event_type: str) -> str:
    """A fact's name, as in ``case-registered``, from its type on the wire."""
    return event_type.split(".")[3]


_TELLERS = {"intake": _intake, "referral": _referral, "followup": _followup}
