"""The lives of intake's cases and followup's follow-ups, folded from their raw facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

SYSTEM = "system"
SAME = "as before"
"""The status after a fact that changes none."""
MENDING = (
    *("contact-corrected", "contact-entered-in-error"),
    *("service-corrected", "service-entered-in-error"),
    *("outcome-corrected", "outcome-entered-in-error"),
)
"""The facts that mend a mistake in a follow-up."""
REMARKS = ("follow-up-reminded", "follow-up-escalated", "follow-up-clock-set")
"""What a follow-up's clock says, in a stream beside it."""
Life = Mapping[str, tuple[Sequence[str], str]]
"""By a fact's name: the statuses in which it may come, "" before the first, and that after it."""


@dataclass
class Standing:
    """How each of those that have this life stands, as far as their facts were read."""

    life: Life
    at: dict[str, str] = field(default_factory=dict)

    def of(self, one: str) -> str:
        """Its status; "" before the first fact."""
        return self.at.get(one, "")

    def read(self, one: str, name: str) -> str:
        """Go on by one fact, by its name; returns the status after it."""
        becomes = self.life[name][1]
        self.at[one] = self.of(one) if becomes is SAME else becomes
        return self.at[one]


_OPEN, _EITHER = ("registered",), ("registered", "entered-in-error")
_CASE: Life = {
    "case-registered": (("",), "registered"),
    "case-corrected": (_OPEN, "registered"),
    "case-entered-in-error": (_OPEN, "entered-in-error"),
    "correction-proposed": (_OPEN, "registered"),
    "void-requested": (_OPEN, "registered"),
    "proposal-adopted": (_OPEN, "registered"),
    "proposal-rejected": (_OPEN, "registered"),
    "void-turned-into-request": (("entered-in-error",), "registered"),
    "correction-turned-into-proposal": (_EITHER, SAME),
    "proposal-reopened": (_EITHER, SAME),
    "custodian-changed": (_EITHER, SAME),
}
"""Whose say each is, ``authority`` has."""
_BY_ANOTHER_RULE = frozenset({"delivery-confirmed", "outcome-confirmed"})
"""Whose these are, ``deliveries`` checks."""
_UNSERVED = ("open", "scheduled", "in-progress")
_WORKING = (*_UNSERVED, "service-delivered", "outcome-confirmed")
GOING = (*_WORKING, "on-hold")
_OVER = ("closed", "failed", "cancelled-by-person")
FOLLOW_UP: Life = {
    "follow-up-opened": (("",), "open"),
    **dict.fromkeys(
        ("contact-recorded", "service-delivered", "outcome-recorded"), (_WORKING, SAME)
    ),
    **dict.fromkeys(MENDING, ((*GOING, *_OVER), SAME)),
    "service-scheduled": (("open", "scheduled"), "scheduled"),
    "service-started": (("open", "scheduled"), "in-progress"),
    "service-completed": (_UNSERVED, "service-delivered"),
    "delivery-confirmed": (("service-delivered",), "service-delivered"),
    "outcome-confirmed": (("service-delivered",), "outcome-confirmed"),
    "enrolment-stated": (_WORKING, SAME),
    "follow-up-failed": (GOING, "failed"),
    "follow-up-cancelled": (GOING, "cancelled-by-person"),
    "follow-up-closed": (_WORKING, "closed"),
    "follow-up-reopened": (("closed", "failed"), "open"),
    "follow-up-put-on-hold": (_UNSERVED, "on-hold"),
    "follow-up-resumed": (("on-hold",), "open"),
    "follow-up-reminded": (GOING, SAME),
    "follow-up-escalated": (GOING, SAME),
    "follow-up-revoked": ((*GOING, *_OVER), "revoked"),
    "follow-up-entered-in-error": ((*GOING, *_OVER), "entered-in-error"),
}


def cases_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A case is registered once, and changes no more once it is in error, unless that is undone."""
    yield from _lives(evidence, "intake", _CASE, owned=False)


def follow_ups_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A follow-up is opened once and worked on, closed and reopened by its institution alone."""
    yield from _lives(evidence, "followup", FOLLOW_UP, owned=True)


def _lives(evidence: Evidence, service: str, life: Life, *, owned: bool) -> Iterator[Broken]:
    last: dict[str, Fact] = {}
    followed = Standing(life)
    owner: dict[str, str] = {}
    for fact in evidence.services[service].facts:
        if fact.name not in life or fact.name in REMARKS:
            continue
        before = last.get(fact.stream)
        details = {"fact": fact.id, "name": fact.name, "after": before.name if before else None}
        if followed.of(fact.stream) not in life[fact.name][0]:
            yield Broken(fact.correlation, "a fact came where it cannot come", details)
        theirs = owner.setdefault(fact.stream, str(fact.payload.get("institution")))
        others = fact.role == SYSTEM or fact.name in _BY_ANOTHER_RULE
        if owned and fact.institution != theirs and not others:
            yield Broken(fact.correlation, "an institution acted on what is another's", details)
        last[fact.stream] = fact
        followed.read(fact.stream, fact.name)
