"""A referral's life: after which statuses each of its facts may come, and the status after it.

Told again from the domain page, and not from the program.
"""

from collections.abc import Iterable, Mapping

from tests.faults.checker.follow_ups import SAME, Life, Standing
from tests.faults.checker.rows import Fact

_UNREAD = ("requested", "delivered")
_READ = ("acknowledged", "information-awaited", "waitlisted")
UNDECIDED = (*_UNREAD, *_READ)
OPEN = (*UNDECIDED, "decline-proposed")
"""Where an answer is still to come."""
GOES_ON = (
    *("accepted", "scheduled", "in-progress", "on-hold"),
    *("service-delivered", "outcome-confirmed"),
)
"""Where its addressee follows up."""
_UNSERVED = ("accepted", "scheduled", "in-progress")
_ENDED_AFTER_ALL = ("closed", "failed")
CAN_FALL = (*OPEN, *GOES_ON, "closed", "failed")
"""What falls with its case."""
_EVER = (
    *(
        *OPEN,
        *GOES_ON,
        *_ENDED_AFTER_ALL,
        "cancelled-by-person",
        "declined",
        "rerouted",
        "withdrawn",
        "superseded",
    ),
    *("expired-unacknowledged", "expired-undecided", "revoked", "entered-in-error", "draft"),
)
_REQUESTED = tuple(each for each in _EVER if each != "draft")
REFERRAL: Life = {
    "referral-drafted": (("",), "draft"),
    "draft-discarded": (("draft",), "discarded"),
    "referral-requested": (("", "draft"), "requested"),
    "referral-delivered": (("requested",), "delivered"),
    "referral-acknowledged": (_UNREAD, "acknowledged"),
    "information-requested": (("acknowledged", "waitlisted"), "information-awaited"),
    "information-answered": (("information-awaited",), "acknowledged"),
    "information-partly-answered": (("information-awaited",), "information-awaited"),
    "answer-entered-in-error": (_READ, "information-awaited"),
    "referral-waitlisted": (_READ, "waitlisted"),
    "referral-accepted": (_READ, "accepted"),
    "decline-proposed": (_READ, "decline-proposed"),
    "decline-sent-back": (("decline-proposed",), "acknowledged"),
    "referral-declined": ((*_READ, "decline-proposed"), "declined"),
    "decline-corrected": (("declined",), "declined"),
    "decline-entered-in-error": (("declined",), "acknowledged"),
    "referral-rerouted": (_READ, "rerouted"),
    "referral-withdrawn": (OPEN, "withdrawn"),
    "referral-superseded": (OPEN, "superseded"),
    "referral-expired-unacknowledged": (_UNREAD, "expired-unacknowledged"),
    "referral-expired-undecided": (_READ, "expired-undecided"),
    "referral-cancelled-by-person": ((*OPEN, *GOES_ON), "cancelled-by-person"),
    "referral-scheduled": (("accepted", "scheduled"), "scheduled"),
    "referral-started": (("accepted", "scheduled"), "in-progress"),
    "referral-put-on-hold": (_UNSERVED, "on-hold"),
    "referral-resumed": (("on-hold",), "accepted"),
    "referral-service-delivered": (_UNSERVED, "service-delivered"),
    "referral-outcome-confirmed": (("service-delivered",), "outcome-confirmed"),
    "referral-failed": (GOES_ON, "failed"),
    "referral-closed": (GOES_ON, "closed"),
    "referral-reopened": (_ENDED_AFTER_ALL, "accepted"),
    "referral-revoked": ((*GOES_ON, *_ENDED_AFTER_ALL), "revoked"),
    "referral-entered-in-error": (CAN_FALL, "entered-in-error"),
    **dict.fromkeys(("clock-started", "clock-moved"), ((*OPEN, "draft"), SAME)),
    **dict.fromkeys(("referral-reminded", "referral-escalated"), ((*OPEN, "draft"), SAME)),
    **dict.fromkeys(("counterpart-rated", "loop-closed"), (_REQUESTED, SAME)),
    **dict.fromkeys(("link-issued", "link-withdrawn", "link-opened"), (_EVER, SAME)),
}
"""By a fact's name: the statuses in which it may come, "" before the first, and that after it."""


class Stations(Standing):
    """How each referral stands, as far as the facts about it were read."""

    def __init__(self) -> None:
        super().__init__(REFERRAL)

    def take(self, fact: Fact) -> str:
        """Go on by a fact about a referral; returns that one's status after it."""
        return self.read(str(fact.payload["referral_id"]), fact.name)


def requests_in(facts: Iterable[Fact]) -> Mapping[str, Fact]:
    """The requests, by referral."""
    return {
        str(fact.payload["referral_id"]): fact
        for fact in facts
        if fact.name == "referral-requested"
    }
