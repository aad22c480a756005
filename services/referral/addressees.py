"""Who can take a case: an institution that is active, can be reached, and serves its programme."""

from datetime import datetime

from services.referral.institution import Active, Listed
from services.referral.link_refusals import AddresseeHasAccount
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeNotRegistered,
    AddresseeUnreachable,
    ProgrammeNotServed,
)
from shared.kernel.decider import Known
from shared.kernel.refusals import Refusal


def cannot_take(
    entry: Known | None, programme: str, at: datetime, *, by_link: bool = False
) -> Refusal | None:
    """Refuse an institution that cannot take a case of this programme at that moment.

    entry: its entry in the directory. Without programmes of its own it serves any. by_link: it is
    to answer by a link, for which it must have no way to answer of its own.
    """
    listed = entry.state if entry is not None else None
    match listed:
        case Active(programmes=programmes):
            if listed.is_reachable(at) == by_link:
                return AddresseeHasAccount() if by_link else AddresseeUnreachable()
            if programmes and programme not in programmes:
                return ProgrammeNotServed(programme=programme)
            return None
        case Listed():
            return AddresseeNotActive(status=listed.status)
        case _:
            return AddresseeNotRegistered()
