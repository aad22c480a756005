"""What an institution without an account sees and does by a link: between services and pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.eventstore.writer import Receipt
from shared.identity.access_log import SHOWN, Access
from shared.kernel.purposes import CASE_HANDLING
from shared.kernel.value import Value

ACCEPT, DECLINE, ASK, WAIT = "accept", "decline", "ask", "wait"
"""The names of the answers."""


class Sides(Value):
    """Who asked whom. sender_name: as the directory has it."""

    sender_name: str
    addressee: str


class SeenByLink(Value):
    """The referral that a link is of: who asks whom, for what, and until when.

    subject: how facts name whoever answers by it. sender_name: as the directory has it. awaited:
    the topics about which it was asked and that are not answered. expires_at: until when the link
    works. due_at: by when an answer is due; None: no clock runs for the addressee. answers: the
    names of those that are possible now.
    """

    link_id: UUID
    case_id: UUID
    referral_id: UUID
    subject: str
    sender: str
    sender_name: str
    addressee: str
    addressee_name: str
    programme: str
    subdivision: str
    kind: str
    services: tuple[str, ...]
    priority: str
    status: str
    awaited: tuple[str, ...]
    answered: tuple[str, ...]
    expires_at: datetime
    due_at: datetime | None
    answers: tuple[str, ...]

    def access(self, route: str) -> Access:
        """Return the line of the access log that says that this was shown."""
        by = (self.subject, self.addressee, CASE_HANDLING)
        return Access(route, SHOWN, *by, self.case_id, self.referral_id)


class LinkDesk(Protocol):
    """Opens links and takes what is answered by them. Methods block, and raise Refused.

    Whatever is wrong with a link or a secret, it is LinkNotInForce.
    """

    def open(self, link_id: UUID, code: str) -> tuple[str, datetime]:
        """Exchange a link's secret for that of a session; return until when it serves."""

    def sides(self, link_id: UUID, session: str) -> Sides:
        """Return whose session it is and who asked, also once the link has been answered by."""

    def seen(self, link_id: UUID, session: str) -> SeenByLink:
        """Return what the session of a link sees."""

    def answer(
        self, link_id: UUID, session: str, name: str, fields: Mapping[str, Any], key: str
    ) -> Receipt:
        """Answer once under a key. name: of the answer. fields: what it says beside its name."""
