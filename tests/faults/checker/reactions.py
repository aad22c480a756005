"""What each service must have recorded about the messages it took in, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Event, Fact

REACTIONS = {
    "intake": ("party-admitted", "party-dismissed"),
    "referral": ("custody-taken", "custody-ended"),
    "followup": ("follow-up-opened", "follow-up-entered-in-error"),
}
"""The facts that only a message leads to. Referrals that fall with a case are custody's rule."""


@dataclass(frozen=True, slots=True)
class Due:
    """A fact that a message leads to: its name, and what it says."""

    name: str
    case_id: str
    payload: Mapping[str, Any]


def every_message_was_acted_on_once(evidence: Evidence) -> Iterator[Broken]:
    """Followup, custody and parties are what folding the topics gives: no reaction more or less."""
    for service, names in REACTIONS.items():
        due = _DUE[service](evidence.heard(service))
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in evidence.services[service].facts:
            if fact.name in names:
                found.setdefault((fact.causation, fact.name), []).append(fact)
        for key, wanted in due.items():
            facts = found.pop(key, [])
            details = {"service": service, "message": key[0], "reaction": wanted.name}
            if len(facts) != 1:
                what = "a message was acted on twice" if facts else "a message was not acted on"
                yield Broken(wanted.case_id, what, details)
            elif any(facts[0].payload.get(name) != value for name, value in wanted.payload.items()):
                yield Broken(
                    wanted.case_id, "a reaction says something else than its message", details
                )
        for (cause, name), facts in found.items():
            details = {"service": service, "message": cause, "reaction": name}
            yield Broken(
                facts[0].correlation, "a service acted on what it did not take in", details
            )


def _of_followup(events: Sequence[Event]) -> dict[tuple[str, str], Due]:
    """An accepted referral opens a follow-up; one that fell with its case ends it."""
    due: dict[tuple[str, str], Due] = {}
    living: set[str] = set()
    for event in events:
        data, cause = event.data, str(event.envelope["id"])
        referral = str(data.get("referral_id"))
        if event.name == "referral-accepted" and referral not in living:
            living.add(referral)
            same = {name: data[name] for name in ("sender", "kind", "programme", "subdivision")}
            case = event.message.key
            opened = {
                **same,
                "referral_id": referral,
                "case_id": case,
                "institution": data["addressee"],
            }
            due[cause, "follow-up-opened"] = Due("follow-up-opened", case, opened)
        elif event.name == "referral-entered-in-error" and referral in living:
            name = "follow-up-entered-in-error"
            due[cause, name] = Due(name, event.message.key, {"referral_id": referral})
    return due


def _of_intake(events: Sequence[Event]) -> dict[tuple[str, str], Due]:
    """An addressee is a party from the request on, until the referral comes to nothing."""
    due: dict[tuple[str, str], Due] = {}
    parties: set[str] = set()
    for event in events:
        data, cause, case = event.data, str(event.envelope["id"]), event.message.key
        referral = str(data.get("referral_id"))
        if event.name in {"referral-requested", "decline-entered-in-error"}:
            parties.add(referral)
            payload = {"referral_id": referral, "institution": data["addressee"]}
            due[cause, "party-admitted"] = Due("party-admitted", case, payload)
        elif event.name in _TO_NOTHING and referral in parties:
            parties.remove(referral)
            due[cause, "party-dismissed"] = Due("party-dismissed", case, {"referral_id": referral})
    return due


def _of_referral(events: Sequence[Event]) -> dict[tuple[str, str], Due]:
    """A registered case is taken up; one that was entered in error leaves custody."""
    due: dict[tuple[str, str], Due] = {}
    for event in events:
        data, cause, case = event.data, str(event.envelope["id"]), event.message.key
        if event.name == "case-registered":
            same = {name: data[name] for name in ("case_id", "programme", "subdivision")}
            payload = {**same, "custodian": data["institution"]}
            due[cause, "custody-taken"] = Due("custody-taken", case, payload)
        elif event.name == "case-entered-in-error":
            due[cause, "custody-ended"] = Due("custody-ended", case, {})
    return due


_TO_NOTHING = ("referral-declined", "referral-withdrawn", "referral-entered-in-error")
_DUE = {"intake": _of_intake, "referral": _of_referral, "followup": _of_followup}
