"""Intake publishes: which of its facts the other services get, and how."""

from services.intake import case, changes, parties, previews
from shared import contracts
from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {**case.FACTS, **parties.FACTS, **previews.FACTS}
"""All that intake records, by stored name."""

PRIVATE: frozenset[type] = frozenset(
    {changes.CustodianChanged, case.FolioAssigned, *parties.FACTS.values()}
)
"""Facts that are not published: they only repeat what others say, referral or the registration."""

WITHHELD: dict[type, set[str]] = {
    changes.CorrectionProposed: {"parties_version"},
    changes.VoidRequested: {"parties_version"},
}
"""What published facts keep to themselves: versions of intake's own log."""

publish = same_fields(FACTS, contracts.intake.CONTRACTS, private=PRIVATE, withheld=WITHHELD)
