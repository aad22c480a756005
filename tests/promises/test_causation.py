"""Every fact says who, when and why: over all services, a case's history is one connected tree.

Over PostgreSQL the story goes over HTTP, as callers send it, to all four services. In memory the
same commands go to the three services that keep no tables of their own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.followup import life
from services.followup.decisions import CloseFollowUp, RecordContact
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case
from services.intake.decisions import EnterCaseInError
from services.intake.wiring import SERVICE as INTAKE
from services.referral import custody, directory
from services.referral.decisions import (
    AcceptReferral,
    AnswerInformation,
    DeclineReferral,
    ReferCase,
    RequestInformation,
    WithdrawReferral,
)
from services.referral.wiring import SERVICE as REFERRAL
from shared.eventstore.log import Log
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import command_cause, new_id
from shared.kernel.record import Recorded
from tests.buses import KAFKA, LOG
from tests.personas import ALWAYS, AT, OPERATOR, STEWARD
from tests.services_in_memory import Running, Services, in_memory
from tests.stories.idle import wait_until_idle
from tests.stories.running_services import Caller, RunningServices, running_services
from tests.waiting import soon
from tests.whole_logs import facts_of

OFFICE, COMMISSION, SHELTER = "stps-chihuahua", "cedh-chihuahua", "albergue-juarez"
CASE: dict[str, Any] = {
    "programme": "mx-labour-protection",
    "subdivision": "MX-CHH",
    "channel": "self-presented",
}


@dataclass
class WholeStory:
    """Three cases as they stand once everything was taken in, and the logs of all services."""

    cases: list[str]
    logs: dict[str, Log]

    def facts(self) -> list[Recorded]:
        return [fact for log in self.logs.values() for fact in facts_of(log)]


@pytest.fixture(params=[LOG, KAFKA, "memory"])
def whole_story(request: pytest.FixtureRequest) -> Iterator[WholeStory]:
    bus = request.param
    if bus == "memory":
        with in_memory(INTAKE, REFERRAL, FOLLOWUP) as services:
            yield WholeStory(
                story_in_memory(services), {one.parts.name: one.log for one in services}
            )
        return
    bootstrap = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    with running_services(request.getfixturevalue("postgres_server"), bus, bootstrap) as running:
        cases = story(running)
        wait_until_idle(running)
        yield WholeStory(cases, {name: service.log for name, service in running.services.items()})


def done(response: Any) -> Any:
    assert response.status_code in {200, 201}, response.text
    return response


def register(office: Caller) -> str:
    """A case that its office has custody of."""
    case = str(done(office.post("/intake/cases", CASE)).json()["stream"])
    soon(lambda: office.get(f"/referral/cases/{case}").status_code == 200)
    return case


def refer(by: Caller, case_id: str, to: str, kind: str) -> str:
    body = {"to": to, "kind": kind, "services": ["complaint-handling"]}
    response = done(by.post(f"/referral/cases/{case_id}/referrals", body))
    return f"/referral/cases/{case_id}/referrals/{response.headers['Location'].rpartition('/')[2]}"


def opened(by: Caller, follow_up: str) -> None:
    soon(lambda: by.get(follow_up).status_code == 200)


def story(home: RunningServices) -> list[str]:
    """Three cases: handed on twice and closed; shared in vain; registered by mistake."""
    keeper = home.as_(OFFICE, "steward")
    for code in (OFFICE, COMMISSION, SHELTER):
        body = {"institution": code, "name": code, "kind": "labour-office"}
        done(keeper.post("/referral/institutions", body))
    office, commission, shelter = (home.as_(code) for code in (OFFICE, COMMISSION, SHELTER))
    travels, stays, mistake = (register(office) for _ in range(3))

    first = refer(office, travels, COMMISSION, "transfer")
    done(commission.post(f"{first}/information-requests", {"topics": ["payslips"]}))
    done(office.post(f"{first}/information-answers", {"topics": ["payslips"]}))
    done(commission.post(f"{first}/acceptance"))
    second = refer(commission, travels, SHELTER, "transfer")
    done(shelter.post(f"{second}/acceptance"))
    for caller, accepted in ((commission, first), (shelter, second)):
        path = f"/followup/follow-ups/{accepted.rpartition('/')[2]}"
        opened(caller, path)
        done(caller.post(f"{path}/contacts", {"channel": "telephone"}))
        done(caller.post(f"{path}/closure", {"outcome": "agreement"}))

    shared = refer(office, stays, COMMISSION, "share")
    done(commission.post(f"{shared}/decline", {"reason": "no-capacity"}))
    done(
        office.post(
            f"{refer(office, stays, SHELTER, 'share')}/withdrawal", {"reason": "need-resolved"}
        )
    )

    refer(office, mistake, COMMISSION, "transfer")
    done(office.post(f"/intake/cases/{mistake}/entry-in-error", {"reason": "duplicate"}))
    return [travels, stays, mistake]


def story_in_memory(services: Services) -> list[str]:
    """The same, command by command."""
    office, commission, shelter = (
        Actor(code, "caseworker", f"token-{code}") for code in (OFFICE, COMMISSION, SHELTER)
    )
    for code in (OFFICE, COMMISSION, SHELTER):
        entry = directory.RegisterInstitution(
            by=STEWARD,
            at=AT,
            institution=code,
            name=code,
            kind="labour-office",
        )
        reach = directory.MakeReachable(by=OPERATOR, at=AT, until=ALWAYS)
        carry_out(services["referral"], directory.DECIDER, directory.stream_of(code), entry, reach)
    travels, stays, mistake = new_id(), new_id(), new_id()
    first, second, shared, in_vain = new_id(), new_id(), new_id(), new_id()
    for one in (travels, stays, mistake):
        carry_out(services["intake"], case.DECIDER, one, _register(office, one))
    services.deliver()
    carry_out(
        services["referral"],
        custody.DECIDER,
        travels,
        _refer(office, first, COMMISSION, "transfer"),
        RequestInformation(by=commission, at=AT, referral_id=first, topics=("payslips",)),
        AnswerInformation(by=office, at=AT, referral_id=first, topics=("payslips",)),
        AcceptReferral(by=commission, at=AT, referral_id=first),
        _refer(commission, second, SHELTER, "transfer"),
        AcceptReferral(by=shelter, at=AT, referral_id=second),
    )
    carry_out(
        services["referral"],
        custody.DECIDER,
        stays,
        _refer(office, shared, COMMISSION, "share"),
        DeclineReferral(by=commission, at=AT, referral_id=shared, reason="no-capacity"),
        _refer(office, in_vain, SHELTER, "share"),
        WithdrawReferral(by=office, at=AT, referral_id=in_vain, reason="need-resolved"),
    )
    wrong = _refer(office, new_id(), COMMISSION, "transfer")
    carry_out(services["referral"], custody.DECIDER, mistake, wrong)
    services.deliver()
    for by, follow_up in ((commission, first), (shelter, second)):
        carry_out(
            services["followup"],
            life.DECIDER,
            follow_up,
            RecordContact(by=by, at=AT, channel="telephone"),
            CloseFollowUp(by=by, at=AT, outcome="agreement"),
            about=str(travels),
        )
    in_error = EnterCaseInError(by=office, at=AT, entry_id=new_id(), reason="duplicate")
    carry_out(services["intake"], case.DECIDER, mistake, in_error)
    services.deliver()
    return [str(one) for one in (travels, stays, mistake)]


def carry_out(
    service: Running, decider: Decider[Any], stream: UUID, *commands: Command, about: str = ""
) -> None:
    for command in commands:
        decision = service.when(decider, stream, command, about).decision
        assert isinstance(decision, tuple), decision


def _register(by: Actor, one: UUID) -> case.RegisterCase:
    return case.RegisterCase(by=by, at=AT, case_id=one, folio_prefix="CHH", **CASE)


def _refer(by: Actor, identity: UUID, to: str, kind: str) -> ReferCase:
    return ReferCase(
        by=by,
        at=AT,
        referral_id=identity,
        to=to,
        kind=kind,
        services=("complaint-handling",),
        priority="normal",
    )


def commands(log: Log) -> dict[str, tuple[str, ...]]:
    """The commands that this log's facts name and that are there, with their receipts' facts."""
    named = {UUID(c[8:]) for f in facts_of(log) if (c := f.meta.causation).startswith("command:")}
    there = log.recorder.select_commands(list(named))
    return {
        command_cause(one): tuple(msgspec.json.decode(kept.receipt)["facts"])
        for one, kept in there.items()
    }


BESIDE = ("folio-assigned", "institution-name-taken")
"""What is recorded beside a command's own facts, in the streams of what must be unique."""


def test_the_history_of_each_case_is_one_connected_tree_without_orphans(
    whole_story: WholeStory,
) -> None:
    facts = whole_story.facts()
    by_id = {fact.id: fact for fact in facts}
    receipts = {
        cause: ids for log in whole_story.logs.values() for cause, ids in commands(log).items()
    }

    assert {f.service for f in facts} == {"intake", "referral", "followup"}
    for fact in facts:
        _says_all_seven_words(fact)
        cause = fact.meta.causation
        assert cause in receipts or cause in by_id, f"{fact.id} follows from nothing: {cause}"
        if cause in receipts:
            assert (fact.id in receipts[cause]) != (fact.name in BESIDE)
        else:
            assert by_id[cause].meta.correlation == fact.meta.correlation
            assert by_id[cause].service != fact.service
            assert by_id[cause].meta.recorded_at <= fact.meta.recorded_at
    for one in whole_story.cases:
        mine = [f for f in facts if f.meta.correlation == one and f.name not in BESIDE]
        tree = _connected(one, mine)
        assert tree == {fact.id for fact in mine}
        assert {fact.service for fact in mine} >= {"intake", "referral"}
    assert all(set(ids) <= by_id.keys() for ids in receipts.values())
    _one_custodian_at_every_moment(whole_story.logs["referral"], whole_story.cases)


def _says_all_seven_words(fact: Recorded) -> None:
    meta = fact.meta
    words = (meta.institution, meta.role, meta.subject, meta.correlation, meta.causation)
    assert all(words), fact
    assert meta.happened_at.tzinfo is not None
    assert meta.recorded_at.utcoffset() is not None
    assert meta.happened_at <= meta.recorded_at
    assert (meta.role == "system") == (not meta.causation.startswith("command:"))


def _connected(case_id: str, facts: list[Recorded]) -> set[str]:
    """The facts that are reached from the case: it has commands, they have facts, and so on."""
    reached = {case_id}
    grown = True
    while grown:
        more = {f.id for f in facts if _parent(f) in reached} - reached
        reached |= more
        grown = bool(more)
    return reached - {case_id}


def _parent(fact: Recorded) -> str:
    cause = fact.meta.causation
    return fact.meta.correlation if cause.startswith("command:") else cause


def _one_custodian_at_every_moment(log: Log, cases: list[str]) -> None:
    """By a fold of its own over the raw log, which knows nothing of the rules."""
    custodian: dict[str, str | None] = {}
    seen: dict[str, list[str | None]] = {}
    for recorded in facts_of(log):
        case, fact = recorded.meta.correlation, recorded.fact
        match recorded.name:
            case "custody-taken":
                assert case not in custodian
                custodian[case] = fact.custodian
            case "referral-accepted":
                assert custodian[case] == fact.previous_custodian
                moved = fact.addressee if fact.kind == "transfer" else fact.previous_custodian
                assert fact.custodian == moved
                custodian[case] = fact.custodian
            case "custody-ended":
                assert custodian[case] == fact.custodian
                custodian[case] = None
            case name if name.startswith("institution-"):
                continue
            case _:
                assert custodian[case] is not None
        seen.setdefault(case, []).append(custodian[case])
    travels, stays, mistake = cases
    assert list(dict.fromkeys(seen[travels])) == [OFFICE, COMMISSION, SHELTER]
    assert set(seen[stays]) == {OFFICE}
    assert list(dict.fromkeys(seen[mistake])) == [OFFICE, None]
    assert {UUID(case) for case in seen} == {UUID(case) for case in cases}


def test_the_check_of_the_tree_notices_an_orphan() -> None:
    class Meta:
        correlation, causation = "case", "intake:nowhere:1"

    class Orphan:
        id, meta = "referral:x:1", Meta

    lost: Callable[[str, list[Any]], set[str]] = _connected
    assert lost("case", [Orphan]) == set()
