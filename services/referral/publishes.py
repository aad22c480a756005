"""Referral publishes: which of its facts the other services get, and how."""

from typing import Any

from services.referral import (
    activity,
    agreement,
    agreement_index,
    agreement_policy,
    commission,
    commitment,
    custody_facts,
    document,
    institution,
    link,
    names,
    network,
    programme_rules,
    proposal,
    public_holidays,
    recall_facts,
    region,
    register_entry,
    reminders,
    service,
)
from services.referral.override import AgreementOverridden
from shared import contracts
from shared.contracts import norms
from shared.contracts.publishing import same_fields
from shared.kernel.value import fields_of

FACTS: dict[str, type] = {
    **institution.FACTS,
    **names.FACTS,
    **network.FACTS,
    **region.FACTS,
    **commission.FACTS,
    **custody_facts.FACTS,
    **link.FACTS,
    **proposal.FACTS,
    **commitment.FACTS,
    **activity.FACTS,
    **reminders.FACTS,
    **register_entry.FACTS,
    **service.FACTS,
    **agreement.FACTS,
    **agreement_index.FACTS,
    **agreement_policy.FACTS,
    **programme_rules.FACTS,
    **document.FACTS,
    **public_holidays.FACTS,
    **recall_facts.FACTS,
}
"""All that referral records, by stored name."""

PRIVATE: frozenset[type] = frozenset(
    {*names.FACTS.values(), *agreement_index.FACTS.values(), *link.FACTS.values()}
)
"""Facts that are not published: those about names only repeat what the entries say, those of an
institution's index what the agreements say, and where a link is filed, what its issue says.
"""


def _registered(fact: register_entry.EntryRegistered) -> norms.EntryRegisteredV1:
    return norms.EntryRegisteredV1(**_described(fact))


def _corrected(fact: register_entry.EntryCorrected) -> norms.EntryCorrectedV1:
    return norms.EntryCorrectedV1(**_described(fact))


def _described(
    fact: register_entry.EntryRegistered | register_entry.EntryCorrected,
) -> dict[str, Any]:
    """Return an entry's fields with its elements, of which there are several, as parts."""
    return {
        **fields_of(fact),
        "provenance": norms.ProvenanceV1(**fields_of(fact.provenance)),
        "elements": tuple(norms.ElementV1(**fields_of(each)) for each in fact.elements),
    }


publish = same_fields(
    FACTS,
    contracts.referral.CONTRACTS,
    private=PRIVATE,
    withheld={
        AgreementOverridden: {"subject"},  # the envelope has who said so
        link.LinkIssued: {"digest"},
        link.LinkOpened: {"session"},
    },
    translated={
        register_entry.EntryRegistered: _registered,
        register_entry.EntryCorrected: _corrected,
    },
)
