"""The rows that each published fact leads to, contract by contract.

A contract with a status leads to the row that keeps that status; everything else is declared here.
The declarations are checked when they are imported: a contract without rows that is not listed as
history only, or a field, column or status that does not exist, keeps the program from starting
(RowError).
"""

from services.reporting.batch import (
    CaseDetailsRow,
    CaseInError,
    Closing,
    Custody,
    FollowUp,
    Institution,
    Outcome,
    Preview,
    Referral,
)
from services.reporting.declarations import (
    HAPPENED_AT,
    HAPPENED_LOCAL,
    ONE_MORE,
    POSITION,
    RECORDED_AT,
    SERVICE,
    checked,
    local,
    named,
    row,
)
from shared.contracts import CONTRACTS, followup, intake, referral
from shared.contracts.contract import Contract

_DETAILS = {name: named(f"details.{name}") for name in intake.DetailsV1.__struct_fields__}
_DESCRIBED = row(
    CaseDetailsRow,
    *("subdivision", "municipality", "channel", "opened_at"),
    opened_local=named("opened_at", local),
    **_DETAILS,
)
_HELD = row(Custody, "custodian", last_custodian=named("custodian"))
_LISTED = row(Institution, "name", "kind", "subdivision", "programmes", code=named("institution"))

HISTORY_ONLY: frozenset[type[Contract]] = frozenset()
"""The contracts that lead to no row except the one in the history."""

ROWS = checked(
    {
        referral.InstitutionRegisteredV1: [_LISTED],
        referral.InstitutionCorrectedV1: [_LISTED],
        intake.CaseRegisteredV1: [
            row(
                CaseDetailsRow,
                *("institution", "folio", "programme"),
                registered_at=HAPPENED_AT,
                **_DESCRIBED.columns,
            )
        ],
        intake.CaseCorrectedV1: [_DESCRIBED],
        intake.CaseEnteredInErrorV1: [row(CaseInError, in_error=True)],
        intake.CasePreviewedV1: [row(Preview, "programme", "subdivision", "age_band", "sex")],
        referral.CustodyTakenV1: [_HELD],
        referral.CustodyEndedV1: [row(Custody, custodian=None, last_custodian=named("custodian"))],
        referral.CaseClosedV1: [
            row(
                Closing,
                closed_at=HAPPENED_AT,
                closed_local=HAPPENED_LOCAL,
                closing_class=named("outcome_class"),
            )
        ],
        referral.CaseReopenedV1: [
            row(Closing, closed_at=None, closed_local=None, closing_class=None)
        ],
        referral.ReferralRequestedV1: [
            row(Referral, "sender", "addressee", "kind", "priority", requested_at=HAPPENED_AT)
        ],
        referral.ReferralAcknowledgedV1: [row(Referral, acknowledged_at=HAPPENED_AT)],
        referral.ReferralAcceptedV1: [
            row(
                Referral,
                *("sender", "addressee", "kind"),
                decided_at=HAPPENED_AT,
                accepted_recorded=RECORDED_AT,
            ),
            _HELD,
        ],
        referral.ReferralDeclinedV1: [
            row(Referral, "reason", "reason_class", decided_at=HAPPENED_AT)
        ],
        referral.ReferralWithdrawnV1: [row(Referral, "reason", decided_at=HAPPENED_AT)],
        referral.ReferralSupersededV1: [row(Referral, decided_at=HAPPENED_AT)],
        referral.ReferralRevokedV1: [row(Referral, "reason", revoked_recorded=RECORDED_AT)],
        referral.ReferralClosedV1: [
            row(Referral, closed_recorded=RECORDED_AT, closed_position=POSITION)
        ],
        referral.ReferralReopenedV1: [row(Referral, "addressee", reopened_position=POSITION)],
        followup.FollowUpOpenedV1: [row(FollowUp, "institution", opened_at=HAPPENED_AT)],
        followup.ContactRecordedV1: [row(FollowUp, contacts=ONE_MORE)],
        followup.ServiceDeliveredV1: [row(FollowUp, services=ONE_MORE)],
        followup.OutcomeRecordedV1: [
            row(FollowUp),
            row(
                Outcome,
                *("referral_id", "outcome", "outcome_class", "amount", "currency", "measures"),
                source=SERVICE,
                position=POSITION,
                effective_on=named("on"),
            ),
        ],
        followup.FollowUpClosedV1: [
            row(FollowUp, closed_at=HAPPENED_AT, closing_class=named("outcome_class"))
        ],
        followup.FollowUpEnteredInErrorV1: [row(FollowUp, in_error=True)],
    },
    HISTORY_ONLY,
    CONTRACTS,
)
"""The rows by contract, with status columns filled in."""
