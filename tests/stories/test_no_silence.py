"""Nobody answers a referral: its clock reminds, tells others, lets it end, and asks the next."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from shared.kernel.clock import now
from shared.service.service import Service
from shared.timers.timer_runner import TimerRunner
from tests.stories.running_services import Caller, RunningServices, running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration

OFFICE, SILENT, SUSPENDED, NEXT = "stps-chihuahua", "ong-callada", "ong-suspendida", "ong-siguiente"
WITHOUT_ACCOUNT, COORDINATOR = "ong-sin-cuenta", "oim-chihuahua"
PROGRAMME = "mx-labour-protection"
THERE = timezone(timedelta(hours=-6))
ASKED = datetime(2026, 3, 2, 11, tzinfo=THERE)
"""A Monday; the third Monday of March is a holiday in Mexico."""
FAR = datetime(2026, 6, 1, tzinfo=THERE)
CASE = {
    "programme": PROGRAMME,
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "self-presented",
    "opened_at": "2026-03-02T10:15:00-06:00",
    "happened_at": "2026-03-02T10:20:00-06:00",
    "details": {"sex": "female", "age_band": "18-29", "violations": ["unpaid-wages"]},
}


class Clock:
    """What time it is in the story, for the door and for the timers."""

    def __init__(self) -> None:
        self.moment = ASKED

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for door in ("shared.web.command_routes.now", "shared.web.command_request.now"):
        monkeypatch.setattr(door, clock)
    return clock


@pytest.fixture
def running(postgres_server: Any) -> Iterator[RunningServices]:
    with running_services(postgres_server, "log") as built:
        for service in built.services.values():
            own = service.runner(TimerRunner.name)
            if isinstance(own, TimerRunner):
                own.held = True
        yield built


def done(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer


def next_step(service: Service, clock: Clock) -> None:
    """Go on to the moment at which the next timer is due, and let it fire."""
    assert service.definition.timers is not None
    runner = TimerRunner(service.log, service.definition.timers, clock=clock)
    runner.step()
    due = runner.table.overdue_since(FAR)
    assert due is not None
    clock.moment = max(clock.moment, due)
    assert runner.step() > 0


def everybody(running: RunningServices) -> Caller:
    """Enter all in the directory, one without an account, and name who coordinates."""
    steward = running.as_("canaliza", "steward")
    kinds = {OFFICE: "labour-office", COORDINATOR: "iom"}
    for each in (OFFICE, COORDINATOR, SILENT, SUSPENDED, NEXT, WITHOUT_ACCOUNT):
        body = {
            "institution": each,
            "name": each,
            "kind": kinds.get(each, "ngo"),
            "subdivision": "MX-CHH",
            "happened_at": "2026-01-05T09:00:00-06:00",
        }
        done(steward.post("/referral/institutions", body))
        if each != WITHOUT_ACCOUNT:
            running.as_(each)
    named = {"institution": COORDINATOR, "happened_at": "2026-01-06T09:00:00-06:00"}
    done(steward.post(f"/referral/programmes/{PROGRAMME}/coordinators", named))
    return steward


def registered_case(office: Caller) -> str:
    case: str = done(office.post("/intake/cases", CASE)).json()["stream"]
    soon(lambda: office.get(f"/referral/cases/{case}").status_code == 200)
    return case


def status_of(office: Caller, case: str, referral: str) -> str:
    shown = done(office.get(f"/referral/cases/{case}/referrals/{referral}"))
    return str(shown.json()["status"])


def history(running: RunningServices, case: str) -> str:
    """What an auditor reads of a case."""
    auditor = running.as_("auditoria", "auditor")
    return str(done(auditor.get(f"/reporting/cases/{case}/history?limit=200")).text)


def test_nobody_answers_and_the_next_within_the_consent_is_asked(
    running: RunningServices, clock: Clock
) -> None:
    # given a case whose office asks one institution, with two more to whom the consent extends
    steward = everybody(running)
    office, following = running.as_(OFFICE), running.as_(NEXT)
    referral = running.services["referral"]
    case = registered_case(office)
    wanted = {
        "to": SILENT,
        "kind": "share",
        "services": ["legal-advice", "shelter"],
        "alternatives": [SUSPENDED, NEXT],
    }
    made = done(office.post(f"/referral/cases/{case}/referrals", wanted))
    first = made.headers["Location"].rpartition("/")[2]
    soon(lambda: status_of(office, case, first) == "delivered")
    suspension = {"reason": "no-capacity", "happened_at": now().isoformat()}
    done(steward.post(f"/referral/institutions/{SUSPENDED}/suspension", suspension))

    # when nobody answers, it is reminded, then the sender and the coordinator are told
    moments = []
    for _ in range(4):
        next_step(referral, clock)
        moments.append(clock.moment.astimezone(THERE).date().isoformat())
    assert moments == ["2026-03-11", "2026-03-17", "2026-03-19", "2026-03-24"]

    # and in the end it expires, and the next is asked: not the one that is suspended
    assert status_of(office, case, first) == "expired-unacknowledged"
    others = done(office.get(f"/referral/cases/{case}")).json()["referrals"]
    (again,) = (each for each in others if each["referral_id"] != first)
    assert (again["addressee"], again["replaces"]) == (NEXT, first)
    second = again["referral_id"]

    # which takes it on, gives an appointment, and serves in part
    address = f"/referral/cases/{case}/referrals/{second}"
    clock.moment += timedelta(days=1)
    done(following.post(f"{address}/acceptance"))
    work = f"/followup/follow-ups/{second}"
    soon(lambda: following.get(work).status_code == 200)
    appointment = {"scheduled_for": (clock.moment + timedelta(days=2)).isoformat()}
    done(following.post(f"{work}/appointment", appointment))
    clock.moment += timedelta(days=2)
    done(following.post(f"{work}/start"))
    done(following.post(f"{work}/completion", {"delivered": ["legal-advice"]}))
    soon(lambda: status_of(office, case, second) == "service-delivered")

    # provider and person confirm it, the latter to the sender, and it is closed
    done(following.post(f"{work}/confirmations", {"confirmer": "provider"}))
    done(office.post(f"{work}/confirmations", {"confirmer": "person"}))
    soon(lambda: status_of(office, case, second) == "outcome-confirmed")
    done(following.post(f"{work}/closure", {"outcome": "agreement"}))
    soon(lambda: status_of(office, case, second) == "closed")

    # and the history says all of it
    soon(lambda: "referral-closed" in history(running, case))
    told = history(running, case)
    for word in ("reminded", "escalated", "expired-unacknowledged", "outcome-confirmed"):
        assert word in told


def test_a_holiday_that_is_added_moves_the_clock_of_a_follow_up(running: RunningServices) -> None:
    # given a follow-up whose clock is set for ten working days from now
    steward = everybody(running)
    office, follower, followup = (
        running.as_(OFFICE),
        running.as_(NEXT),
        running.services["followup"],
    )
    case = registered_case(office)
    wanted = {"to": NEXT, "kind": "share", "services": ["shelter"]}
    made = done(office.post(f"/referral/cases/{case}/referrals", wanted))
    referral = made.headers["Location"].rpartition("/")[2]
    soon(lambda: status_of(office, case, referral) == "delivered")
    done(follower.post(f"/referral/cases/{case}/referrals/{referral}/acceptance"))
    soon(lambda: follower.get(f"/followup/follow-ups/{referral}").status_code == 200)
    assert followup.definition.timers is not None
    begun = now()
    runner = TimerRunner(followup.log, followup.definition.timers, clock=Clock())

    def due_at() -> datetime:
        runner.step()
        return runner.table.overdue_since(begun + timedelta(days=366)) or begun

    earliest = due_at()
    runner = TimerRunner(followup.log, followup.definition.timers, clock=lambda: earliest)
    soon(lambda: due_at() > earliest)
    before = due_at().astimezone(THERE)

    # when a steward says that nobody works on the day on which it is due
    decree = {"day": before.date().isoformat(), "reason": "decree"}
    done(steward.post("/referral/calendars/MX-CHH/holidays", decree))

    # then it is due later, at the same time of the day
    soon(lambda: due_at() > before)
    after = due_at().astimezone(THERE)
    assert after.date() > before.date()
    assert after.time() == before.time()


def test_an_institution_without_an_account_answers_by_a_link(running: RunningServices) -> None:
    everybody(running)
    office, anybody = running.as_(OFFICE), Caller(running.client, {})
    case = registered_case(office)
    wanted = {"to": WITHOUT_ACCOUNT, "kind": "share", "services": ["shelter"], "by_link": True}
    made = done(office.post(f"/referral/cases/{case}/referrals", wanted))
    referral = made.headers["Location"].rpartition("/")[2]
    soon(lambda: status_of(office, case, referral) == "delivered")
    until = {"expires_at": (now() + timedelta(days=3)).isoformat()}
    issued = done(office.post(f"/referral/cases/{case}/referrals/{referral}/link", until)).json()
    link = f"/referral/links/{issued['link_id']}"
    opened = done(anybody.post(f"{link}/opening", {"code": issued["secret"]})).json()
    holder = Caller(running.client, {"Authorization": f"Bearer {opened['session']}"})
    assert status_of(office, case, referral) == "acknowledged"
    assert anybody.post(f"{link}/opening", {"code": issued["secret"]}).status_code == 404
    assert holder.get(link).json()["services"] == ["shelter"]
    done(holder.post(f"{link}/acceptance"))
    assert status_of(office, case, referral) == "accepted"
