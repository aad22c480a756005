"""Intake publishes: which of its facts the other services get, and how."""

from services.intake import case, parties, previews
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {**case.FACTS, **parties.FACTS, **previews.FACTS}
"""All that intake records, by stored name."""

PRIVATE: frozenset[type] = frozenset(parties.FACTS.values())
"""Facts that are not published: they only repeat what referral publishes."""

publish = same_fields(FACTS, contracts.intake.CONTRACTS, private=PRIVATE)
