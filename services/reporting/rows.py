"""The rows that each published fact leads to, contract by contract.

A contract with a status leads to the row that keeps that status; everything else is declared here.
The declarations are checked when they are imported: a contract without rows that is not listed as
history only, or a field, column or status that does not exist, keeps the program from starting
(RowError).
"""

from collections.abc import Mapping

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
from services.reporting.consent_declarations import CONSENTS
from services.reporting.consent_declarations import HISTORY_ONLY as CONSENT_OVERRIDES
from services.reporting.declarations import (
    HAPPENED_AT,
    HAPPENED_LOCAL,
    ONE_LESS,
    ONE_MORE,
    POSITION,
    RECORDED_AT,
    VERSION,
    Declarations,
    checked,
    local,
    named,
    row,
)
from services.reporting.institution_declarations import INSTITUTIONS
from services.reporting.norm_rows import ROWS_OF_NORMS
from services.reporting.service_declarations import SERVICES
from services.reporting.undertaking_declarations import UNDERTAKINGS
from services.reporting.waiting_declarations import with_clocks
from services.reporting.waiting_rows import CustodyNotice
from shared.contracts import (
    CONTRACTS,
    afterwards,
    agreements,
    asking,
    clocks,
    documents,
    following,
    followup,
    intake,
    links,
    programmes,
    recalls,
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

_OVER: Mapping[str, object] = {"closed_recorded": RECORDED_AT, "closed_position": POSITION}
"""How the sight that an acceptance gave ends with the follow-up, until that is reopened."""

HISTORY_ONLY: frozenset[type[Contract]] = frozenset(
    {
        intake.CorrectionProposedV1,
        intake.VoidRequestedV1,
        intake.ProposalAdoptedV1,
        intake.ProposalRejectedV1,
        intake.ProposalReopenedV1,
        referral.CaseRelocatedV1,
        asking.TransferRequestedV1,
        asking.TransferGrantedV1,
        asking.TransferRefusedV1,
        afterwards.CounterpartRatedV1,
        afterwards.LoopClosedV1,
        programmes.CoordinatorAppointedV1,
        programmes.CoordinatorRelievedV1,
        programmes.DeclineConfirmationRequiredV1,
        programmes.DeclineConfirmationWaivedV1,
        programmes.RecordedConsentRequiredV1,
        programmes.RecordedConsentWaivedV1,
        recalls.RecallOpenedV1,
        recalls.HolderObligedV1,
        recalls.HolderAddedV1,
        recalls.HolderRemindedV1,
        recalls.HolderEscalatedV1,
        recalls.HolderSilentV1,
        recalls.ErasureAttestedV1,
        agreements.AgreementOverriddenV1,
        *CONSENT_OVERRIDES,
        clocks.HolidayAddedV1,
        clocks.HolidayRemovedV1,
        documents.DocumentAddedV1,
        documents.DocumentErasedV1,
        links.LinkIssuedV1,
        links.LinkWithdrawnV1,
        links.LinkOpenedV1,
    }
)
"""The contracts that lead to no row except the one in the history."""

_DECLARED: Declarations = {
    **INSTITUTIONS,
    **UNDERTAKINGS,
    **SERVICES,
    **AGREEMENTS,
    **CONSENTS,
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
    asking.ReferralDraftedV1: [
        row(Referral, "sender", "addressee", "kind", "priority", "replaces")
    ],
    asking.DraftDiscardedV1: [row(Referral, "reason")],
    asking.CustodyAnnouncedV1: [
        row(
            CustodyNotice,
            *("custodian", "institutions"),
            version=VERSION,
            announced_at=HAPPENED_AT,
        )
    ],
    referral.ReferralRequestedV1: [
        row(
            Referral,
            *("sender", "addressee", "kind", "priority", "replaces"),
            requested_at=HAPPENED_AT,
        )
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
    referral.ReferralDeclinedV1: [row(Referral, "reason", "reason_class", decided_at=HAPPENED_AT)],
    referral.ReferralWaitlistedV1: [row(Referral, "reason")],
    referral.DeclineProposedV1: [row(Referral, "reason", "reason_class")],
    referral.ReferralReroutedV1: [row(Referral, "reason", decided_at=HAPPENED_AT)],
    referral.DeclineCorrectedV1: [row(Referral, "reason", "reason_class")],
    referral.ReferralWithdrawnV1: [row(Referral, "reason", decided_at=HAPPENED_AT)],
    referral.ReferralSupersededV1: [row(Referral, decided_at=HAPPENED_AT)],
    referral.ReferralRevokedV1: [row(Referral, "reason", revoked_recorded=RECORDED_AT)],
    referral.ReferralClosedV1: [row(Referral, **_OVER)],
    referral.ReferralReopenedV1: [row(Referral, reopened_position=POSITION)],
    following.ReferralFailedV1: [row(Referral, "reason", **_OVER)],
    referral.ReferralCancelledByPersonV1: [row(Referral, "reason", **_OVER)],
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
    followup.ServiceScheduledV1: [row(FollowUp, "scheduled_for")],
    followup.ServiceCompletedV1: [
        row(FollowUp, "delivered", "undelivered", completed_at=HAPPENED_AT)
    ],
    followup.DeliveryConfirmedV1: [row(FollowUp)],
    followup.OutcomeConfirmedV1: [row(FollowUp, confirmed_at=HAPPENED_AT)],
    followup.EnrolmentStatedV1: [row(FollowUp, "enrolment")],
    followup.FollowUpClosedV1: [
        row(FollowUp, closed_at=HAPPENED_AT, closing_class=named("outcome_class"))
    ],
    followup.FollowUpEnteredInErrorV1: [row(FollowUp, in_error=True)],
    **ROWS_OF_NORMS,
}
ROWS = checked(with_clocks(_DECLARED, CONTRACTS), HISTORY_ONLY, CONTRACTS)
"""The rows by contract, with status columns filled in."""
