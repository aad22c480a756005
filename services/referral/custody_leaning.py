"""The streams that what is asked of a case leans on, besides its own."""

from services.referral import directory, programme_rules
from services.referral.answering import RerouteReferral
from services.referral.assigning import AssignCustody
from services.referral.clock_firing import RunClock, leans_of_clock
from services.referral.decisions import Custodianship, DeclineReferral, ReferCase
from services.referral.declining import ConfirmDecline
from services.referral.drafting import SendReferral
from services.referral.overriding import OverrideAgreement
from services.referral.referral import Referral, known_to
from services.referral.reoffering import ReofferReferral
from services.referral.transfer_requests import GrantTransfer
from shared.kernel.decider import Actor, Command, Leans
from shared.kernel.roles import SYSTEM

ADDRESSED, PREVIOUS, RULES = "addressee", "previous", "rules"
"""The names under which the rules get the entries of addressee and custodian in the directory, and
the rules of the case's programme.
"""


def leans_for(command: Command, held: Custodianship | None) -> Leans:
    """Return the other streams that a command leans on: entries, agreements, programme's rules.

    held: who answers for the case; None if nobody does. Where a clock may start, what was said of
    holidays is leaned on too.
    """
    return {**_leans(command, held), **(leans_of_clock(command) if held else {})}


def has_part(by: Actor, held: Custodianship, referral: Referral | None) -> bool:
    """Whether somebody may have to do with a case, or with one of its referrals.

    Whoever has not must not tell by time that there is one: what they ask leans on as much as
    where there is none.
    """
    if by.role == SYSTEM or by.institution == held.custodian:
        return True
    return referral is not None and by.institution in known_to(referral)


def _leans(command: Command, held: Custodianship | None) -> Leans:
    match command:
        case OverrideAgreement(addressee=to) | RerouteReferral(to=to):
            return _entry(ADDRESSED, to)
        case AssignCustody(to=to, previous=previous):
            return {**_entry(ADDRESSED, to), **_entry(PREVIOUS, previous)}
        case (
            DeclineReferral()
            | RunClock()
            | ConfirmDecline()
            | ReferCase(imported=None)
            | SendReferral()
            | ReofferReferral()
            | GrantTransfer()
        ) if held:
            return {RULES: (programme_rules.DECIDER, programme_rules.stream_of(held.programme))}
        case _:
            return {}


def _entry(name: str, code: str) -> Leans:
    return {name: (directory.DECIDER, directory.stream_of(code))}
