"""What each service must have recorded about the messages it took in, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Event, Fact

REACTIONS = {
    "intake": (
        *("party-admitted", "party-confirmed", "party-readmitted", "party-dismissed"),
        "case-previewed",
    ),
    "referral": ("custody-taken", "custody-ended"),
    "followup": (
        *("follow-up-opened", "follow-up-revoked", "follow-up-entered-in-error"),
        "custody-moved",
    ),
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


def referrals_end_with_their_follow_ups(evidence: Evidence) -> Iterator[Broken]:
    """A follow-up that is closed or reopened closes or reopens its referral, once.

    Not so if the referral was revoked, or fell with its case, before that was heard of.
    """
    facts = evidence.services["referral"].facts
    found = {fact.causation: fact for fact in facts if fact.name in _WITH_ITS_FOLLOW_UP.values()}
    over = {
        str(fact.payload["referral_id"]): fact.position
        for fact in facts
        if fact.name in {"referral-revoked", "referral-entered-in-error"}
    }
    due = [each for each in evidence.heard("referral") if each.name in _WITH_ITS_FOLLOW_UP]
    last: dict[str, int] = {}
    for event in reversed(due):
        cause, referral = str(event.envelope["id"]), str(event.data["referral_id"])
        fact, wanted = found.pop(cause, None), _WITH_ITS_FOLLOW_UP[event.name]
        details = {"message": cause, "reaction": wanted}
        if fact is None:
            if referral not in over or referral in last:
                yield Broken(event.message.key, "a follow-up's end was not acted on", details)
            continue
        last[referral] = fact.position
        if fact.name != wanted or fact.payload["referral_id"] != referral:
            yield Broken(event.message.key, "another reaction than the message asks for", details)
    for cause, fact in found.items():
        details = {"message": cause, "reaction": fact.name}
        yield Broken(fact.correlation, "a referral ended without its follow-up", details)


def _of_followup(events: Sequence[Event]) -> dict[tuple[str, str], Due]:
    """An accepted referral opens a follow-up; one revoked, or fallen with its case, ends it."""
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
            if data["kind"] == "transfer":
                moved = {"referral_id": referral, "custodian": data["custodian"]}
                due[cause, "custody-moved"] = Due("custody-moved", case, moved)
        elif event.name in _ENDS and referral in living:
            name = _ENDS[event.name]
            due[cause, name] = Due(name, event.message.key, {"referral_id": referral})
    return due


def _of_intake(events: Sequence[Event]) -> dict[tuple[str, str], Due]:
    """An addressee sees a preview from the request on, and the case from its acceptance on.

    It sees no more once the referral ends, and the case again if that goes on. An error in the case
    takes away a preview only.
    """
    due: dict[tuple[str, str], Due] = {}
    sees: dict[str, str] = {}
    for event in events:
        data, cause, case = event.data, str(event.envelope["id"]), event.message.key
        referral = str(data.get("referral_id"))
        before, after = sees.get(referral), _AFTER.get(event.name)
        names: tuple[str, ...] = ()
        if event.name == "referral-requested" and before is None:
            names = ("party-admitted", "case-previewed")
        elif event.name == "referral-accepted" and before not in {"case", "past"}:
            names = ("party-confirmed",)
        elif event.name == "referral-reopened" and before == "past":
            names = ("party-readmitted",)
        elif event.name in _TO_NOTHING and before in {"preview", "case"}:
            kept = event.name == "referral-entered-in-error" and before == "case"
            names = () if kept else ("party-dismissed",)
            after = "past" if before == "case" else "nothing"
        for name in names:
            sees[referral] = str(after)
            due[cause, name] = Due(name, case, _said(name, data))
    return due


def _said(name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What intake's fact must repeat of the message that it follows from."""
    return {
        own: data[theirs] for own, theirs in _REPEATED.get(name, (("referral_id", "referral_id"),))
    }


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


_WITH_ITS_FOLLOW_UP = {
    "follow-up-closed": "referral-closed",
    "follow-up-reopened": "referral-reopened",
}
_ENDS = {
    "referral-revoked": "follow-up-revoked",
    "referral-entered-in-error": "follow-up-entered-in-error",
}
_AFTER = {
    "referral-requested": "preview",
    "referral-accepted": "case",
    "referral-reopened": "case",
}
_REPEATED = {
    "party-admitted": (("referral_id", "referral_id"), ("institution", "addressee")),
    "case-previewed": (("referral_id", "referral_id"), ("addressee", "addressee")),
    "party-confirmed": (
        *(("referral_id", "referral_id"), ("institution", "addressee")),
        *(("sender", "sender"), ("kind", "kind")),
    ),
}
_TO_NOTHING = (
    *("referral-declined", "referral-withdrawn", "referral-superseded", "referral-revoked"),
    *("referral-closed", "referral-entered-in-error"),
)
_DUE = {"intake": _of_intake, "referral": _of_referral, "followup": _of_followup}
