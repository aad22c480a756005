"""Who answers for a case and who decides on a referral, folded from referral's raw facts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import CAN_FALL, OPEN, REFERRAL, Stations

SYSTEM = "system"
_ANSWERS = ("information-answered", "information-partly-answered")
_BY_THE_SYSTEM = frozenset(
    {
        *("referral-entered-in-error", "referral-closed", "referral-reopened"),
        *("referral-delivered", "referral-scheduled", "referral-started", "referral-put-on-hold"),
        *("referral-resumed", "referral-service-delivered", "referral-outcome-confirmed"),
        *("referral-failed", "referral-reminded", "referral-escalated", "clock-started"),
        *("clock-moved", "referral-expired-unacknowledged", "referral-expired-undecided"),
    }
)
_BY_ANOTHER_RULE = frozenset(
    {
        *("referral-superseded", "referral-revoked", "decline-sent-back"),
        *("referral-cancelled-by-person", "counterpart-rated", "draft-discarded"),
    }
)
"""Whose these are, ``endings``, ``declines`` and ``askings`` check."""
_BY_ADDRESSEE = frozenset(
    {
        *("referral-acknowledged", "information-requested", "referral-accepted"),
        *("referral-declined", "decline-corrected", "decline-entered-in-error"),
        *("referral-waitlisted", "referral-rerouted", "decline-proposed", "link-opened"),
    }
)
_OPENS = frozenset({"referral-requested", "decline-entered-in-error"})
_MOVES = ("custody-taken", "custody-assigned", "custody-ended")
_OF_THE_CASE = frozenset({*_MOVES, "case-closed", "case-reopened"})
ENTRY = frozenset(
    {
        *("institution-registered", "institution-corrected", "institution-suspended"),
        *("institution-closed", "institution-reactivated"),
        *("institution-made-reachable", "institution-made-unreachable"),
    }
)
"""The facts of an institution's entry in the directory."""
_LEANS: Mapping[str, Sequence[tuple[str, str]]] = {
    "referral-requested": (("addressee", "addressee_version"),),
    "custody-assigned": (
        ("custodian", "custodian_version"),
        ("previous_custodian", "previous_version"),
    ),
}
"""By fact: whose entry it leans on, and where it names that entry's version."""


def one_institution_has_custody(evidence: Evidence) -> Iterator[Broken]:
    """From the fact that takes a case up to the fact that ends it, one institution answers for it.

    A transfer moves it in the fact that accepts, a share leaves it, and nothing else touches it.
    """
    for facts in by_case(evidence).values():
        holder, ended = "", False
        for fact in facts:
            holder, ended, wrong = _held_after(fact, holder, ended=ended)
            if wrong:
                yield at_fact(fact, wrong)
        if not holder and not ended:
            yield at_fact(facts[-1], "nobody has custody of an open case")


def only_those_concerned_decide(evidence: Evidence) -> Iterator[Broken]:
    """The addressee acknowledges, asks, accepts, declines; the sender requests, informs, withdraws.

    Nobody decides their own referral; what falls with a case falls by the system, and what is
    closed and reopened with a follow-up is so by the system.
    """
    for facts in by_case(evidence).values():
        requests: dict[str, Fact] = {}
        last: dict[str, Fact] = {}
        for fact in (each for each in facts if each.name in REFERRAL):
            referral = str(fact.payload["referral_id"])
            if fact.name == "referral-requested":
                requests[referral] = fact
            request = requests.get(referral)
            elsewhere = _is_of_another_rule(fact, last)
            wrong = None if request is None or elsewhere else _not_theirs(fact, request.payload)
            if wrong:
                yield at_fact(fact, wrong)
            if fact.name not in _OF_ITS_CLOCK:
                last[referral] = fact


def referrals_follow_their_life(evidence: Evidence) -> Iterator[Broken]:
    """A referral goes from station to station as the domain page draws it, and is decided once."""
    for facts in by_case(evidence).values():
        stations, requests = Stations(), dict[str, Fact]()
        for fact in (each for each in facts if each.name in REFERRAL):
            referral = str(fact.payload["referral_id"])
            was = stations.of(referral)
            if was not in REFERRAL[fact.name][0]:
                yield at_fact(
                    fact, f"{fact.name} of a referral that was {was or 'never requested'}"
                )
            if fact.name == "referral-requested":
                requests[referral] = fact
            opens = fact.name in _OPENS and referral in requests
            if opens and _clash(requests[referral], requests, stations.at):
                yield at_fact(fact, "a case was referred twice at once")
            stations.take(fact)
        living = [r for r, at in stations.at.items() if at in CAN_FALL]
        if living and facts[-1].name == "custody-ended":
            yield at_fact(facts[-1], "a referral outlived its case", referrals=living)


def acceptances_repeat_their_request(evidence: Evidence) -> Iterator[Broken]:
    """An acceptance names the sender, the addressee and the kind that the request named."""
    for facts in by_case(evidence).values():
        requests = {
            f.payload["referral_id"]: f.payload for f in facts if f.name == "referral-requested"
        }
        for fact in facts:
            if fact.name == "referral-accepted" and fact.payload["referral_id"] in requests:
                request = requests[fact.payload["referral_id"]]
                if any(
                    fact.payload[name] != request[name] for name in ("sender", "addressee", "kind")
                ):
                    yield at_fact(fact, "an acceptance differs from its request")


def questions_wait_for_their_answers(evidence: Evidence) -> Iterator[Broken]:
    """What was asked about a referral is awaited until it is answered, and nothing else is.

    An answer that was entered in error was given, and what it was about is awaited again.
    """
    for facts in by_case(evidence).values():
        awaited: dict[str, set[str]] = {}
        answered: dict[str, set[str]] = {}
        for fact in facts:
            referral, topics = str(fact.payload.get("referral_id")), fact.payload.get("topics", ())
            open_ones = awaited.setdefault(referral, set())
            given = answered.setdefault(referral, set())
            if fact.name == "information-requested":
                awaited[referral] = {*topics}
            elif fact.name in _ANSWERS:
                given |= {*topics}
                yield from _left(fact, open_ones, open_ones - {*topics})
            elif fact.name == "answer-entered-in-error":
                if not given.issuperset(topics):
                    yield at_fact(fact, "an answer was entered in error that nobody gave")
                given -= {*topics}
                yield from _left(fact, open_ones, open_ones | {*topics})
            elif fact.name == "decline-entered-in-error":
                open_ones.clear()  # whoever decides again asks again


def _left(fact: Fact, open_ones: set[str], left: set[str]) -> Iterator[Broken]:
    """Have these questions left open, as the fact should say."""
    open_ones.clear()
    open_ones |= left
    if left != {*fact.payload.get("awaited", ())}:
        yield at_fact(fact, "an answer leaves other questions open", left=sorted(left))


def referrals_lean_on_what_was_listed(evidence: Evidence) -> Iterator[Broken]:
    """A referral names the last version of its addressee's entry that stands before it."""
    listed: dict[str, int] = {}
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        if fact.name in ENTRY:
            listed[str(fact.payload["institution"])] = fact.version
        for side, version in _LEANS.get(fact.name, ()):
            last, named = listed.get(str(fact.payload[side]), 0), fact.payload.get(version)
            if not last or named != last:
                yield at_fact(fact, "a referral leans on another entry", last=last, named=named)


def by_case(evidence: Evidence, *more: str) -> Mapping[str, Sequence[Fact]]:
    """Referral's facts about cases, by stream. more: names of those beside the lives."""
    streams: dict[str, list[Fact]] = {}
    for fact in evidence.services["referral"].facts:
        if fact.name in REFERRAL or fact.name in {*_OF_THE_CASE, *more}:
            streams.setdefault(fact.stream, []).append(fact)
    return streams


def _held_after(fact: Fact, holder: str, *, ended: bool) -> tuple[str, bool, str | None]:
    """Who has custody after a fact, whether it is over, and what is wrong with it."""
    payload = fact.payload
    if fact.name == "custody-taken":
        taken = str(payload["custodian"])
        return taken, ended, "a case was taken up twice" if holder or ended or not taken else None
    if not holder:
        return holder, ended, "a case in nobody's custody went on"
    if fact.name == "custody-ended":
        wrong = None if payload["custodian"] == holder else "custody ended for who did not have it"
        return "", True, wrong
    return _goes_on(fact, holder, ended=ended)


def _goes_on(fact: Fact, holder: str, *, ended: bool) -> tuple[str, bool, str | None]:
    """The same for a case that somebody has custody of, and that goes on."""
    payload = fact.payload
    match fact.name:
        case "custody-assigned":
            right = payload["previous_custodian"] == holder
            wrong = None if right else "custody was taken from who did not have it"
            return str(payload["custodian"]), ended, wrong
        case "referral-requested":
            wrong = None if payload["sender"] == holder else "referred by who has no custody"
            return holder, ended, wrong
        case "referral-accepted":
            return _moved(payload, holder, ended=ended)
        case _:
            return holder, ended, None


def _moved(payload: Mapping[str, Any], holder: str, *, ended: bool) -> tuple[str, bool, str | None]:
    after = str(payload["addressee"] if payload["kind"] == "transfer" else holder)
    if payload["previous_custodian"] != holder:
        return str(payload["custodian"]), ended, "custody was taken from who did not have it"
    wrong = None if payload["custodian"] == after else "custody did not go where the referral says"
    return str(payload["custodian"]), ended, wrong


_OF_ITS_CLOCK = frozenset(
    {"referral-reminded", "referral-escalated", "clock-started", "clock-moved"}
)


def _is_of_another_rule(fact: Fact, last: Mapping[str, Fact]) -> bool:
    """Whether others say whose this is: ``endings``, ``declines``, ``askings`` and ``reoffers``.

    last: the last fact about each referral, besides what its clock said. What is offered again by
    itself ends another.
    """
    before = last.get(str(fact.payload["referral_id"]))
    replaced = last.get(str(fact.payload.get("replaces")))
    return (
        fact.name in _BY_ANOTHER_RULE
        or (before is not None and before.name == "decline-proposed")
        or (replaced is not None and replaced.causation == fact.causation)
    )


def _not_theirs(fact: Fact, request: Mapping[str, Any]) -> str | None:
    if request["sender"] == request["addressee"]:
        return "an institution decides its own referral"
    if fact.name in _BY_THE_SYSTEM:
        return None if fact.role == SYSTEM else f"{fact.name} by somebody"
    if fact.role == SYSTEM:
        return "a referral was answered by the system"
    theirs = request["addressee"] if fact.name in _BY_ADDRESSEE else request["sender"]
    right = fact.institution == theirs
    return None if right else f"{fact.name} by an institution whose say it is not"


def _clash(fact: Fact, requests: Mapping[str, Fact], stations: Mapping[str, str]) -> bool:
    """Whether another open referral goes to the same addressee, or is a transfer as well."""
    return any(
        stations[referral] in OPEN
        and (
            request.payload["addressee"] == fact.payload["addressee"]
            or request.payload["kind"] == fact.payload["kind"] == "transfer"
        )
        for referral, request in requests.items()
        if referral != fact.payload["referral_id"]
    )


def those(*sentences: tuple[str, bool]) -> Iterator[str]:
    """Yield the sentences that are true."""
    return (sentence for sentence, true in sentences if true)


def at_fact(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    details = {"fact": fact.id, "name": fact.name, "position": fact.position, **evidence}
    return Broken(fact.correlation, sentence, details)
