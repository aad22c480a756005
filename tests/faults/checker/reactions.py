"""What each service must have recorded about the messages it took in, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.follow_ups import SAME
from tests.faults.checker.rows import Broken, Event, Fact
from tests.faults.checker.stations import REFERRAL
from tests.faults.checker.working_days import HEARD, HOLIDAYS

REACTIONS = {
    "intake": (
        *("party-admitted", "party-confirmed", "party-readmitted", "party-dismissed"),
        *("case-previewed", "custodian-changed"),
    ),
    "referral": ("custody-taken", "case-relocated", "custody-ended"),
    "followup": (
        *("follow-up-opened", "follow-up-revoked", "follow-up-entered-in-error"),
        *("custody-moved", HEARD),
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
        due = _DUE[service](evidence.heard(service), evidence)
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


def referrals_go_the_way_of_their_follow_ups(evidence: Evidence) -> Iterator[Broken]:
    """What happens to an accepted referral happened to its follow-up, and once; nothing else does.

    Not so if the referral was revoked, or fell with its case, before that was heard of.
    """
    facts = evidence.services["referral"].facts
    own = {*_WITH_ITS_FOLLOW_UP.values()}
    found = {fact.causation: fact for fact in facts if fact.name in own and fact.role == _SYSTEM}
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
                sentence = "what happened to a follow-up was not acted on"
                yield Broken(event.message.key, sentence, details)
            continue
        last[referral] = fact.position
        if fact.name != wanted or fact.payload["referral_id"] != referral:
            yield Broken(event.message.key, "another reaction than the message asks for", details)
    for cause, fact in found.items():
        details = {"message": cause, "reaction": fact.name}
        yield Broken(fact.correlation, "a referral went on without its follow-up", details)


def referrals_are_delivered_with_their_previews(evidence: Evidence) -> Iterator[Broken]:
    """A referral is delivered once its preview can be read, if nobody has answered it by then."""
    facts = evidence.services["referral"].facts
    delivered = {fact.causation: fact for fact in facts if fact.name == "referral-delivered"}
    answered = {str(fact.payload.get("referral_id")) for fact in facts if fact.name in _AFTER_ALL}
    for event in evidence.heard("referral"):
        if event.name != "case-previewed":
            continue
        cause, referral = str(event.envelope["id"]), str(event.data["referral_id"])
        fact = delivered.pop(cause, None)
        details = {"message": cause, "referral": referral}
        if fact is None and referral not in answered and not event.envelope.get("importmapping"):
            yield Broken(event.message.key, "a referral was not delivered", details)
        if fact is not None and fact.payload["referral_id"] != referral:
            yield Broken(event.message.key, "another referral was delivered", details)
    for cause, fact in delivered.items():
        details = {"message": cause, "referral": fact.payload["referral_id"]}
        yield Broken(fact.correlation, "a referral was delivered that cannot be read", details)


def _of_followup(events: Sequence[Event], _: Evidence) -> dict[tuple[str, str], Due]:
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
        elif event.name in _ENDS and referral in living:
            name = _ENDS[event.name]
            due[cause, name] = Due(name, event.message.key, {"referral_id": referral})
        if _moves_custody(event):
            due[cause, "custody-moved"] = Due("custody-moved", event.message.key, _moved(event))
        if event.name in HOLIDAYS:
            due[cause, HEARD] = Due(HEARD, event.message.key, _heard(event))
    return due


def _of_intake(events: Sequence[Event], _: Evidence) -> dict[tuple[str, str], Due]:
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
        elif (event.name, before) in _AGAIN:
            names = ("party-readmitted",)
        elif event.name in _TO_NOTHING and before in {"preview", "case"}:
            kept = event.name == "referral-entered-in-error" and before == "case"
            names = () if kept else ("party-dismissed",)
            after = "past" if before == "case" else "nothing"
        for name in names:
            sees[referral] = str(after)
            due[cause, name] = Due(name, case, _said(name, data))
        if _moves_custody(event):
            due[cause, "custodian-changed"] = Due("custodian-changed", case, _moved(event))
    return due


def _moves_custody(event: Event) -> bool:
    moves, data = event.name in {"referral-accepted", "custody-assigned"}, event.data
    return moves and data["custodian"] != data["previous_custodian"]


def _moved(event: Event) -> Mapping[str, Any]:
    """What is heard of a fact by which custody moved."""
    version = int(str(event.envelope["id"]).rpartition(":")[2])
    return {"custodian": event.data["custodian"], "custody_version": version}


def _heard(event: Event) -> Mapping[str, Any]:
    """What is heard of a holiday."""
    said = {"place": event.data["place"], "day": event.data["day"]}
    version = int(str(event.envelope["id"]).rpartition(":")[2])
    return {**said, "is_holiday": event.name == "holiday-added", "version": version}


def _said(name: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What intake's fact must repeat of the message that it follows from."""
    return {
        own: data[theirs] for own, theirs in _REPEATED.get(name, (("referral_id", "referral_id"),))
    }


def _of_referral(events: Sequence[Event], evidence: Evidence) -> dict[tuple[str, str], Due]:
    """A registered case is taken up; one that was entered in error leaves custody.

    Unless custody had left, before that was said, whoever said it. Where the case lies follows.
    """
    due: dict[tuple[str, str], Due] = {}
    lies: dict[str, str] = {}
    over: set[str] = set()
    moves = _moves(evidence)
    for event in events:
        data, cause, case = event.data, str(event.envelope["id"]), event.message.key
        if event.name == "case-registered":
            same = {name: data[name] for name in ("case_id", "programme", "subdivision")}
            payload = {**same, "custodian": data["institution"]}
            due[cause, "custody-taken"] = Due("custody-taken", case, payload)
            lies[case] = data["subdivision"]
        elif event.name == "case-entered-in-error":
            if case not in over and not _too_late(data, moves.get(case, ())):
                due[cause, "custody-ended"] = Due("custody-ended", case, {})
                over.add(case)
        elif event.name in _DESCRIBING and case not in over and lies.get(case):
            if lies[case] != data["subdivision"]:
                payload = {"subdivision": data["subdivision"]}
                due[cause, "case-relocated"] = Due("case-relocated", case, payload)
            lies[case] = data["subdivision"]
    return due


_SYSTEM = "system"
_AFTER_ALL = frozenset(
    name
    for name, (before, after) in REFERRAL.items()
    if "requested" in before and after not in {"delivered", SAME}
)
"""What may be said of a referral before it was delivered, and makes that needless."""
_WITH_ITS_FOLLOW_UP = {
    "service-scheduled": "referral-scheduled",
    "service-started": "referral-started",
    "service-completed": "referral-service-delivered",
    "outcome-confirmed": "referral-outcome-confirmed",
    "follow-up-put-on-hold": "referral-put-on-hold",
    "follow-up-resumed": "referral-resumed",
    "follow-up-failed": "referral-failed",
    "follow-up-cancelled": "referral-cancelled-by-person",
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
    "decline-entered-in-error": "preview",
}
_REPEATED = {
    "party-admitted": (("referral_id", "referral_id"), ("institution", "addressee")),
    "case-previewed": (("referral_id", "referral_id"), ("addressee", "addressee")),
    "party-confirmed": (
        *(("referral_id", "referral_id"), ("institution", "addressee")),
        *(("sender", "sender"), ("kind", "kind")),
    ),
}
_AGAIN = {("referral-reopened", "past"), ("decline-entered-in-error", "nothing")}
_TO_NOTHING = (
    *("referral-declined", "referral-withdrawn", "referral-superseded", "referral-revoked"),
    *("referral-closed", "referral-entered-in-error", "referral-failed", "referral-rerouted"),
    *("referral-cancelled-by-person", "referral-expired-unacknowledged"),
    "referral-expired-undecided",
)


def _moves(evidence: Evidence) -> Mapping[str, Sequence[Fact]]:
    """The facts by which custody moved, by case, in their order."""
    found: dict[str, list[Fact]] = {}
    for fact in evidence.services["referral"].facts:
        moves = fact.name in {"referral-accepted", "custody-assigned"}
        if moves and fact.payload["custodian"] != fact.payload["previous_custodian"]:
            found.setdefault(fact.correlation, []).append(fact)
    return found


def _too_late(void: Mapping[str, Any], moves: Sequence[Fact]) -> bool:
    """Whether the custody that a void names had ended before the void was received."""
    named, received = int(void.get("custody_version", 0)), void.get("received_at")
    ended = next((move.payload.get("received_at") for move in moves if move.version > named), None)
    if ended is None or received is None:
        return False
    return datetime.fromisoformat(ended) < datetime.fromisoformat(received)


_DESCRIBING = ("case-corrected", "correction-turned-into-proposal")
_DUE = {"intake": _of_intake, "referral": _of_referral, "followup": _of_followup}
