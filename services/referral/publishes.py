"""Referral publishes: which of its facts the other services get, and how."""

from services.referral import (
    agreement,
    agreement_index,
    agreement_policy,
    custody,
    institution,
    names,
)
from services.referral.override import AgreementOverridden
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {
    **institution.FACTS,
    **names.FACTS,
    **agreement.FACTS,
    **agreement_index.FACTS,
    **agreement_policy.FACTS,
    **custody.FACTS,
}
"""All that referral records, by stored name."""

PRIVATE: frozenset[type] = frozenset({*names.FACTS.values(), *agreement_index.FACTS.values()})
"""Facts that are not published: those about names only repeat what the entries say, and those of an
institution's index what the agreements say.
"""

publish = same_fields(
    FACTS,
    contracts.referral.CONTRACTS,
    private=PRIVATE,
    withheld={AgreementOverridden: {"subject"}},  # the envelope has who said so
)
