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
        "requested": _WAITING,
        "acknowledged": _WAITING,
        "information-awaited": _WAITING,
        "accepted": Look("good", (Shape("M-5 -9h10L0 0z"),)),
        "on-hold": Look("wait", (_RING, Shape("M-2 -9.6v5.2m4 -5.2v5.2", "stroke")), "12 3"),
        "closed": Look("good", (Shape("M-5 -11h10L0 -2z"), Shape("M-6 0h12", "stroke"))),
        "declined": Look(
            "bad", (_RING, Shape("M-2.6 -9.6l5.2 5.2m0 -5.2l-5.2 5.2", "stroke")), "9 4"
        ),
        "withdrawn": Look("off", (Shape("M-6 -4h12M-6 -8h12", "stroke"),), "2 4"),
        "superseded": Look("off", (Shape("M-5 -12l5 5l5 -5M-5 -7l5 5l5 -5", "stroke"),), "6 2 1 2"),
        "revoked": Look("bad", (_RING, Shape("M-4 -7h8", "stroke")), "14 3 2 3"),
        "entered-in-error": Look("off", (Shape("M-4 -11l8 8m0 -8l-8 8", "stroke"),), "1 5"),
    },
)
"""The look of each status, by its code."""
