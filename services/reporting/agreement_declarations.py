"""The rows that the facts of agreements lead to."""

from uuid import UUID

from services.reporting.agreement_rows import (
    Agreement,
    AgreementBegun,
    AgreementEnd,
    AgreementNotice,
    AgreementPolicy,
    AgreementRenewal,
    AgreementSignature,
    AgreementSuspension,
)
from services.reporting.declarations import Declarations, named, row
from shared.contracts import agreements
from shared.kernel.documents import DocumentRef


def _document(of: DocumentRef | None) -> UUID | None:
    return None if of is None else of.document_id


_TERMS = (
    *("kind", "title", "parties", "programme", "services", "data_categories"),
    *("valid_from", "valid_until"),
)
_WORDS = named("texts", _document)

AGREEMENTS: Declarations = {
    agreements.AgreementDraftedV1: [row(Agreement, *_TERMS, document_id=_WORDS, terms=1)],
    agreements.AgreementRevisedV1: [row(Agreement, *_TERMS, "terms", document_id=_WORDS)],
    agreements.AgreementSignedV1: [
        row(
            AgreementSignature,
            *("signed_on", "signatory_role"),
            document_id=named("document", _document),
        ),
        row(AgreementBegun, "begins"),
    ],
    agreements.AgreementRenewedV1: [
        row(AgreementRenewal, renewed=True, renewed_until=named("valid_until"))
    ],
    agreements.AgreementSuspendedV1: [row(AgreementSuspension, suspended_on=named("on"))],
    agreements.AgreementResumedV1: [row(AgreementSuspension, suspended_on=None)],
    agreements.AgreementTerminatedV1: [row(AgreementEnd, terminated_on=named("on"))],
    agreements.AgreementExpiryAnnouncedV1: [
        row(AgreementNotice, announced_days=named("days"), announced_until=named("valid_until"))
    ],
    agreements.AgreementsRequiredV1: [row(AgreementPolicy, required=True)],
    agreements.AgreementsWaivedV1: [row(AgreementPolicy, required=False)],
}
"""By contract."""
