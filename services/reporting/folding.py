"""What a batch of published facts says of each row: pure, and order-free across sources.

What a source does not know of a row it leaves out, and what is told twice in a batch is folded, so
each row is written once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from services.reporting.batch import (
    Batch,
    CaseDetailsRow,
    Custody,
    FollowUp,
    InError,
    Institution,
    Outcome,
    Referral,
)
from services.reporting.history import STATUS_AFTER
from shared.contracts import followup, intake, referral
from shared.contracts.contract import Contract, Key
from shared.contracts.envelope import Event

Listing = referral.InstitutionRegisteredV1 | referral.InstitutionCorrectedV1
_Answer = (
    referral.ReferralRequestedV1
    | referral.ReferralAcknowledgedV1
    | referral.InformationRequestedV1
    | referral.InformationAnsweredV1
    | referral.ReferralAcceptedV1
    | referral.ReferralDeclinedV1
    | referral.ReferralWithdrawnV1
    | referral.ReferralEnteredInErrorV1
)
_Step = (
    followup.FollowUpOpenedV1
    | followup.ContactRecordedV1
    | followup.ServiceDeliveredV1
    | followup.OutcomeRecordedV1
    | followup.FollowUpClosedV1
    | followup.FollowUpReopenedV1
    | followup.FollowUpEnteredInErrorV1
)
OPEN, CLOSED, IN_ERROR = "open", "closed", "entered-in-error"
"""Where a follow-up stands."""


def fold(events: Sequence[Event]) -> Batch:
    """Fold events, each source's in its order."""
    batch = Batch()
    cases: dict[str, UUID] = {}
    for event in events:
        said = event.data
        if isinstance(said, Listing):
            batch.institutions[said.institution] = _described(said)
        if said.key is not Key.CASE:
            continue
        case = cases.get(event.key)
        if case is None:
            case = cases[event.key] = UUID(event.key)
        if tell := _TELLERS.get(type(said)):
            tell(batch, case, event, said)
    batch.touched.update(cases.values())
    return batch


def _described(said: Listing) -> Institution:
    return Institution(said.institution, said.name, said.kind, said.subdivision, said.programmes)


def _registered(batch: Batch, case_id: UUID, event: Event, said: intake.CaseRegisteredV1) -> None:
    row = batch.told[case_id] = _told(case_id, said)
    row.institution, row.folio, row.programme = said.institution, said.folio, said.programme
    row.registered_at = event.meta.happened_at


def _corrected(batch: Batch, case_id: UUID, _event: Event, said: intake.CaseCorrectedV1) -> None:
    row = _told(case_id, said)
    if before := batch.told.get(case_id):
        row.institution, row.folio = before.institution, before.folio
        row.programme, row.registered_at = before.programme, before.registered_at
    batch.told[case_id] = row


def _in_error(
    batch: Batch, case_id: UUID, _event: Event, _said: intake.CaseEnteredInErrorV1
) -> None:
    batch.in_error[case_id] = InError(case_id)


def _told(case_id: UUID, told: intake.CaseRegisteredV1 | intake.CaseCorrectedV1) -> CaseDetailsRow:
    details = told.details
    return CaseDetailsRow(
        case_id=case_id,
        subdivision=told.subdivision,
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


def _custody_taken(
    batch: Batch, case_id: UUID, _event: Event, said: referral.CustodyTakenV1
) -> None:
    batch.custody[case_id] = Custody(case_id, said.custodian)


def _custody_ended(
    batch: Batch, case_id: UUID, _event: Event, _said: referral.CustodyEndedV1
) -> None:
    batch.custody[case_id] = Custody(case_id, None)


def _answer(batch: Batch, case_id: UUID, event: Event, said: _Answer) -> Referral:
    """Where the referral stands after any fact about it."""
    status = STATUS_AFTER[name_of(event.type)]
    row = batch.referrals.get(said.referral_id)
    if row is None:
        row = batch.referrals[said.referral_id] = Referral(said.referral_id, case_id, status)
    row.status = status
    return row


def _requested(
    batch: Batch, case_id: UUID, event: Event, said: referral.ReferralRequestedV1
) -> None:
    row = _answer(batch, case_id, event, said)
    row.sender, row.addressee, row.kind = said.sender, said.addressee, said.kind
    row.priority, row.requested_at = said.priority, event.meta.happened_at


def _acknowledged(
    batch: Batch, case_id: UUID, event: Event, said: referral.ReferralAcknowledgedV1
) -> None:
    _answer(batch, case_id, event, said).acknowledged_at = event.meta.happened_at


def _accepted(batch: Batch, case_id: UUID, event: Event, said: referral.ReferralAcceptedV1) -> None:
    row = _answer(batch, case_id, event, said)
    row.sender, row.addressee, row.kind = said.sender, said.addressee, said.kind
    row.decided_at = event.meta.happened_at
    batch.custody[case_id] = Custody(case_id, said.custodian)


def _declined(batch: Batch, case_id: UUID, event: Event, said: referral.ReferralDeclinedV1) -> None:
    row = _answer(batch, case_id, event, said)
    row.reason, row.reason_class = said.reason, said.reason_class
    row.decided_at = event.meta.happened_at


def _withdrawn(
    batch: Batch, case_id: UUID, event: Event, said: referral.ReferralWithdrawnV1
) -> None:
    row = _answer(batch, case_id, event, said)
    row.reason, row.decided_at = said.reason, event.meta.happened_at


def _followed(batch: Batch, case_id: UUID, _event: Event, said: _Step) -> FollowUp:
    """The follow-up that any fact is about."""
    row = batch.follow_ups.get(said.referral_id)
    if row is None:
        row = batch.follow_ups[said.referral_id] = FollowUp(said.referral_id, case_id)
    return row


def _opened(batch: Batch, case_id: UUID, event: Event, said: followup.FollowUpOpenedV1) -> None:
    row = _followed(batch, case_id, event, said)
    row.institution, row.opened_at = said.institution, event.meta.happened_at
    _stands(row, OPEN)


def _contact(batch: Batch, case_id: UUID, event: Event, said: followup.ContactRecordedV1) -> None:
    _followed(batch, case_id, event, said).contacts += 1


def _service(batch: Batch, case_id: UUID, event: Event, said: followup.ServiceDeliveredV1) -> None:
    _followed(batch, case_id, event, said).services += 1


def _recorded(batch: Batch, case_id: UUID, event: Event, said: followup.OutcomeRecordedV1) -> None:
    _followed(batch, case_id, event, said)
    batch.outcomes.append(_outcome(case_id, event, said))


def _closed(batch: Batch, case_id: UUID, event: Event, said: followup.FollowUpClosedV1) -> None:
    row = _followed(batch, case_id, event, said)
    _stands(row, CLOSED, event.meta.happened_at, said.outcome_class)


def _reopened(batch: Batch, case_id: UUID, event: Event, said: followup.FollowUpReopenedV1) -> None:
    _stands(_followed(batch, case_id, event, said), OPEN)


def _given_up(
    batch: Batch, case_id: UUID, event: Event, said: followup.FollowUpEnteredInErrorV1
) -> None:
    _stands(_followed(batch, case_id, event, said), IN_ERROR)


def _stands(
    row: FollowUp, status: str, closed: datetime | None = None, closing: str | None = None
) -> None:
    row.status, row.closed_at, row.closed_local = status, closed, local(closed)
    row.closing_class = closing


def _outcome(case_id: UUID, event: Event, said: followup.OutcomeRecordedV1) -> Outcome:
    return Outcome(
        source=event.service,
        position=event.position,
        referral_id=said.referral_id,
        case_id=case_id,
        outcome=said.outcome,
        outcome_class=said.outcome_class,
        measures=said.measures,
        amount=said.amount,
        currency=said.currency,
        effective_on=said.on,
    )


def local(moment: datetime | None) -> datetime | None:
    """The wall clock's time there and then, without its offset: days are counted on it."""
    return None if moment is None else moment.replace(tzinfo=None)


@cache
def name_of(event_type: str) -> str:
    """A fact's name, as in ``case-registered``, from its type on the wire."""
    return event_type.split(".")[3]


_TELLERS: Mapping[type[Contract], Callable[[Batch, UUID, Event, Any], object]] = {
    intake.CaseRegisteredV1: _registered,
    intake.CaseCorrectedV1: _corrected,
    intake.CaseEnteredInErrorV1: _in_error,
    referral.CustodyTakenV1: _custody_taken,
    referral.CustodyEndedV1: _custody_ended,
    referral.ReferralRequestedV1: _requested,
    referral.ReferralAcknowledgedV1: _acknowledged,
    referral.InformationRequestedV1: _answer,
    referral.InformationAnsweredV1: _answer,
    referral.ReferralAcceptedV1: _accepted,
    referral.ReferralDeclinedV1: _declined,
    referral.ReferralWithdrawnV1: _withdrawn,
    referral.ReferralEnteredInErrorV1: _answer,
    followup.FollowUpOpenedV1: _opened,
    followup.ContactRecordedV1: _contact,
    followup.ServiceDeliveredV1: _service,
    followup.OutcomeRecordedV1: _recorded,
    followup.FollowUpClosedV1: _closed,
    followup.FollowUpReopenedV1: _reopened,
    followup.FollowUpEnteredInErrorV1: _given_up,
}
"""What each published fact says of the rows; one that stands nowhere here is history only."""
