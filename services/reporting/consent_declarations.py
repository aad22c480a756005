"""The rows that the facts of consent lead to."""

from shared.contracts import consent
from shared.contracts.contract import Contract

HISTORY_ONLY: frozenset[type[Contract]] = frozenset(
    {
        consent.ConsentRecordedV1,
        consent.ConsentNarrowedV1,
        consent.ConsentRenewedV1,
        consent.ConsentWithdrawnV1,
        consent.ConsentPartlyWithdrawnV1,
        consent.ConsentExpiredV1,
        consent.PersonToBeAskedAgainV1,
        consent.ConsentEnteredInErrorV1,
        consent.ConsentOverrideConfirmedV1,
        consent.ConsentOverrideNotifiedV1,
    }
)
"""Those that stand in the history alone."""
