"""The lives of intake's cases and followup's follow-ups, folded from their raw facts."""

from collections.abc import Iterator, Mapping, Sequence

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

SYSTEM = "system"
_CASE_NEXT: Mapping[str, Sequence[str]] = {
    "": ("case-registered",),
    "case-registered": ("case-corrected", "case-entered-in-error"),
    "case-corrected": ("case-corrected", "case-entered-in-error"),
}
_WORK = ("contact-recorded", "service-delivered", "outcome-recorded")
_OPEN = (*_WORK, "follow-up-closed", "follow-up-entered-in-error")
_FOLLOW_UP_NEXT: Mapping[str, Sequence[str]] = {
    "": ("follow-up-opened",),
    "follow-up-opened": _OPEN,
    "follow-up-reopened": _OPEN,
    **dict.fromkeys(_WORK, _OPEN),
    "follow-up-closed": ("follow-up-reopened", "follow-up-entered-in-error"),
}


def cases_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A case is registered once, and only the institution that did so corrects or voids it."""
    yield from _lives(evidence, "intake", _CASE_NEXT)


def follow_ups_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A follow-up is opened once and worked on, closed and reopened by its institution alone."""
    yield from _lives(evidence, "followup", _FOLLOW_UP_NEXT)


def _lives(
    evidence: Evidence, service: str, following: Mapping[str, Sequence[str]]
) -> Iterator[Broken]:
    known = {name for names in following.values() for name in names}
    last: dict[str, Fact] = {}
    owner: dict[str, str] = {}
    for fact in evidence.services[service].facts:
        if fact.name not in known:
            continue
        before = last.get(fact.stream)
        said = {"fact": fact.id, "name": fact.name, "after": before.name if before else None}
        if fact.name not in following.get(before.name if before else "", ()):
            yield Broken(fact.correlation, "a fact came where it cannot come", said)
        theirs = owner.setdefault(fact.stream, str(fact.said.get("institution")))
        if fact.institution != theirs and fact.role != SYSTEM:
            yield Broken(fact.correlation, "an institution acted on what is another's", said)
        last[fact.stream] = fact
