"""A shelter is full, the search names the next; its agreement expires, a second person decides."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.stories.running_services import Caller, RunningServices, running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration

OFFICE, FULL, NEXT = "stps-chihuahua", "albergue-lleno", "albergue-siguiente"
THERE = timezone(timedelta(hours=-6))
BEFORE, AFTER = datetime(2020, 4, 10, 12, tzinfo=THERE), datetime(2020, 6, 10, 12, tzinfo=THERE)
"""While the agreement is in force, and when it has expired."""
PROGRAMME = "mx-labour-protection"
CASE = {
    "programme": PROGRAMME,
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "self-presented",
    "opened_at": "2020-03-02T10:15:00-06:00",
    "happened_at": "2020-03-02T10:20:00-06:00",
    "details": {"sex": "female", "age_band": "18-29", "violations": ["unpaid-wages"]},
}
AGREEMENT = {
    "kind": "letter-of-intent",
    "title": "Carta de intención para el hospedaje en Ciudad Juárez",
    "parties": [OFFICE, NEXT],
    "programme": PROGRAMME,
    "services": ["shelter"],
    "data_categories": ["coded-case"],
    "valid_from": "2020-01-01",
    "valid_until": "2020-05-31",
    "happened_at": "2020-01-07T09:00:00-06:00",
}


@pytest.fixture
def running(postgres_server: Any) -> Iterator[RunningServices]:
    with running_services(postgres_server, "log") as built:
        yield built


def done(answer: Any) -> Any:
    assert answer.status_code in {200, 201}, answer.text
    return answer


def refused(answer: Any, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code, problem
    return problem


def listed(running: RunningServices, shelter: str, beds: int) -> tuple[Caller, str]:
    """Enter a shelter in the directory with its service, and say how many beds are free."""
    steward, keeper = running.as_("canaliza", "steward"), running.as_(shelter, "administrator")
    body = {"institution": shelter, "name": shelter, "kind": "shelter", "subdivision": "MX-CHH"}
    done(steward.post("/referral/institutions", body))
    running.as_(shelter)  # so that it has a way to answer
    service = {
        "name": f"Albergue de {shelter}",
        "kind": "shelter",
        "programmes": [PROGRAMME],
        "coverage": {"subdivisions": ["MX-CHH"]},
        "happened_at": "2020-01-05T09:00:00-06:00",
    }
    made = done(keeper.post(f"/referral/institutions/{shelter}/services", service))
    address = f"/referral/services/{made.headers['Location'].rpartition('/')[2]}"
    done(keeper.post(f"{address}/assurance", {"assured_on": "2020-04-01"}))
    state(keeper, address, "has-capacity", beds, "2020-04-08T09:00:00-06:00")
    return keeper, address


def state(keeper: Caller, address: str, capacity: str, places: int, at: str) -> None:
    """Say whether there is room."""
    body = {"capacity": capacity, "unit": "beds", "places_free": places, "happened_at": at}
    done(keeper.post(f"{address}/capacity", body))


def agreed(running: RunningServices) -> str:
    """Draft and sign the agreement between the office and the second shelter."""
    steward = running.as_("canaliza", "steward")
    made = done(steward.post("/referral/agreements", AGREEMENT))
    address = made.headers["Location"].partition("/agreements/")[2]
    for party in (OFFICE, NEXT):
        signature = {
            "institution": party,
            "signed_on": "2020-01-08",
            "signatory_role": "head",
            "happened_at": "2020-01-08T12:00:00-06:00",
        }
        done(steward.post(f"/referral/agreements/{address}/signatures", signature))
    return str(address)


def found(office: Caller, case: str) -> Mapping[str, Any]:
    """Ask who can put a person of the case up."""
    body = {"case_id": case, "kinds": ["shelter"], "urgency": "urgent"}
    answer: Mapping[str, Any] = done(office.post("/reporting/services/search", body)).json()
    return answer


def serving(answer: Mapping[str, Any]) -> list[str]:
    return [each["service"]["institution"] for each in answer["items"]]


def why_not(answer: Mapping[str, Any], institution: str) -> set[str]:
    """The codes of the reasons for which a shelter cannot serve."""
    return {
        reason["code"]
        for each in answer["excluded_items"]
        if each["service"]["institution"] == institution
        for reason in each["reasons"]
    }


def it_is(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have those who search ask at this moment."""
    monkeypatch.setattr("services.reporting.search_api.now", lambda: moment)


def test_a_shelter_is_full_and_an_agreement_expires(
    running: RunningServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a case of an office, two shelters with room, and an agreement with the second
    steward = running.as_("canaliza", "steward")
    body = {"institution": OFFICE, "name": OFFICE, "kind": "labour-office"}
    done(steward.post("/referral/institutions", {**body, "subdivision": "MX-CHH"}))
    office, supervisor = running.as_(OFFICE), running.as_(OFFICE, "supervisor")
    keeper, full = listed(running, FULL, 12)
    listed(running, NEXT, 3)
    agreement = agreed(running)
    case = done(office.post("/intake/cases", CASE)).json()["stream"]
    soon(lambda: office.get(f"/reporting/cases/{case}").status_code == 200)
    it_is(BEFORE, monkeypatch)
    soon(lambda: set(serving(found(office, case))) == {FULL, NEXT})

    # when the first says that it is full, the search names the next, and says why not the first
    state(keeper, full, "none", 0, "2020-04-09T20:00:00-06:00")
    soon(lambda: serving(found(office, case)) == [NEXT])
    answer = found(office, case)
    assert "full" in why_not(answer, FULL)
    reasons = {reason["code"] for reason in answer["items"][0]["reasons"]}
    assert "agreement-in-force" in reasons

    # a referral leans on the agreement while it is in force, and names its version
    referrals = f"/referral/cases/{case}/referrals"
    wanted = {"to": NEXT, "kind": "share", "services": ["shelter"], "priority": "urgent"}
    done(office.post(referrals, {**wanted, "happened_at": BEFORE.isoformat()}))
    auditor = running.as_("auditoria", "auditor")
    history = f"/reporting/cases/{case}/history"
    soon(lambda: agreement in auditor.get(history).text)

    # then it expires: the search leaves the shelter out, and a referral is refused
    first = office.get(f"/referral/cases/{case}").json()["referrals"][0]["referral_id"]
    withdrawal = {"reason": "need-resolved", "happened_at": "2020-06-01T09:00:00-06:00"}
    done(office.post(f"{referrals}/{first}/withdrawal", withdrawal))
    it_is(AFTER, monkeypatch)
    assert serving(found(office, case)) == []
    assert "no-agreement" in why_not(found(office, case), NEXT)
    again = {**wanted, "happened_at": AFTER.isoformat()}
    problem = refused(office.post(referrals, again), "agreement-not-in-force")
    assert agreement in problem["detail"]
    assert "2020-06-01" in problem["detail"]

    # and one person alone does not override it: a supervisor does, and another refers, once
    override = {
        "addressee": NEXT,
        "reason": "danger-to-the-person",
        "happened_at": AFTER.isoformat(),
    }
    overrides = f"/referral/cases/{case}/agreement-overrides"
    assert office.post(overrides, override).status_code == 403
    done(supervisor.post(overrides, override))
    second = done(office.post(referrals, again)).headers["Location"].rpartition("/")[2]
    withdrawal = {"reason": "need-resolved", "happened_at": "2020-06-10T18:00:00-06:00"}
    done(office.post(f"{referrals}/{second}/withdrawal", withdrawal))
    late = {**wanted, "happened_at": "2020-06-10T19:00:00-06:00"}
    refused(office.post(referrals, late), "agreement-not-in-force")
