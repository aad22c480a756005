"""Intake publishes: which of its facts the other services get, and how."""

from typing import Any

from services.intake import case, changes, parties, previews
from services.intake.consent import facts, override_facts
from shared import contracts
from shared.contracts import consent
from shared.contracts.publishing import same_fields
from shared.kernel.consenting.terms import ConsentTerms
from shared.kernel.value import fields_of

FACTS: dict[str, type] = {
    **case.FACTS,
    **parties.FACTS,
    **previews.FACTS,
    **facts.FACTS,
    **override_facts.FACTS,
}
"""All that intake records, by stored name."""

PRIVATE: frozenset[type] = frozenset(
    {
        *(changes.CustodianChanged, case.FolioAssigned, *parties.FACTS.values()),
        *(override_facts.ConsentOverrideRequested, override_facts.ConsentOverrideRejected),
    }
)
"""Facts that are not published: those that only repeat what others say, referral or the
registration, and of an override what nothing follows from.
"""

WITHHELD: dict[type, set[str]] = {
    changes.CorrectionProposed: {"parties_version"},
    changes.VoidRequested: {"parties_version"},
    facts.ConsentWithdrawn: {"reason", "case_version", "parties_version"},
    facts.ConsentPartlyWithdrawn: {"reason", "case_version", "parties_version"},
    facts.ConsentEnteredInError: {"case_version"},
}
"""What published facts keep to themselves: versions of intake's own log, and why a person took
something back, which is between the person and whoever heard it.
"""


def _recorded(fact: facts.ConsentRecorded) -> consent.ConsentRecordedV1:
    return consent.ConsentRecordedV1(
        case_id=fact.case_id,
        subdivision=fact.subdivision,
        purpose=fact.purpose,
        **_version(fact),
    )


def _narrowed(fact: facts.ConsentNarrowed) -> consent.ConsentNarrowedV1:
    return consent.ConsentNarrowedV1(**_version(fact))


def _renewed(fact: facts.ConsentRenewed) -> consent.ConsentRenewedV1:
    return consent.ConsentRenewedV1(**_version(fact))


def _version(fact: facts.ConsentRecorded | facts.NewVersion) -> dict[str, Any]:
    """Return what a version says, without whose it is: no id of the vault, no assessment."""
    manner = fact.manner
    return {
        "consent_id": fact.consent_id,
        "version": fact.version,
        "institution": fact.institution,
        "terms": _terms(fact.terms),
        "language": manner.language,
        "mode": manner.mode,
        "evidence": manner.evidence.digest if manner.evidence else None,
        "of_age_from": manner.guardianship.of_age_from if manner.guardianship else None,
        "expires_at": fact.expires_at,
        "ask_again_at": fact.ask_again_at,
    }


def _terms(terms: ConsentTerms) -> consent.TermsV1:
    return consent.TermsV1(**fields_of(terms))


def _confirmed(
    fact: override_facts.ConsentOverrideConfirmed,
) -> consent.ConsentOverrideConfirmedV1:
    """Publish what was asked and confirmed, but for who the two persons are."""
    return consent.ConsentOverrideConfirmedV1(
        override_id=fact.override_id,
        institution=fact.institution,
        recipient=fact.disclosure.recipient,
        purpose=fact.disclosure.purpose,
        services=fact.disclosure.services,
        categories=fact.disclosure.categories,
        ground=fact.ground,
        basis=fact.basis,
        notify=fact.notify,
        until=fact.until,
        notify_by=fact.notify_by,
    )


publish = same_fields(
    FACTS,
    contracts.intake.CONTRACTS,
    private=PRIVATE,
    withheld=WITHHELD,
    translated={
        facts.ConsentRecorded: _recorded,
        facts.ConsentNarrowed: _narrowed,
        facts.ConsentRenewed: _renewed,
        override_facts.ConsentOverrideConfirmed: _confirmed,
    },
)
