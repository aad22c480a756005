"""Reads the facts about links, and shares no code with the rules."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.referral import link, referral_facts
from shared.kernel.decider import Command

MOST = timedelta(days=14)


@dataclass
class LinkAuditor:
    """Who may answer by which link: by referral, the one that was given last, and until when."""

    given: dict[UUID, link.LinkIssued] = field(default_factory=dict)
    opened: set[UUID] = field(default_factory=set)
    used: set[UUID] = field(default_factory=set)
    """All links that were opened at any time."""

    def read(
        self,
        fact: Any,
        by: str,
        requests: Mapping[UUID, referral_facts.ReferralRequested],
        ended: Container[UUID],
    ) -> None:
        request = requests[fact.referral_id]
        assert fact.referral_id not in ended, "a link for what has ended"
        if isinstance(fact, link.LinkOpened):
            assert by == request.addressee, "opened by somebody else"
            assert self.given[fact.referral_id].link_id == fact.link_id, "opened another one"
            assert fact.link_id not in self.used, "opened twice"
            self.opened.add(fact.referral_id)
            self.used.add(fact.link_id)
            return
        assert by == request.sender, "given by somebody else"
        if isinstance(fact, link.LinkWithdrawn):
            gone = self.given.pop(fact.referral_id)
            assert gone.link_id == fact.link_id, "withdrew another one"
            self.opened.discard(fact.referral_id)
            return
        assert request.kind != "transfer", "a link for a transfer"
        assert fact.referral_id not in self.given, "two links"
        self.given[fact.referral_id] = fact

    def may(self, command: Command, referral_id: UUID, at: datetime) -> bool:
        """Whether the link by which a command came served then."""
        issued = self.given.get(referral_id)
        if issued is None or referral_id not in self.opened or at >= issued.expires_at:
            return False
        return command.by.subject == f"link-{issued.link_id.hex}"
