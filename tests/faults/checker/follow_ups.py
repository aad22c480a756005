"""The lives of intake's cases and followup's follow-ups, folded from their raw facts."""

from collections.abc import Iterator, Mapping, Sequence

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

SYSTEM = "system"
Life = Mapping[str, tuple[Sequence[str], str]]
"""By a fact's name: the statuses in which it may come, "" before the first, and that after it."""
_CASE: Life = {
    "case-registered": (("",), "registered"),
    "case-corrected": (("registered",), "registered"),
    "case-entered-in-error": (("registered",), "entered-in-error"),
}
FOLLOW_UP: Life = {
    "follow-up-opened": (("",), "open"),
    "contact-recorded": (("open",), "open"),
    "service-delivered": (("open",), "open"),
    "outcome-recorded": (("open",), "open"),
    "follow-up-closed": (("open",), "closed"),
    "follow-up-reopened": (("closed",), "open"),
    "follow-up-put-on-hold": (("open",), "on-hold"),
    "follow-up-resumed": (("on-hold",), "open"),
    "follow-up-revoked": (("open", "on-hold", "closed"), "revoked"),
    "follow-up-entered-in-error": (("open", "on-hold", "closed"), "entered-in-error"),
}


def cases_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A case is registered once, and only the institution that did so corrects or voids it."""
    yield from _lives(evidence, "intake", _CASE)


def follow_ups_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A follow-up is opened once and worked on, closed and reopened by its institution alone."""
    yield from _lives(evidence, "followup", FOLLOW_UP)


def _lives(evidence: Evidence, service: str, life: Life) -> Iterator[Broken]:
    last: dict[str, Fact] = {}
    owner: dict[str, str] = {}
    for fact in evidence.services[service].facts:
        if fact.name not in life:
            continue
        before = last.get(fact.stream)
        details = {"fact": fact.id, "name": fact.name, "after": before.name if before else None}
        if (life[before.name][1] if before else "") not in life[fact.name][0]:
            yield Broken(fact.correlation, "a fact came where it cannot come", details)
        theirs = owner.setdefault(fact.stream, str(fact.payload.get("institution")))
        if fact.institution != theirs and fact.role != SYSTEM:
            yield Broken(fact.correlation, "an institution acted on what is another's", details)
        last[fact.stream] = fact
