"""What a case is for referral: who answers for it, and all that was offered and asked of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.referral.decisions import Custodianship
from services.referral.link import NO_LINKS, Links
from services.referral.override import AgreementOverridden
from services.referral.referral import Referral
from services.referral.transfer_requests import TransferRequested
from shared.kernel.value import Value


class NotTakenUp(Value):
    """The case is not known here."""


class Move(Value):
    """A fact by which custody moved: its version, and when its command was received."""

    version: int
    received_at: datetime | None


class InCustody(Value):
    """One institution answers for the case; ``referrals`` are all there ever were, by id.

    version: the stream's. moves: all there ever were, oldest first. overrides: those of agreements
    that were not used yet, by id. links: by which referrals are answered, by the referral's.
    requests: those for a transfer that are open, by id.
    """

    case_id: UUID
    held: Custodianship
    referrals: Mapping[UUID, Referral]
    version: int = 1
    moves: tuple[Move, ...] = ()
    overrides: Mapping[UUID, AgreementOverridden] = {}
    links: Links = NO_LINKS
    requests: Mapping[UUID, TransferRequested] = {}


class ClosedCase(InCustody, kw_only=True):
    """The custodian closed it with ``outcome``; it answers for the case all the same."""

    outcome: str
    outcome_class: str


class CaseInError(Value):
    """The case should never have been registered; ``last`` is its state before."""

    last: InCustody


Custody = NotTakenUp | InCustody | ClosedCase | CaseInError
