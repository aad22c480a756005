"""Two links in memory: what the pages show by one, and when they show nothing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.eventstore.writer import Receipt
from shared.identity.by_link import ACCEPT, ASK, DECLINE, WAIT, SeenByLink, Sides
from shared.kernel.clock import now
from shared.kernel.links import LinkNotInForce
from shared.kernel.refusals import Refusal, Refused
from tests.unit.console.sample_history import CASE, OFFICE, SHELTER

LINK, CODE, SESSION = UUID(int=77), "k7c" * 17 + "9", "s3s" * 17 + "1"
_FACTS = {
    ACCEPT: "referral-accepted",
    DECLINE: "referral-declined",
    ASK: "information-requested",
    WAIT: "referral-waitlisted",
}


class SampleLinks:
    """Opens one link once; ``answers`` are those that came, ``refusal`` the next one's."""

    def __init__(self) -> None:
        self.opened = False
        self.answers: list[tuple[str, Mapping[str, Any], str]] = []
        self.refusal: Refusal | None = None
        self.ended = False
        self.seen_now: dict[str, Any] = {}

    def open(self, link_id: UUID, code: str) -> tuple[str, datetime]:
        if (link_id, code.rpartition("#")[2]) != (LINK, CODE) or self.opened:
            raise Refused(LinkNotInForce())
        self.opened = True
        return SESSION, now() + timedelta(days=3)

    def sides(self, link_id: UUID, session: str) -> Sides:
        if (link_id, session) != (LINK, SESSION):
            raise Refused(LinkNotInForce())
        return Sides("Oficina Laboral de Chihuahua", SHELTER)

    def seen(self, link_id: UUID, session: str) -> SeenByLink:
        self.sides(link_id, session)
        if self.ended:
            raise Refused(LinkNotInForce())
        return SeenByLink(
            **{
                "link_id": link_id,
                "case_id": CASE,
                "referral_id": UUID(int=78),
                "subject": f"link-{LINK.hex}",
                "sender": OFFICE,
                "sender_name": "Oficina Laboral de Chihuahua",
                "addressee": SHELTER,
                "addressee_name": "Albergue «Ñandú»",
                "programme": "mx-labour-protection",
                "subdivision": "MX-CHH",
                "kind": "share",
                "services": ("legal-advice", "shelter"),
                "priority": "urgent",
                "status": "acknowledged",
                "awaited": (),
                "answered": (),
                "expires_at": now() + timedelta(days=3),
                "due_at": now() + timedelta(days=2),
                "answers": (ACCEPT, DECLINE, ASK, WAIT),
                **self.seen_now,
            }
        )

    def answer(
        self, link_id: UUID, session: str, name: str, fields: Mapping[str, Any], key: str
    ) -> Receipt:
        self.sides(link_id, session)
        if self.refusal is not None:
            raise Refused(self.refusal)
        self.answers.append((name, fields, key))
        self.ended = name in {ACCEPT, DECLINE}
        return Receipt(CASE, 5, (f"referral:{CASE}:5",), (_FACTS[name],))
