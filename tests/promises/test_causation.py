"""Every fact says who, when and why: over all services, a case's history is one connected tree."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from shared.eventstore.log import Log
from shared.kernel.ids import command_cause
from shared.kernel.record import Recorded
from shared.messaging.port import partition_of
from shared.service.service import Service
from tests.stories.running_services import Caller, RunningServices, house
from tests.waiting import soon
from tests.whole_logs import facts_of

pytestmark = pytest.mark.integration

OFFICE, COMMISSION, SHELTER = "stps-chihuahua", "cedh-chihuahua", "albergue-juarez"
CASE = {"programme": "mx-labour-protection", "subdivision": "MX-CHH", "channel": "self-presented"}


@pytest.fixture(
    params=["log", "kafka"],
)
def home(request: pytest.FixtureRequest, postgres_server: Any) -> Iterator[RunningServices]:
    bus = request.param
    bootstrap = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    with house(postgres_server, bus, bootstrap) as built:
        yield built


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
    return f"/referral/cases/{case_id}/referrals/{response.headers['Location'].rpartition('#')[2]}"


def opened(by: Caller, follow_up: str) -> None:
    soon(lambda: by.get(follow_up).status_code == 200)


def story(home: RunningServices) -> list[str]:
    """Three cases: handed on twice and closed; shared in vain; registered by mistake."""
    keeper = home.as_(OFFICE, "administrator")
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
    for caller, referral in ((commission, first), (shelter, second)):
        path = f"/followup/follow-ups/{referral.rpartition('/')[2]}"
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


def logs(home: RunningServices) -> list[Log]:
    return [service.log for service in home.services.values()]


def everything(home: RunningServices) -> list[Recorded]:
    """All facts of all services, once the last message was taken in."""
    before = -1
    while (now := sum(log.position() for log in logs(home))) != before:
        before = now
        soon(lambda: _idle(home))
    return [fact for log in logs(home) for fact in facts_of(log)]


def _idle(home: RunningServices) -> bool:
    """Whether every reader has reached the last message of every source."""
    last = {name: _last_messages(service) for name, service in home.services.items()}
    for service in home.services.values():
        there = {(p.source, p.partition): p.position for p in service.inbox.places()}
        for source in service.definition.reader.sources if service.definition.reader else ():
            for partition, position in last[source].items():
                if there.get((source, partition), 0) < position:
                    return False
    return True


def _last_messages(service: Service) -> dict[int, int]:
    """The position of the last message in each partition."""
    partitions = service.settings.kafka_partitions
    return {
        partition_of(message.key, partitions): message.position
        for message in service.publication.page(0, 1_000)
        if message.value is not None
    }


def commands(log: Log) -> dict[str, tuple[str, ...]]:
    """The commands that this log's facts name and that are there, with their receipts' facts."""
    named = {UUID(c[8:]) for f in facts_of(log) if (c := f.meta.causation).startswith("command:")}
    there = log.recorder.select_commands(list(named))
    return {
        command_cause(one): tuple(msgspec.json.decode(kept.receipt)["facts"])
        for one, kept in there.items()
    }


def test_the_history_of_each_case_is_one_connected_tree_without_orphans(
    home: RunningServices,
) -> None:
    cases = story(home)
    facts = everything(home)
    by_id = {fact.id: fact for fact in facts}
    receipts = {cause: ids for log in logs(home) for cause, ids in commands(log).items()}

    assert {f.service for f in facts} == {"intake", "referral", "followup"}
    for fact in facts:
        _says_all_seven_words(fact)
        cause = fact.meta.causation
        assert cause in receipts or cause in by_id, f"{fact.id} follows from nothing: {cause}"
        if cause in receipts:
            assert fact.id in receipts[cause]
        else:
            assert by_id[cause].meta.correlation == fact.meta.correlation
            assert by_id[cause].service != fact.service
            assert by_id[cause].meta.recorded_at <= fact.meta.recorded_at
    for case in cases:
        mine = [fact for fact in facts if fact.meta.correlation == case]
        tree = _connected(case, mine)
        assert tree == {fact.id for fact in mine}
        assert {fact.service for fact in mine} >= {"intake", "referral"}
    assert all(set(ids) <= by_id.keys() for ids in receipts.values())
    _one_custodian_at_every_moment(home.services["referral"].log, cases)


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
            case "institution-registered" | "institution-corrected":
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
