"""Why each fact is there: what it follows from exists, and is about the same case."""

from collections.abc import Iterator

from tests.faults.checker.consent_words import is_of_consent
from tests.faults.checker.contracts import key_of
from tests.faults.checker.evidence import READS, Evidence
from tests.faults.checker.follow_ups import FOLLOW_UP, REMARKS
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import REFERRAL
from tests.faults.checker.working_days import HEARD, HOLIDAYS

SYSTEM = "system"
_MESSAGES = ("message-parked", "message-replayed", "message-discarded")
_PARTIES = (
    *("party-admitted", "party-confirmed", "party-readmitted", "party-dismissed"),
    *("case-previewed", "custody-moved", "folio-assigned", "link-filed"),
)
"""These stand in streams of their own, which do not tell what they are about."""


def every_cause_exists(evidence: Evidence) -> Iterator[Broken]:
    """A fact follows from a command that is kept, or from a published fact of a service it reads.

    A message that was resolved follows from an operator's command, which nobody keeps.
    """
    for fact in evidence.facts.values():
        kind, _, rest = fact.causation.partition(":")
        if kind == "command":
            kept = rest in evidence.services[fact.service].commands
            well = fact.name in _MESSAGES or (kept and fact.role != SYSTEM)
        elif kind == "message":
            well = fact.name == "message-parked" and _is_parked(evidence, fact, rest)
        else:
            well = _follows_from_a_fact(evidence, fact)
        if not well:
            details = {"fact": fact.id, "name": fact.name, "causation": fact.causation}
            yield Broken(fact.correlation, "a fact follows from nothing that exists", details)


def facts_name_their_case(evidence: Evidence) -> Iterator[Broken]:
    """A fact's correlation is its case: its stream's, its cause's and its submission's."""
    opened = {
        fact.stream: fact.payload["case_id"]
        for fact in evidence.services["followup"].facts
        if fact.name == "follow-up-opened"
    }
    for fact in evidence.facts.values():
        cause = evidence.facts.get(fact.causation)
        if cause is not None and cause.name in {*HOLIDAYS, HEARD}:
            cause = None  # it is about a place, and what follows about every case there
        expected = _case(fact, opened) or (cause.correlation if cause else fact.correlation)
        if expected != fact.correlation or (cause and cause.correlation != fact.correlation):
            details = {"fact": fact.id, "name": fact.name, "expected": expected}
            yield Broken(fact.correlation, "a fact is filed under another case", details)
    for submission in evidence.ledger.submissions:
        facts = submission.receipt["facts"] if submission.receipt and submission.case_id else ()
        for identity in facts:
            known = evidence.facts.get(identity)
            if known is not None and known.correlation != submission.case_id:
                yield Broken(
                    submission.case_id, "an answer's fact is about another case", {"fact": identity}
                )


def _is_parked(evidence: Evidence, fact: Fact, message: str) -> bool:
    parked = evidence.services[fact.service].parked
    return any(
        message in {f"{row.source}/{row.partition}/{at}" for at in (row.position, f"@{row.offset}")}
        for row in parked
        if row.id == fact.stream
    )


_TIMED = {
    "commitment-became-overdue": ("commitment-made", "commitment-put-off", "commitment-reopened"),
    "agreement-expiry-announced": (
        *("agreement-drafted", "agreement-revised", "agreement-signed", "agreement-renewed"),
    ),
    "service-reminded": (
        *("service-listed", "service-assured", "service-resumed", "service-reminded"),
    ),
    "institution-reminded": (
        *("institution-registered", "institution-validated", "institution-reactivated"),
        "institution-reminded",
    ),
    **dict.fromkeys(
        (
            *("referral-reminded", "referral-escalated", "clock-started", "clock-moved"),
            *("referral-expired-unacknowledged", "referral-expired-undecided"),
            *("draft-discarded", "referral-declined", "referral-requested"),
        ),
        (*REFERRAL, *HOLIDAYS),
    ),
    **dict.fromkeys(
        ("consent-expired", "person-to-be-asked-again"),
        ("consent-recorded", "consent-narrowed", "consent-renewed"),
    ),
    **dict.fromkeys(REMARKS, (*FOLLOW_UP, *REMARKS, HEARD)),
}
"""What a service does by itself, and the facts of its own that set the moment."""


def _follows_from_a_fact(evidence: Evidence, fact: Fact) -> bool:
    cause = evidence.facts.get(fact.causation)
    if cause is not None and cause.service == fact.service:
        return fact.role == SYSTEM and cause.name in _TIMED.get(fact.name, ())
    return (
        cause is not None
        and cause.service in READS[fact.service]
        and evidence.contracts.publishes(cause.service, cause.name)
        and fact.role == SYSTEM
    )


def _case(fact: Fact, opened: dict[str, str]) -> str | None:
    """The case as the stream tells it; None where it does not."""
    about = key_of(fact.name)
    if about == "calendar":
        return str(fact.payload["place"])
    if about != "case":
        return str(fact.payload.get(f"{about}_id") or fact.payload[about])
    if fact.name in {*_MESSAGES, *_PARTIES}:
        return None
    if is_of_consent(fact.name):
        return None if fact.payload.get("case_id") is None else str(fact.payload["case_id"])
    return opened.get(fact.stream) if fact.service == "followup" else fact.stream
