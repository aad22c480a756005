"""Referral publishes: which of its facts the other services get, and how."""

from services.referral import custody, document, institution, names
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {**institution.FACTS, **names.FACTS, **custody.FACTS, **document.FACTS}
"""All that referral records, by stored name."""

PRIVATE: frozenset[type] = frozenset(names.FACTS.values())
"""Facts that are not published: those about names only repeat what the entries say."""

publish = same_fields(FACTS, contracts.referral.CONTRACTS, private=PRIVATE)
