"""Reads drafts, transfers that are asked for, and who is told of custody."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.referral import announcing, referral_facts, transfer_requests

NOT_TAKEN = ("superseded", "declined", "withdrawn", "rerouted", "expired")
"""How a referral ended that may be made again."""
FACTS = (
    referral_facts.ReferralDrafted,
    referral_facts.DraftDiscarded,
    transfer_requests.TransferRequested,
    transfer_requests.TransferGranted,
    transfer_requests.TransferRefused,
    announcing.CustodyAnnounced,
)


@dataclass
class AskingAuditor:
    """What an auditor of a case knows of what is asked, and not offered yet."""

    drafts: dict[UUID, referral_facts.ReferralDrafted] = field(default_factory=dict)
    asked: dict[UUID, str] = field(default_factory=dict)
    """Who asks for custody, by request."""
    granted: set[UUID] = field(default_factory=set)

    def read(self, fact: Any, by: str, custodian: str) -> None:
        """Take a fact in, recorded for the institution ``by``."""
        match fact:
            case referral_facts.ReferralDrafted():
                assert fact.sender == by == custodian, "drafted by somebody else"
                assert fact.referral_id not in self.drafts, "drafted twice"
                self.drafts[fact.referral_id] = fact
            case referral_facts.DraftDiscarded():
                assert fact.referral_id in self.drafts, "no such draft"
                del self.drafts[fact.referral_id]
            case announcing.CustodyAnnounced():
                assert fact.custodian == custodian, "somebody else answers for the case"
                assert fact.institutions, "nobody was told"
                assert custodian not in fact.institutions, "told what it knows"
            case transfer_requests.TransferRequested():
                assert fact.institution == by != custodian, "asked for another"
                assert fact.institution not in self.asked.values(), "asked twice"
                self.asked[fact.request_id] = fact.institution
            case _:
                assert by == custodian, "answered by somebody else"
                assert self.asked.pop(fact.request_id) == fact.institution, "another asked"
                if isinstance(fact, transfer_requests.TransferGranted):
                    self.granted.add(fact.granted)

    def requested(self, fact: referral_facts.ReferralRequested) -> None:
        """A draft that is sent is one no more; a transfer that was granted is offered."""
        self.drafts.pop(fact.referral_id, None)
        assert (fact.origin == "transfer-request") == (fact.referral_id in self.granted)

    def moved(self, custodian: str) -> None:
        """Whoever has custody asks for it no more."""
        self.asked = {each: one for each, one in self.asked.items() if one != custodian}


def within(before: referral_facts.ReferralRequested, to: str) -> bool:
    """Whether the consent of a referral extends to another institution."""
    recipients = before.consent.recipients if before.consent else (before.addressee,)
    return to in recipients
