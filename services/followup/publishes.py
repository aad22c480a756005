"""Followup publishes: which of its facts the other services get, and how."""

from services.followup import custody, followup
from shared import contracts
from shared.contracts.followup import OutcomeRecordedV1
from shared.contracts.publishing import same_fields
from shared.kernel.codes import code

FACTS: dict[str, type] = {**followup.FACTS, **custody.FACTS}
"""All that followup records, by stored name."""

PRIVATE: frozenset[type] = frozenset({custody.CustodyMoved})
"""Facts that are not published: they only repeat what referral publishes."""


def _outcome(fact: followup.OutcomeRecorded) -> OutcomeRecordedV1:
    """Add what the amount measures.

    No rule here needs it, and it is not recorded, because it is part of a code's meaning, which
    never changes. Raises UnknownCode for a code that this version does not know: a guess would stay
    on the bus for ever.
    """
    measures = code("outcome_kinds", fact.outcome).extra["measures"]
    return OutcomeRecordedV1(
        referral_id=fact.referral_id,
        outcome=fact.outcome,
        outcome_class=fact.outcome_class,
        amount=fact.amount,
        currency=fact.currency,
        on=fact.on,
        measures=None if measures is None else str(measures),
    )


publish = same_fields(
    FACTS,
    contracts.followup.CONTRACTS,
    private=PRIVATE,
    translated={followup.OutcomeRecorded: _outcome},
)
