"""How each status of a referral is drawn: a line for each, and none is missing at import.

A look is recognised by its shape and its dashes, and not by its colour alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from shared.kernel.statuses import REFERRAL_STATUSES, statuses


class UndrawnStatus(ValueError):
    """A status has no look, or a look belongs to no status. Raised at import; names it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of an arrow's head. path: SVG's, for an arrow that points down and ends at 0 0."""

    path: str
    style: Literal["", "hollow", "stroke"] = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a status is drawn. tone: its colour. dashes: of the arrow's line, as SVG writes them."""

    tone: Literal["good", "bad", "wait", "off"]
    head: tuple[Shape, ...]
    dashes: str = "none"


_RING = Shape("M-6 -7a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", "hollow")
_WAITING = Look("wait", (Shape("M-5 -10h10L0 -1z", "hollow"),), "6 4")


def looks_of(list_name: str, looks: Mapping[str, Look]) -> Mapping[str, Look]:
    """Return the looks in their list's order. Raises UndrawnStatus unless each status has one."""
    listed = statuses(list_name)
    for code in sorted(listed.keys() ^ looks.keys()):
        wrong = "is not drawn" if code in listed else "is drawn and is not in the list"
        raise UndrawnStatus(f"{code!r} of {list_name} {wrong}: see services/console/looks.py")
    return MappingProxyType({code: looks[code] for code in listed})


LOOKS = looks_of(
    REFERRAL_STATUSES,
    {
        "draft": Look("off", (Shape("M-5 -10h10M-3 -6h6", "stroke"),), "1 3"),
        "requested": _WAITING,
        "delivered": _WAITING,
        "acknowledged": _WAITING,
        "information-awaited": _WAITING,
        "waitlisted": Look("wait", (_RING, Shape("M0 -10.4v3.4l2.6 1.6", "stroke")), "6 4"),
        "decline-proposed": Look("bad", (_RING,), "6 4"),
        "accepted": Look("good", (Shape("M-5 -9h10L0 0z"),)),
        "scheduled": Look(
            "good", (Shape("M-5 -9h10L0 0z", "hollow"), Shape("M-6 -12h12", "stroke")), "8 3"
        ),
        "in-progress": Look(
            "good", (Shape("M-5 -9h10L0 0z"), Shape("M-5 -12l5 3l5 -3", "stroke")), "16 3"
        ),
        "on-hold": Look("wait", (_RING, Shape("M-2 -9.6v5.2m4 -5.2v5.2", "stroke")), "12 3"),
        "service-delivered": Look("good", (_RING, Shape("M0 -9.5v5", "stroke"))),
        "outcome-confirmed": Look("good", (_RING, Shape("M-2.8 -7l2 2.4l3.8 -4.6", "stroke"))),
        "closed": Look("good", (Shape("M-5 -11h10L0 -2z"), Shape("M-6 0h12", "stroke"))),
        "declined": Look(
            "bad", (_RING, Shape("M-2.6 -9.6l5.2 5.2m0 -5.2l-5.2 5.2", "stroke")), "9 4"
        ),
        "rerouted": Look("bad", (Shape("M-5 -4h8M-1 -8l4 4l-4 4", "stroke"),), "9 2 2 2"),
        "cancelled-by-person": Look("off", (_RING, Shape("M-4.2 -11.2l8.4 8.4", "stroke")), "4 4"),
        "expired-unacknowledged": Look(
            "bad", (Shape("M-5 -12h10L-5 -2h10L-5 -12", "hollow"),), "3 3 9 3"
        ),
        "expired-undecided": Look("bad", (Shape("M-5 -12h10L-5 -2h10L-5 -12"),), "3 3 9 3"),
        "withdrawn": Look("off", (Shape("M-6 -4h12M-6 -8h12", "stroke"),), "2 4"),
        "discarded": Look("off", (_RING, Shape("M-4 -3l8 -8", "stroke")), "1 3"),
        "failed": Look("bad", (Shape("M-5 -10l10 7m0 -7l-10 7", "stroke"),), "4 2 1 2"),
        "superseded": Look("off", (Shape("M-5 -12l5 5l5 -5M-5 -7l5 5l5 -5", "stroke"),), "6 2 1 2"),
        "revoked": Look("bad", (_RING, Shape("M-4 -7h8", "stroke")), "14 3 2 3"),
        "entered-in-error": Look("off", (Shape("M-4 -11l8 8m0 -8l-8 8", "stroke"),), "1 5"),
    },
)
"""The look of each status, by its code."""
