"""Followup publishes: which of its facts the other services get, and how."""

from services.followup import clock, custody, followup, holidays
from shared import contracts
from shared.contracts.followup import OutcomeCorrectedV1, OutcomeRecordedV1
from shared.contracts.publishing import same_fields
from shared.kernel.codes import code
from shared.kernel.value import fields_of

FACTS: dict[str, type] = {
    **followup.FACTS,
    **custody.FACTS,
    **clock.FACTS,
    **holidays.FACTS,
}
"""All that followup records, by stored name."""

PRIVATE: frozenset[type] = frozenset(
    {custody.CustodyMoved, clock.FollowUpClockSet, holidays.HolidayHeard}
)
"""Facts that are not published: those of custody and holidays only repeat what referral publishes,
and a clock that is set anew says nothing new of the follow-up.
"""


def _measures(outcome: str) -> str | None:
    """Return what an outcome's amount measures.

    No rule here needs it, and it is not recorded, because it is part of a code's meaning, which
    never changes. Raises UnknownCode for a code that this version does not know: a guess would stay
    on the bus for ever.
    """
    measures = code("outcome_kinds", outcome).extra["measures"]
    return None if measures is None else str(measures)


def _outcome(fact: followup.OutcomeRecorded) -> OutcomeRecordedV1:
    return OutcomeRecordedV1(**fields_of(fact), measures=_measures(fact.outcome))


def _corrected_outcome(fact: followup.OutcomeCorrected) -> OutcomeCorrectedV1:
    return OutcomeCorrectedV1(**fields_of(fact), measures=_measures(fact.outcome))


publish = same_fields(
    FACTS,
    contracts.followup.CONTRACTS,
    private=PRIVATE,
    translated={
        followup.OutcomeRecorded: _outcome,
        followup.OutcomeCorrected: _corrected_outcome,
    },
)
