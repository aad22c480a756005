"""What may happen to a referral besides: it is drafted, waits for room, is offered again, is rated.

A pure function of the seed, as ``plans``; how far it gets is up to the answers, as there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

PATHS = MappingProxyType(
    {
        "send-draft": "sending",
        "discard-draft": "discarding",
        "waitlist": "waitlisting",
        "reroute": "rerouting",
        "cancel-for-person": "person-cancellation",
        "confirm-decline": "decline/confirmation",
        "send-back": "decline/return",
        "rate": "ratings",
        "close-loop": "loop-closure",
        "issue-link": "link",
        "withdraw-link": "link/withdrawal",
    }
)
"""The last part of the address to which each command about a referral goes."""
ABOUT_DECLINES = ("confirm-decline", "send-back", "")
BY_LINK: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "acceptance": {},
        "decline": {"reason": "no-capacity"},
        "information-request": {"topics": ["payslips"]},
        "waitlisting": {"reason": "no-capacity"},
        "withdrawn": {},
    }
)
"""What is answered by a link, with what body; the last one serves nobody any more."""


@dataclass(frozen=True)
class Later:
    """One referral's. drafted: how its draft ends, "" for no draft. alternatives: of its consent.

    decline: what the coordinator says of a decline. asks: what is answered to the addressee of an
    accepted share that asks for custody; "" if it does not. by_link: what somebody without an
    account answers to a share beside, "" if there is none. rerouted: instead of a decline.
    """

    drafted: str = ""
    alternatives: tuple[str, ...] = ()
    waits: bool = False
    decline: str = ""
    reoffered: bool = False
    rates: bool = False
    asks: str = ""
    by_link: str = ""
    rerouted: bool = False


NOTHING = Later()


def later(chance: Random, others: tuple[str, ...]) -> Later:
    """Draw what happens. others: to whom the consent may extend."""
    return Later(
        drafted=chance.choices(("", "send-draft", "discard-draft"), (80, 15, 5))[0],
        alternatives=tuple(chance.sample(others, 2)) if chance.random() < 0.4 else (),
        waits=chance.random() < 0.15,
        decline=chance.choices(ABOUT_DECLINES, (70, 25, 5))[0],
        reoffered=chance.random() < 0.6,
        rates=chance.random() < 0.3,
        asks=chance.choices(("", "grant", "refusal"), (75, 15, 10))[0],
        by_link=chance.choice(tuple(BY_LINK)) if chance.random() < 0.2 else "",
        rerouted=chance.random() < 0.3,
    )
