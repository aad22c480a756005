"""The lives of intake's cases and followup's follow-ups, folded from their raw facts."""

from collections.abc import Iterator, Mapping, Sequence

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
Life = Mapping[str, tuple[Sequence[str], str]]
"""By a fact's name: the statuses in which it may come, "" before the first, and that after it."""
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
FOLLOW_UP: Life = {
    "follow-up-opened": (("",), "open"),
    "contact-recorded": (("open",), "open"),
    "service-delivered": (("open",), "open"),
    "outcome-recorded": (("open",), "open"),
    **dict.fromkeys(MENDING, (("open", "on-hold", "closed"), SAME)),
    "follow-up-closed": (("open",), "closed"),
    "follow-up-reopened": (("closed",), "open"),
    "follow-up-put-on-hold": (("open",), "on-hold"),
    "follow-up-resumed": (("on-hold",), "open"),
    "follow-up-revoked": (("open", "on-hold", "closed"), "revoked"),
    "follow-up-entered-in-error": (("open", "on-hold", "closed"), "entered-in-error"),
}


def cases_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A case is registered once, and changes no more once it is in error, unless that is undone."""
    yield from _lives(evidence, "intake", _CASE, owned=False)


def follow_ups_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A follow-up is opened once and worked on, closed and reopened by its institution alone."""
    yield from _lives(evidence, "followup", FOLLOW_UP, owned=True)


def _lives(evidence: Evidence, service: str, life: Life, *, owned: bool) -> Iterator[Broken]:
    last: dict[str, Fact] = {}
    stands: dict[str, str] = {}
    owner: dict[str, str] = {}
    for fact in evidence.services[service].facts:
        if fact.name not in life:
            continue
        before = last.get(fact.stream)
        details = {"fact": fact.id, "name": fact.name, "after": before.name if before else None}
        was, (may_come, becomes) = stands.get(fact.stream, ""), life[fact.name]
        if was not in may_come:
            yield Broken(fact.correlation, "a fact came where it cannot come", details)
        theirs = owner.setdefault(fact.stream, str(fact.payload.get("institution")))
        if owned and fact.institution != theirs and fact.role != SYSTEM:
            yield Broken(fact.correlation, "an institution acted on what is another's", details)
        last[fact.stream] = fact
        stands[fact.stream] = was if becomes is SAME else becomes
