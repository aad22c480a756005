"""Followup publishes: what others may know of what it recorded."""

from services.followup import followup
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = followup.FACTS
"""All that followup records, by stored name."""

PRIVATE: frozenset[type] = frozenset()
"""Facts that are not published: none, because a case's history shows all of them."""

publish = same_fields(FACTS, contracts.followup.CONTRACTS, private=PRIVATE)
