"""The rows that each published fact leads to, contract by contract.

A contract with a status leads to the row that keeps that status; everything else is declared here.
The declarations are checked when they are imported: a contract without rows that is not listed as
history only, or a field, column or status that does not exist, keeps the program from starting
(RowError).
"""

from services.reporting.agreement_declarations import AGREEMENTS
from services.reporting.batch import (
    CaseDetailsRow,
    CaseInError,
    Closing,
    Custody,
    FollowUp,
    Institution,
    InstitutionReach,
    InstitutionStatus,
    Outcome,
    Preview,
    Referral,
    Replaced,
)
from services.reporting.declarations import (
    HAPPENED_AT,
    HAPPENED_LOCAL,
    ONE_LESS,
    ONE_MORE,
    POSITION,
    RECORDED_AT,
    VERSION,
    checked,
    local,
    named,
    row,
)
from services.reporting.institution_declarations import INSTITUTIONS
from services.reporting.norm_rows import ROWS_OF_NORMS
from services.reporting.service_declarations import SERVICES
from services.reporting.undertaking_declarations import UNDERTAKINGS
from shared.contracts import (
    CONTRACTS,
    agreements,
    documents,
    followup,
    intake,
    referral,
)
from shared.contracts.contract import Contract

_DETAILS = {name: named(f"details.{name}") for name in intake.DetailsV1.__struct_fields__}
_DESCRIBED = row(
    CaseDetailsRow,
    *("subdivision", "municipality", "channel", "opened_at"),
    opened_local=named("opened_at", local),
    **_DETAILS,
)
_HELD = row(Custody, "custodian", last_custodian=named("custodian"))
_CODE = named("institution")
_LISTED = row(Institution, "name", "kind", "subdivision", "programmes", code=_CODE)
_CAME_OF_IT = row(
    Outcome,
    *("outcome", "outcome_class", "amount", "currency", "measures"),
    version=VERSION,
    effective_on=named("on"),
)
_NO_MORE = row(Replaced, version=named("replaces"), replaced=True)

HISTORY_ONLY: frozenset[type[Contract]] = frozenset(
    {
        intake.CorrectionProposedV1,
        intake.VoidRequestedV1,
        intake.ProposalAdoptedV1,
        intake.ProposalRejectedV1,
        intake.ProposalReopenedV1,
        referral.CaseRelocatedV1,
        agreements.AgreementOverriddenV1,
        documents.DocumentAddedV1,
        documents.DocumentErasedV1,
    }
)
"""The contracts that lead to no row except the one in the history."""

ROWS = checked(
    {
        **INSTITUTIONS,
        **UNDERTAKINGS,
        **SERVICES,
        **AGREEMENTS,
        referral.InstitutionRegisteredV1: [_LISTED],
        referral.InstitutionCorrectedV1: [_LISTED],
        referral.InstitutionSuspendedV1: [row(InstitutionStatus, code=_CODE, status="suspended")],
        referral.InstitutionClosedV1: [row(InstitutionStatus, code=_CODE, status="closed")],
        referral.InstitutionReactivatedV1: [row(InstitutionStatus, code=_CODE, status="active")],
        referral.InstitutionMadeReachableV1: [
            row(InstitutionReach, code=_CODE, reachable=True, reachable_until=named("until"))
        ],
        referral.InstitutionMadeUnreachableV1: [
            row(InstitutionReach, code=_CODE, reachable=False, reachable_until=None)
        ],
        intake.CaseRegisteredV1: [
            row(
                CaseDetailsRow,
                *("institution", "folio", "programme", "source_key"),
                registered_at=HAPPENED_AT,
                registered_local=HAPPENED_LOCAL,
                **_DESCRIBED.columns,
            )
        ],
        intake.CaseCorrectedV1: [_DESCRIBED],
        intake.CorrectionTurnedIntoProposalV1: [_DESCRIBED],
        intake.CaseEnteredInErrorV1: [row(CaseInError, in_error=True)],
        intake.VoidTurnedIntoRequestV1: [row(CaseInError, in_error=False)],
        intake.CasePreviewedV1: [row(Preview, "programme", "subdivision", "age_band", "sex")],
        referral.CustodyTakenV1: [_HELD],
        referral.CustodyAssignedV1: [_HELD],
        referral.CustodyEndedV1: [row(Custody, custodian=None, last_custodian=named("custodian"))],
        referral.CaseClosedV1: [
            row(
                Closing,
                closed_at=HAPPENED_AT,
                closed_local=HAPPENED_LOCAL,
                closing_class=named("outcome_class"),
                closed_undated=named("undated"),
            )
        ],
        referral.CaseReopenedV1: [
            row(
                Closing,
                **dict.fromkeys(("closed_at", "closed_local", "closing_class")),
                closed_undated=False,
            )
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
        referral.DeclineCorrectedV1: [row(Referral, "reason", "reason_class")],
        referral.ReferralWithdrawnV1: [row(Referral, "reason", decided_at=HAPPENED_AT)],
        referral.ReferralSupersededV1: [row(Referral, decided_at=HAPPENED_AT)],
        referral.ReferralRevokedV1: [row(Referral, "reason", revoked_recorded=RECORDED_AT)],
        referral.ReferralClosedV1: [
            row(Referral, closed_recorded=RECORDED_AT, closed_position=POSITION)
        ],
        referral.ReferralReopenedV1: [row(Referral, reopened_position=POSITION)],
        followup.FollowUpOpenedV1: [row(FollowUp, "institution", opened_at=HAPPENED_AT)],
        followup.ContactRecordedV1: [row(FollowUp, contacts=ONE_MORE)],
        followup.ServiceDeliveredV1: [row(FollowUp, services=ONE_MORE)],
        followup.OutcomeRecordedV1: [row(FollowUp), _CAME_OF_IT],
        followup.ContactCorrectedV1: [row(FollowUp)],
        followup.ContactEnteredInErrorV1: [row(FollowUp, contacts=ONE_LESS)],
        followup.ServiceCorrectedV1: [row(FollowUp)],
        followup.ServiceEnteredInErrorV1: [row(FollowUp, services=ONE_LESS)],
        followup.OutcomeCorrectedV1: [row(FollowUp), _CAME_OF_IT, _NO_MORE],
        followup.OutcomeEnteredInErrorV1: [row(FollowUp), _NO_MORE],
        followup.FollowUpClosedV1: [
            row(FollowUp, closed_at=HAPPENED_AT, closing_class=named("outcome_class"))
        ],
        followup.FollowUpEnteredInErrorV1: [row(FollowUp, in_error=True)],
        **ROWS_OF_NORMS,
    },
    HISTORY_ONLY,
    CONTRACTS,
)
"""The rows by contract, with status columns filled in."""
