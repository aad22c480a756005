"""The rows that the facts of consent lead to."""

from services.reporting.consent_rows import (
    ConsentCut,
    ConsentGiven,
    ConsentStatus,
    ConsentVersion,
)
from services.reporting.declarations import Declarations, named, row
from shared.contracts import consent
from shared.contracts.contract import Contract

_VERSION = row(
    ConsentVersion,
    *("language", "mode", "version", "expires_at"),
    **{name: named(f"terms.{name}") for name in consent.TermsV1.__struct_fields__},
)
_IN_FORCE = row(ConsentStatus, status="in-force")
_WHOLE = row(ConsentCut, partly_withdrawn=False)

CONSENTS: Declarations = {
    consent.ConsentRecordedV1: [
        row(ConsentGiven, "institution", "subdivision", "purpose"),
        *(_VERSION, _IN_FORCE, _WHOLE),
    ],
    consent.ConsentNarrowedV1: [_VERSION, _IN_FORCE],
    consent.ConsentRenewedV1: [_VERSION, _IN_FORCE, _WHOLE],
    consent.ConsentWithdrawnV1: [row(ConsentStatus, status="withdrawn")],
    consent.ConsentPartlyWithdrawnV1: [row(ConsentCut, partly_withdrawn=True)],
    consent.ConsentExpiredV1: [row(ConsentStatus, status="expired")],
    consent.PersonToBeAskedAgainV1: [row(ConsentStatus, status="to-be-asked-again")],
    consent.ConsentEnteredInErrorV1: [row(ConsentStatus, status="entered-in-error")],
}
"""By contract."""

HISTORY_ONLY: frozenset[type[Contract]] = frozenset(
    {consent.ConsentOverrideConfirmedV1, consent.ConsentOverrideNotifiedV1}
)
"""Those that stand in the history alone."""
