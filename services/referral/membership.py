"""Who takes part in a network or in a commission, since when and until when."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.gathering_refusals import (
    InstitutionNotActive,
    LeavesBeforeItJoined,
    StillAMemberThen,
)
from services.referral.institution import Active, Listed
from shared.kernel.decider import Known
from shared.kernel.fields import Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import InTheFuture, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, replace

MEMBER = "member"
"""The name under which the rules get the entry of an institution that joins."""

MemberCode = Annotated[
    str,
    Described(
        Text("La clave de la institución.", "The institution's code."), pattern=INSTITUTION_CODE
    ),
]
Since = Annotated[
    date,
    Described(Text("El primer día en que la integra.", "The first day on which it is a member.")),
]
Until = Annotated[
    date,
    Described(Text("El último día en que la integra.", "The last day on which it is a member.")),
]


class Membership(Value):
    """An institution takes part from the day ``since`` to the day ``until``, both included.

    until: None: it still does. agreement_id: by which agreement it joined.
    """

    institution: str
    since: date
    until: date | None = None
    agreement_id: UUID | None = None

    def on(self, day: date) -> bool:
        """Whether it takes part on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


Members = tuple[Membership, ...]


def members_on(members: Iterable[Membership], day: date) -> frozenset[str]:
    """Return the institutions that take part on that day."""
    return frozenset(each.institution for each in members if each.on(day))


def open_membership(members: Iterable[Membership], institution: str) -> Membership | None:
    """Return an institution's membership that has no end yet, None if there is none."""
    return next((m for m in members if m.institution == institution and m.until is None), None)


def left(members: Members, institution: str, until: date) -> Members:
    """Return the members after an institution left."""
    going = open_membership(members, institution)
    return tuple(replace(m, until=until) if m is going else m for m in members)


def cannot_join(
    members: Members, institution: str, since: date, today: date, entry: Known
) -> Refusal | None:
    """Refuse who is not listed and active, and a day that is still to come or already covered."""
    listed = entry.state
    if not isinstance(listed, Listed):
        return InstitutionNotRegistered()
    if not isinstance(listed, Active):
        return InstitutionNotActive(status=listed.status)
    if since > today:
        return InTheFuture(field="since", at=since.isoformat())
    own = [m for m in members if m.institution == institution]
    overlaps = any(m.until is None or since <= m.until for m in own)
    return StillAMemberThen(field="since") if overlaps else None


def cannot_leave(membership: Membership, until: date, today: date) -> Refusal | None:
    """Refuse a last day that is still to come, or before the first one."""
    if until > today:
        return InTheFuture(field="until", at=until.isoformat())
    return LeavesBeforeItJoined(field="until") if until < membership.since else None
