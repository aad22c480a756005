"""A run small enough to read: two cases, two institutions, one poisoned message; and all is well.

Written by hand from the design pages, so that a test can break one thing in it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.faults import small_consents, small_directory, small_gatherings
from tests.faults.checker.rows import Fact, Submission
from tests.faults.small_endings import endings
from tests.faults.small_life import MONDAY, NORMAL, URGENT, late
from tests.faults.small_looks import look_at_last, look_meanwhile
from tests.faults.small_world import (
    BEGIN,
    CASE,
    COMMISSION,
    OFFICE,
    OTHER,
    PARTITIONS,
    REFERRAL,
    SECOND,
    STRANGER,
    THIRD,
    World,
    named,
    project,
    send,
)

_DETAILS = {
    "age_band": "18-29",
    "sex": "female",
    "nationality": "GT",
    "migratory_condition": None,
    "sector": None,
    "occupation": None,
    "violations": ["unpaid-wages"],
}
_CASE_DETAILS = {
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "shelter",
    "opened_at": "2026-05-01T09:00:00-06:00",
    "details": _DETAILS,
}
_PROGRAMME = {"programme": "mx-labour-protection", "subdivision": "MX-CHH"}


def small_world() -> World:
    """All is well in it."""
    world = World()
    world.line("start", partitions=PARTITIONS)
    _write(world)
    send(world)
    project(world)
    look_meanwhile(world)
    world.line("quiet")
    world.line("through", seconds=1.5)
    look_at_last(world)
    world.line("end")
    return world


def _write(world: World) -> None:
    """Everything that happened, in the order in which it did."""
    writer = Writer(world)
    writer.goes_on_at(MONDAY - timedelta(days=1))
    _listed(writer)
    small_directory.agreements(writer)
    late(writer)
    writer.goes_on_at(BEGIN)
    for case, folio in ((CASE, "CHH-FQ1-968-951-H"), (OTHER, "CHH-9SH-CTA-MQ9-V")):
        registered = {
            "case_id": case,
            "institution": OFFICE,
            "folio": folio,
            **_PROGRAMME,
        }
        writer.done(
            "intake", case, case, OFFICE, ("case-registered", {**registered, **_CASE_DETAILS})
        )
        taken = {"case_id": case, "custodian": OFFICE, **_PROGRAMME}
        writer.follows("referral", case, f"intake:{case}:1", "custody-taken", taken)
    corrected = {**_CASE_DETAILS, "channel": "outreach", "changed": ["channel"]}
    writer.done("intake", CASE, CASE, OFFICE, ("case-corrected", corrected))
    for case, referral, kind in ((CASE, REFERRAL, "transfer"), (OTHER, SECOND, "share")):
        request = {"referral_id": referral, "sender": OFFICE, "addressee": COMMISSION, "kind": kind}
        more = {"services": ["legal-advice"], "priority": "normal", "addressee_version": 2}
        leaning = small_directory.LEANING
        whole = {**request, **more, **leaning, "clock": NORMAL}
        writer.done("referral", case, case, OFFICE, ("referral-requested", whole))
        admitted = {"referral_id": referral, "institution": COMMISSION}
        parties = named(f"parties {case}")
        writer.follows("intake", parties, f"referral:{case}:2", "party-admitted", admitted)
        shown = {"age_band": _DETAILS["age_band"], "sex": _DETAILS["sex"], **_PROGRAMME}
        version = {"case_version": 2 if case == CASE else 1}
        preview = {"referral_id": referral, "addressee": COMMISSION, **shown, **version}
        stream = named(f"preview {referral}")
        writer.follows("intake", stream, f"referral:{case}:2", "case-previewed", preview)
    _accepted(writer)
    opening = {"referral_id": REFERRAL, "case_id": CASE, "institution": COMMISSION, **_PROGRAMME}
    whole = {**opening, "sender": OFFICE, "kind": "transfer"}
    writer.follows("followup", REFERRAL, f"referral:{CASE}:4", "follow-up-opened", whole)
    _late(writer)
    heard = {"custodian": COMMISSION, "custody_version": 4}
    stream = named(f"custody {CASE}")
    writer.follows("followup", stream, f"referral:{CASE}:4", "custody-moved", heard)
    confirmed = {"referral_id": REFERRAL, "institution": COMMISSION, "sender": OFFICE}
    parties, way = named(f"parties {CASE}"), {"kind": "transfer"}
    writer.follows("intake", parties, f"referral:{CASE}:4", "party-confirmed", {**confirmed, **way})
    _work(writer)
    writer.done(
        "referral", OTHER, OTHER, COMMISSION, ("referral-acknowledged", {"referral_id": SECOND})
    )
    declined = {
        "referral_id": SECOND,
        "reason": "no-capacity",
        "reason_class": "receiving-institution",
    }
    writer.done("referral", OTHER, OTHER, COMMISSION, ("referral-declined", declined))
    dismissed = {"referral_id": SECOND}
    writer.follows(
        "intake", named(f"parties {OTHER}"), f"referral:{OTHER}:4", "party-dismissed", dismissed
    )
    endings(writer)
    _at_the_end(writer, world)


def _accepted(writer: "Writer") -> None:
    """The commission takes the first case over, and the office is told."""
    acknowledged = ("referral-acknowledged", {"referral_id": REFERRAL})
    moved = {"custodian": COMMISSION, "previous_custodian": OFFICE, **_PROGRAMME}
    sides = {"sender": OFFICE, "addressee": COMMISSION, "kind": "transfer"}
    received = {"received_at": "2026-05-04T15:00:10Z"}
    accepted = ("referral-accepted", {"referral_id": REFERRAL, **sides, **moved, **received})
    told = ("custody-announced", {"custodian": COMMISSION, "institutions": [OFFICE]})
    writer.done("referral", CASE, CASE, COMMISSION, acknowledged, accepted, told)


def _listed(writer: "Writer") -> None:
    """The three institutions are in the directory, and can be reached."""
    for code, kind in (
        (COMMISSION, "human-rights-commission"),
        (STRANGER, "shelter"),
        (OFFICE, "labour-office"),
    ):
        listing = {"institution": code, "name": f"Comisión o albergue {code}", "kind": kind}
        entry = {**listing, "subdivision": "MX-CHH", "programmes": ["mx-labour-protection"]}
        told = {"institution": code, "until": "2030-01-01T00:00:00+00:00"}
        for role, fact in (
            ("steward", ("institution-registered", entry)),
            ("operator", ("institution-made-reachable", told)),
        ):
            writer.done(
                "referral",
                named(f"directory {code}"),
                code,
                "canaliza-admin",
                fact,
                unheard=True,
                role=role,
            )


def _at_the_end(writer: "Writer", world: World) -> None:
    """The office overrides its agreement with the shelter, refers, and waits."""
    small_directory.override(writer)
    small_directory.services_and_documents(writer)
    small_gatherings.gatherings(writer)
    small_consents.consents(writer)
    world.documents.add(small_directory.KEPT)
    third = {"referral_id": THIRD, "sender": OFFICE, "addressee": STRANGER, "kind": "share"}
    waits = {**third, "services": ["shelter"], "priority": "urgent", "addressee_version": 2}
    waits |= {"override_id": small_directory.OVERRIDE, "clock": URGENT}
    writer.done("referral", OTHER, OTHER, OFFICE, ("referral-requested", waits))
    writer.refused("referral", CASE, STRANGER)


def _late(writer: "Writer") -> None:
    """The office corrects the case after the commission has it; so it becomes a proposal.

    The commission adopts it, and rejects that the case was a mistake.
    """
    before = {**_CASE_DETAILS, "channel": "outreach"}
    after = {**before, "channel": "employer"}
    said = {"correction_id": named("late"), "received_at": "2026-05-04T15:00:11Z"}
    changed = {"changed": ["channel"]}
    writer.done("intake", CASE, CASE, OFFICE, ("case-corrected", {**after, **changed, **said}))
    cause = f"referral:{CASE}:4"
    whose = {"correction_id": named("late"), "proposal_id": named("late"), "institution": OFFICE}
    turned = {**before, **whose, "proposed": after, **changed}
    writer.follows("intake", CASE, cause, "correction-turned-into-proposal", turned)
    heard = {"custodian": COMMISSION, "custody_version": 4}
    writer.follows("intake", CASE, cause, "custodian-changed", heard)
    now = {"custody_version": 4, "received_at": "2026-05-04T15:00:20Z"}
    adopted = ("proposal-adopted", {"proposal_id": named("late"), **now})
    ids = {"correction_id": named("adoption"), "proposal_id": named("late")}
    corrected = ("case-corrected", {**after, **changed, **ids, **now})
    writer.done("intake", CASE, CASE, COMMISSION, adopted, corrected)
    whose = {"proposal_id": named("request"), "institution": OFFICE}
    request = {**whose, "reason": "duplicate", "parties_version": 2}
    writer.done("intake", CASE, CASE, OFFICE, ("void-requested", request))
    genuine = {"proposal_id": named("request"), "reason": "case-is-genuine", **now}
    writer.done("intake", CASE, CASE, COMMISSION, ("proposal-rejected", genuine))


def _work(writer: "Writer") -> None:
    """What the commission does about the case that it took over."""
    of = {"referral_id": REFERRAL}
    paid = {"outcome": "payment", "outcome_class": "favourable", "amount": "100.50"}
    in_pesos = {"currency": "MXN", "on": "2026-05-03"}
    for name, payload in (
        ("contact-recorded", {"channel": "telephone"}),
        ("service-delivered", {"service": "legal-advice"}),
        ("outcome-recorded", {**paid, **in_pesos}),
        ("follow-up-closed", {"outcome": "payment", "outcome_class": "favourable"}),
        ("contact-corrected", {"replaces": 2, "channel": "in-person"}),
        ("outcome-corrected", {**paid, **in_pesos, "replaces": 4, "amount": "90.25"}),
    ):
        writer.done("followup", REFERRAL, CASE, COMMISSION, (name, {**of, **payload}))


class Writer:
    """Writes facts, commands and ledger lines as the system would."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._numbers = count(1)
        self._begin, self._facts = BEGIN, 0

    def goes_on_at(self, moment: datetime) -> None:
        """From here on a second passes from fact to fact, beginning then."""
        self._begin, self._facts = moment, sum(map(len, self._world.facts.values()))

    def done(  # noqa: PLR0913 - what a command leads to
        self,
        service: str,
        stream: str,
        case_id: str,
        by: str,
        *facts: tuple[str, Mapping[str, Any]],
        unheard: bool = False,
        role: str = "caseworker",
        subject: str = "token-1",
    ) -> Fact:
        """A command was submitted, carried out and acknowledged; returns its last fact."""
        name = f"a{next(self._numbers)}"
        line = {
            "ask": name,
            "try": 1,
            "service": service,
            "command": facts[-1][0],
            "path": f"/{name}",
        }
        whole = {**line, "institution": by, "key": f"key {name}", "body": {}, "case_id": case_id}
        command = Submission(name, service, "", "", by, f"key {name}", {}, case_id, ()).command_id
        if not unheard:
            self._world.line("ask", **whole)
        made = [
            self._record(service, stream, case_id, f"command:{command}", by, role, *fact, subject)
            for fact in facts
        ]
        receipt = {
            "stream": stream,
            "version": made[-1].version,
            "facts": [fact.id for fact in made],
            "names": [fact.name for fact in made],
        }
        self._world.commands[service][command] = receipt
        if not unheard:
            self._world.line("answer", **{"ask": name, "try": 1, "status": 200, "body": receipt})
        return made[-1]

    def fact(self, service: str, stream: str, name: str) -> Fact:
        """The first fact of this name in a stream."""
        facts = self._world.facts[service]
        return next(each for each in facts if (each.stream, each.name) == (stream, name))

    def refused(self, service: str, case_id: str, by: str) -> None:
        """A command was submitted and refused."""
        name = f"a{next(self._numbers)}"
        line = {"ask": name, "try": 1, "service": service, "command": "accept", "path": f"/{name}"}
        whole = {**line, "institution": by, "key": f"key {name}", "body": {}, "case_id": case_id}
        self._world.line("ask", **whole)
        problem = {"code": "not-the-addressee"}
        self._world.line("answer", **{"ask": name, "try": 1, "status": 403, "body": problem})

    def follows(  # noqa: PLR0913 - what a reaction leads to
        self,
        service: str,
        stream: str,
        cause: str,
        name: str,
        payload: Mapping[str, Any],
        *,
        about: str = "",
    ) -> Fact:
        """A service reacted to a fact, of another's or of its own; returns what it recorded.

        about: the case, where the cause is about none.
        """
        source = cause.partition(":")[0]
        before = next(fact for fact in self._world.facts[source] if fact.id == cause)
        case_id = about or before.correlation
        return self._record(
            service, stream, case_id, cause, before.institution, "system", name, payload
        )

    def _record(  # noqa: PLR0913, PLR0917 - what a fact is made of
        self,
        service: str,
        stream: str,
        case_id: str,
        cause: str,
        by: str,
        role: str,
        name: str,
        payload: Mapping[str, Any],
        subject: str = "token-1",
    ) -> Fact:
        facts = self._world.facts[service]
        begun = sum(map(len, self._world.facts.values())) - self._facts
        at = self._begin + timedelta(seconds=begun)
        version = 1 + sum(fact.stream == stream for fact in facts)
        position = len(facts) + 1
        moment = at.isoformat()
        who = (by, role, subject, moment, moment, case_id, cause)
        facts.append(Fact(service, position, stream, version, name, *who, payload, at))
        self._world.heads[service] = position
        return facts[-1]
