"""Whether mistakes are mended: what is replaced was there, is replaced once, and counts no more."""

from collections.abc import Iterator

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.follow_ups import MENDING
from tests.faults.checker.rows import Broken, Fact

RECORDED = {
    "contact-recorded": "contact",
    "service-delivered": "service",
    "outcome-recorded": "outcome",
}
"""What is recorded in a follow-up, by the fact that says so."""


def what_is_replaced_was_there_and_counts_once(evidence: Evidence) -> Iterator[Broken]:
    """A fact that mends a mistake names one of its own follow-up, of its kind, that counts."""
    counts: dict[tuple[str, int], str] = {}
    for fact in evidence.services["followup"].facts:
        if fact.name in RECORDED:
            counts[fact.stream, fact.version] = RECORDED[fact.name]
        elif fact.name in MENDING:
            kind = fact.name.partition("-")[0]
            replaced = (fact.stream, int(fact.payload["replaces"]))
            if counts.pop(replaced, None) != kind:
                yield _at(fact, "a fact replaces what was not there, or counts no more")
            if fact.name.endswith("-corrected"):
                counts[fact.stream, fact.version] = kind


def _at(fact: Fact, sentence: str) -> Broken:
    details = {"fact": fact.id, "name": fact.name, "replaces": fact.payload["replaces"]}
    return Broken(fact.correlation, sentence, details)
