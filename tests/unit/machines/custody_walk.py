"""A walk over custody with the commands alone by which it moves, ends or is offered.

A mistake in those is met sooner there than among all that may be said of a referral.
"""

from typing import ClassVar

from services.referral import (
    assigning,
    closing,
    custody,
    custody_facts,
    decisions,
    ending,
    mending,
    overriding,
)
from shared.kernel.decider import Command
from tests.unit.machines.clock_walks import ClockMoves
from tests.unit.machines.referral_answering import AnsweringMoves
from tests.unit.machines.referral_asking import AskingMoves
from tests.unit.machines.referral_following import FollowingMoves
from tests.unit.machines.referral_links import LinkMoves
from tests.unit.machines.referral_walk import ReferralWalk

_OF_CUSTODY = (assigning, closing, custody, custody_facts, decisions, ending, mending, overriding)
_HOMES = frozenset(module.__name__ for module in _OF_CUSTODY)


class CustodyWalk(ReferralWalk):
    """Exactly one institution answers for a case, whatever else is said of its referrals."""

    without = (AnsweringMoves, AskingMoves, ClockMoves, FollowingMoves, LinkMoves)
    commands: ClassVar[tuple[type[Command], ...]] = tuple(
        each for each in ReferralWalk.commands if each.__module__ in _HOMES
    )
