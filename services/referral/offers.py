"""What an offer leans on: the entries of those asked, the sender's agreements, the policy."""

from collections.abc import Mapping
from uuid import UUID

from services.referral import directory
from services.referral.clock_firing import RunClock
from services.referral.custody_leaning import ADDRESSED
from services.referral.decisions import Custodianship, DeclineReferral, ReferCase
from services.referral.declining import ConfirmDecline
from services.referral.drafting import DraftReferral, SendReferral
from services.referral.leaning import leans_of
from services.referral.referral import Draft, Referral
from services.referral.reoffering import ReofferReferral, candidates, entries_of
from services.referral.transfer_requests import GrantTransfer, Requests
from shared.kernel.decider import Command, Leans


def leans_on(
    command: Command,
    held: Custodianship,
    referrals: Mapping[UUID, Referral],
    requests: Requests,
) -> Leans:
    """Return the streams that a command leans on which offers the case, or may lead to an offer."""
    match command:
        case ReferCase() | DraftReferral() | SendReferral() | GrantTransfer():
            return _made(command, held, referrals, requests)
        case ReofferReferral(replaces=replaced, to=to):
            return _offered(candidates(replaced, to, referrals), held)
        case (
            DeclineReferral(referral_id=left, imported=None)
            | ConfirmDecline(referral_id=left)
            | RunClock(referral_id=left)
        ):
            return _offered(candidates(left, None, referrals), held)
        case _:
            return {}


def _made(
    command: ReferCase | DraftReferral | SendReferral | GrantTransfer,
    held: Custodianship,
    referrals: Mapping[UUID, Referral],
    requests: Requests,
) -> Leans:
    match command:
        case ReferCase(imported=None):
            return _asked(command.to, command.alternatives, held)
        case ReferCase() | DraftReferral():
            return _addressed(command.to)
        case SendReferral():
            draft = referrals.get(command.referral_id)
            if not isinstance(draft, Draft):
                return {}
            return _asked(draft.drafted.addressee, draft.drafted.alternatives, held)
        case _:
            request = requests.get(command.request_id)
            return {} if request is None else _asked(request.institution, (), held)


def _addressed(institution: str) -> Leans:
    return {ADDRESSED: (directory.DECIDER, directory.stream_of(institution))}


def _asked(to: str, alternatives: tuple[str, ...], held: Custodianship) -> Leans:
    """Return what a referral leans on made now, its alternatives too."""
    return {**_addressed(to), **entries_of(alternatives), **leans_of(held.custodian, held)}


def _offered(institutions: tuple[str, ...], held: Custodianship) -> Leans:
    """Return what an offer leans on that may go to one of several; nothing if there is none."""
    if not institutions:
        return {}
    return {**entries_of(institutions), **leans_of(held.custodian, held)}
