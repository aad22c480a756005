"""Referral publishes: which of its facts the other services get, and how."""

from services.referral import custody, directory
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {**directory.FACTS, **custody.FACTS}
"""All that referral records, by stored name."""

PRIVATE: frozenset[type] = frozenset()
"""Facts that are not published: none, because a case's history shows all of them."""

publish = same_fields(FACTS, contracts.referral.CONTRACTS, private=PRIVATE)
