"""Intake publishes: which of its facts the other services get, and how."""

from services.intake import case, parties
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {**case.FACTS, **parties.FACTS}
"""All that intake records, by stored name."""

PRIVATE: frozenset[type] = frozenset(
    {parties.PartyAdmitted, parties.PartyDismissed, case.FolioAssigned}
)
"""Facts that are not published: they only repeat what others say, referral or the registration."""

publish = same_fields(FACTS, contracts.intake.CONTRACTS, private=PRIVATE)
