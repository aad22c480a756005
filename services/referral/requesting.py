"""What lets a referral be requested, however it came about: the guards, and the fact of it."""

from collections.abc import Callable
from typing import Any

from services.referral.consent import CONSENT
from services.referral.decisions import (
    CaseContext,
    ReferCase,
    goes_to_a_registered_one,
    goes_to_another,
    goes_to_one_that_can_take_it,
    is_of_an_open_case,
    names_a_service,
)
from services.referral.leaning import request
from services.referral.other_referrals import (
    no_other_is_open,
    replaces_what_fell,
    the_case_has_room,
)
from services.referral.referral import NotRequested
from services.referral.referral_facts import ReferralRequested
from services.referral.referral_fields import ASKED_FOR
from services.referral.requesting_refusals import OriginNotSaid
from shared.kernel.consents import ConsentGiven
from shared.kernel.refusals import Refusal

NOT_REQUESTED = NotRequested()
Guard = Callable[[Any, Any, Any], Refusal | None]


def says_no_origin_of_its_own(
    command: ReferCase, _: NotRequested, __: CaseContext
) -> OriginNotSaid | None:
    """Refuse to say of a referral that a transfer was asked for: that is granted."""
    return OriginNotSaid("origin") if command.origin == ASKED_FOR else None


WORDED: tuple[Guard, ...] = (
    is_of_an_open_case,
    the_case_has_room,
    names_a_service,
    goes_to_another,
    goes_to_a_registered_one,
    says_no_origin_of_its_own,
)
"""What holds of a draft too."""
OFFERED: tuple[Guard, ...] = (
    *(each for each in WORDED if each is not says_no_origin_of_its_own),
    *(goes_to_one_that_can_take_it, no_other_is_open),
)
"""What holds of whatever is offered."""
GUARDS: tuple[Guard, ...] = (
    *WORDED,
    goes_to_one_that_can_take_it,
    replaces_what_fell,
    no_other_is_open,
)
"""What holds of a referral that is made, and not made again within its consent."""


def requested(
    command: ReferCase, _: NotRequested, known: CaseContext
) -> tuple[ReferralRequested] | Refusal:
    """Ask the addressee, on the consent that the sender records. An import tells of none."""
    if command.imported is not None:
        return request(command, known, None)
    consent = CONSENT.given(command, known)
    return consent if isinstance(consent, Refusal) else request(command, known, consent)


def asked(
    command: ReferCase, known: CaseContext, guards: tuple[Guard, ...] = GUARDS
) -> tuple[ReferralRequested] | Refusal:
    """Ask the addressee if none of the guards objects, on the consent that is recorded now."""
    return refused(command, known, guards) or requested(command, NOT_REQUESTED, known)


def asked_within(
    consent: ConsentGiven, command: ReferCase, known: CaseContext
) -> tuple[ReferralRequested] | Refusal:
    """Offer the case within a consent that was given before."""
    return refused(command, known, OFFERED) or request(command, known, consent)


def refused(command: ReferCase, known: CaseContext, guards: tuple[Guard, ...]) -> Refusal | None:
    """Return the first objection, if there is one."""
    objections = (guard(command, NOT_REQUESTED, known) for guard in guards)
    return next((each for each in objections if each is not None), None)
