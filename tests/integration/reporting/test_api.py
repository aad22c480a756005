"""Over HTTP: who sees which case, who sees numbers of all cases, and what a no looks like."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from rich.console import Console
from starlette.testclient import TestClient

from services.operator.cli import report_tables as cli
from services.reporting import indicators
from services.reporting.telling import up_to
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.service.metrics_port import metrics_app
from shared.web.paging import cursor_of
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

CASE, OTHER, REFERRAL = UUID(int=5), UUID(int=6), UUID(int=9)
Get = Callable[..., Any]


@pytest.fixture
def filled_store(store: Store) -> Store:
    """One case that the office handed to the bureau, and one that only a stranger knows."""
    factory = EventFactory()
    office = institution(factory, OFFICE, "Oficina Laboral de Wyoming")
    story, other = Story(factory, CASE), Story(factory, OTHER)
    registered = story.registered()
    story.custody_taken(cause=registered.id)
    story.requested(REFERRAL)
    accepted = story.accepted(REFERRAL, at=BEGIN + timedelta(days=1))
    story.followed(REFERRAL, at=BEGIN + timedelta(days=1), cause=accepted.id)
    story.outcome(REFERRAL, "award", "4835.886")
    story.closed(REFERRAL, at=BEGIN + timedelta(days=40))
    story.case_closed(at=BEGIN + timedelta(days=40))
    other.registered(by="stranger", subdivision="US-KS")
    other.custody_taken(by="stranger", subdivision="US-KS")
    store.take([office, *story.events, *other.events])
    return store


@pytest.fixture
def get(filled_store: Store) -> Iterator[Get]:
    """Send a GET request as an institution in a role."""
    office = TokenOffice(filled_store.admin)
    with TestClient(filled_store.service.app, raise_server_exceptions=False) as client:

        def fetch(path: str, by: str = OFFICE, role: str = "caseworker", **params: Any) -> Any:
            _, secret = office.create(by, [role], now() + timedelta(hours=1))
            headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "es"}
            return client.get(path, headers=headers, params=params)

        yield fetch


@pytest.mark.parametrize("party", [OFFICE, BUREAU])
@pytest.mark.parametrize(
    "path", [f"/cases/{CASE}", f"/cases/{CASE}/history", "/cases/f-000005/history"]
)
def test_a_party_sees_its_case(get: Get, party: str, path: str) -> None:
    assert get(path, party).status_code == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/cases/{CASE}", "no-such-case"),
        (f"/cases/{CASE}/history", "no-such-case"),
        ("/cases/F-000005/history", "folio-mistyped"),
    ],
)
def test_a_stranger_hears_what_is_heard_of_a_case_that_does_not_exist(
    get: Get, path: str, code: str
) -> None:
    seen = get(path, "stranger")
    missing = get(
        path.replace(str(CASE), str(UUID(int=77))).replace("000005", "000077"), "stranger"
    )
    assert seen.status_code == missing.status_code == {"no-such-case": 404}.get(code, 422)
    assert seen.json() == missing.json()
    assert seen.json()["code"] == code


def test_lists_hold_what_the_caller_is_a_party_to_and_auditors_see_all(get: Get) -> None:
    assert [c["case_id"] for c in get("/cases").json()["items"]] == [str(CASE)]
    assert [c["case_id"] for c in get("/cases", "stranger").json()["items"]] == [str(OTHER)]
    assert len(get("/cases", "somebody", "auditor").json()["items"]) == 2
    assert [r["referral_id"] for r in get("/referrals", BUREAU).json()["items"]] == [str(REFERRAL)]
    assert get("/referrals", "stranger").json()["items"] == []


def test_lists_are_filtered(get: Get) -> None:
    def found(path: str, **params: str) -> int:
        return len(get(path, "somebody", "monitor", **params).json()["items"])

    assert found("/cases", subdivision="Kansas") == found("/cases", custodian="stranger") == 1
    assert found("/cases", programme="us-wage-claims") == 2
    assert found("/cases", programme="mecal") == 0
    assert (
        found("/referrals", addressee=BUREAU, sender=OFFICE, status="accepted", kind="transfer")
        == 1
    )
    assert found("/referrals", status="declined") == 0


@pytest.mark.parametrize(("field", "wrong"), [("status", "onhold"), ("kind", "transfers")])
def test_a_filter_by_a_code_that_there_is_not_is_refused(get: Get, field: str, wrong: str) -> None:
    refused = get("/referrals", "somebody", "monitor", **{field: wrong})
    assert (refused.status_code, refused.json()["code"]) == (422, "code-not-known")
    assert refused.json()["errors"][0]["field"] == field


def test_pages_follow_each_other_without_a_case_twice(get: Get) -> None:
    first = get("/cases", "somebody", "monitor", limit=1).json()
    second = get("/cases", "somebody", "monitor", limit=1, cursor=first["next"]).json()
    assert {c["case_id"] for c in first["items"] + second["items"]} == {str(CASE), str(OTHER)}
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "bm8fbm8", "MjAyNC0wMS0xMB8xMjM"])
def test_a_cursor_of_somewhere_else_is_refused(get: Get, cursor: str) -> None:
    answer = get("/cases", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-not-ours")


def test_numbers_of_all_cases_are_for_monitors_and_auditors(get: Get) -> None:
    for path in ("/indicators/claims", "/indicators/custody"):
        assert get(path).status_code == 403
        assert get(path, "somebody", "administrator").status_code == 403
        for role in ("monitor", "auditor"):
            assert get(path, "somebody", role).status_code == 200


def test_the_report_over_http_is_the_report_at_the_command_line(
    get: Get, filled_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    over_http = get("/indicators/claims", "somebody", "monitor", subdivision="wy").json()
    cli.report_claims(filled_store.reports, Console(), subdivision="US-WY", as_json=True)
    assert json.loads(capsys.readouterr().out) == over_http
    assert over_http["decided_for_claimant"] == 1
    assert (over_http["total_owed"], over_http["median_days"]) == ("4835.89", 40)
    assert type(over_http["median_days"]) is int
    assert over_http["duration_bands"] == [0, 1, 0, 0, 0, 0, 0]


def test_the_history_over_http_is_the_history_at_the_command_line(
    get: Get, filled_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    over_http = get(f"/cases/{CASE}/history", BUREAU).json()
    cli.print_history(
        filled_store.reports,
        Console(),
        "F-000005",
        before_showing=list[UUID]().append,
        as_json=True,
    )
    assert json.loads(capsys.readouterr().out) == over_http
    assert over_http["parties"] == sorted([OFFICE, BUREAU])


def test_a_history_comes_in_pages_that_are_the_whole(get: Get, filled_store: Store) -> None:
    path = f"/cases/{CASE}/history"
    whole = get(path, BUREAU).json()
    assert (whole["first"], whole["total"], whole["next"]) == (1, len(whole["facts"]), None)
    page = get(path, BUREAU, limit=2).json()
    facts, pages = list(page["facts"]), 1
    while page["next"]:
        page = get(path, BUREAU, limit=2, cursor=page["next"]).json()
        assert page["first"] == len(facts) + 1
        facts += page["facts"]
        pages += 1
    assert facts == whole["facts"]
    assert pages == -(-len(facts) // 2)
    last = filled_store.reports.window(str(CASE), up_to(None, 2), only_institution=BUREAU)
    assert last is not None
    assert [fact.id for fact in last.history.facts] == [fact["id"] for fact in facts[-2:]]


HAPPENED = (BEGIN + timedelta(days=20)).isoformat()


def test_what_had_happened_and_what_was_recorded_are_asked_for_beside_each_other(
    get: Get,
) -> None:
    """All of it is of 2024, and was recorded in 2026."""
    watching = {"by": "somebody", "role": "monitor"}
    for path in ("/cases", "/referrals", "/indicators/claims", "/indicators/custody"):
        assert get(path, **watching, as_known="now").json() == get(path, **watching).json()
    (row,) = get("/cases", BUREAU, as_of=HAPPENED).json()["items"]
    assert (row["custodian"], row["closed"]) == (BUREAU, None)
    assert get("/cases", BUREAU, as_known=HAPPENED).json() == {"items": [], "next": None}
    assert get("/cases", BUREAU, as_of=HAPPENED, custodian=OFFICE).json()["items"] == []
    (earlier,) = get("/referrals", as_of=BEGIN.isoformat(), status="requested").json()["items"]
    assert earlier["decided_at"] is None
    report = get("/indicators/claims", **watching, as_of=HAPPENED).json()
    assert (report["cases"], report["total_owed"], report["median_days"]) == (2, "4835.89", None)
    assert report["axes"] == {"as_of": HAPPENED, "as_known": None}
    known = get("/indicators/claims", **watching, as_known="intake:1,referral:0").json()
    assert (known["cases"], known["axes"]["as_known"]) == (1, {"intake": 1, "referral": 0})
    loads = get("/indicators/custody", **watching, as_of=BEGIN.isoformat()).json()["caseloads"]
    assert {load["institution"] for load in loads} == {OFFICE, "stranger"}


def test_a_day_is_a_place_in_time_for_every_list_and_on_the_cases_own_clock(get: Get) -> None:
    day = HAPPENED[:10]
    watching = {"by": "somebody", "role": "monitor"}
    for path in ("/cases", "/referrals", "/indicators/claims", "/indicators/custody"):
        assert get(path, **watching, as_of=day, as_known="2999-01-01").status_code == 200
    (row,) = get("/cases", BUREAU).json()["items"]
    told = get(f"/cases/{row['case_id']}/history", as_of=day, as_known="now").json()
    assert told["as_of"].startswith(f"{day}T23:59:59")
    assert get("/cases", as_of=f"{day}T12:00").json()["code"] == "not-a-day-or-moment"


def test_as_of_alone_is_answered_with_a_notice_of_its_new_meaning(get: Get) -> None:
    path = f"/cases/{CASE}/history"
    answer = get(path, as_of=HAPPENED).json()
    (notice,) = answer["notices"]
    assert "según se sabe hoy" in notice
    assert (answer["as_of"], answer["as_known"], answer["closed_with"]) == (HAPPENED, None, None)
    assert get(path, as_of=HAPPENED, as_known="now").json()["notices"] == []
    empty = get(path, as_known=HAPPENED).json()
    (hint,) = empty["notices"]
    assert "el primero ocurrió el 2024-01-10 09:30-07:00" in hint
    assert (
        empty["facts"] == get(path, as_known="intake:0,referral:0,followup:0").json()["facts"] == []
    )


@pytest.mark.parametrize(
    "path", ["/cases", "/referrals", "/indicators/claims", f"/cases/{CASE}/history"]
)
@pytest.mark.parametrize("known", ["ayer", "2026-01-01T00:00", "intak:7", "intake:x"])
def test_what_is_no_place_in_time_is_refused(get: Get, path: str, known: str) -> None:
    answer = get(path, OFFICE, "monitor", as_known=known)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-a-moment")
    assert known not in answer.text


def test_a_page_of_a_history_goes_on_after_a_fact_of_that_history_alone(get: Get) -> None:
    path = f"/cases/{CASE}/history"
    elsewhere = cursor_of("intake:00000000-0000-4000-8000-00000000dead:1")
    for cursor in ("xyz", elsewhere):
        assert get(path, BUREAU, cursor=cursor).json()["code"] == "cursor-not-ours"
    assert get(path, "stranger", cursor=elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("params", "code", "says"),
    [
        ({"subdivision": "Kansass"}, "code-not-known", "US-KS"),
        ({"subdivision": "zz"}, "code-not-known", "subdivisions"),
        ({"programme": "mecall"}, "code-not-known", "mecal"),
        ({"currency": "USB"}, "code-not-known", "USD"),
    ],
)
def test_an_unknown_subdivision_is_refused_with_what_is_near(
    get: Get, params: dict[str, str], code: str, says: str
) -> None:
    answer = get("/indicators/claims", "somebody", "monitor", **params)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert says in answer.json()["detail"]


def test_the_definitions_are_open_to_every_caller_and_complete(get: Get) -> None:
    definitions = {d["code"]: d for d in get("/indicators").json()}
    assert [*definitions] == [each.code for each in indicators.ALL]
    assert definitions["median-days"]["name"] == {"es": "Mediana de días", "en": "Median days"}
    assert definitions["share-paid"]["denominator"] is not None


def test_the_directory_says_names(get: Get) -> None:
    assert [i["name"] for i in get("/institutions", BUREAU).json()["items"]] == [
        "Oficina Laboral de Wyoming"
    ]


def test_the_directory_goes_on_by_code_and_forgets_nobody(get: Get, filled_store: Store) -> None:
    factory = EventFactory()
    factory.messages["referral"] += [b""] * 50
    filled_store.take([institution(factory, f"office-{n}", f"Office {n}") for n in range(4)])
    page = get("/institutions", BUREAU, limit=2).json()
    seen = page["items"]
    while page["next"]:
        page = get("/institutions", BUREAU, limit=2, cursor=page["next"]).json()
        seen += page["items"]
    codes = [each["code"] for each in seen]
    assert codes == sorted([OFFICE, *(f"office-{n}" for n in range(4))])


def test_who_answers_for_the_open_cases_comes_with_the_positions_it_is_computed_from(
    get: Get, filled_store: Store
) -> None:
    with psycopg.connect(filled_store.admin) as conn:
        conn.execute("INSERT INTO reporting.tracking VALUES ('referral/0', 7), ('relay/0', 9)")
    answer = get("/indicators/custody", "somebody", "monitor").json()
    assert {load["institution"]: load["open_cases"] for load in answer["caseloads"]} == {
        "stranger": 1
    }
    assert answer["as_of"] == {"referral/0": 7}


def test_what_a_service_has_published_is_no_reading_of_its_own(filled_store: Store) -> None:
    with psycopg.connect(filled_store.admin) as conn:
        conn.execute("INSERT INTO reporting.tracking VALUES ('referral/0', 7), ('relay/0', 9)")
    with TestClient(metrics_app([filled_store.service]), base_url="http://localhost") as scraper:
        lines = scraper.get("/metrics").text.splitlines()
    read = [line for line in lines if line.startswith("canaliza_reader_position{")]
    assert any('source="referral"' in line for line in read)
    assert not any('source="relay"' in line for line in read)


@pytest.mark.parametrize(
    "path", ["/cases", f"/cases/{CASE}", f"/cases/{CASE}/history", "/referrals"]
)
def test_nobody_unknown_is_answered(filled_store: Store, path: str) -> None:
    with TestClient(filled_store.service.app) as client:
        assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "typed", ["CHH-FQ1-968-951-H", "chh fq1 968 951 h", "CHHFQ1968951H", "chh-fql-968-95i-h"]
)
def test_whoever_types_a_folio_is_forgiven(get: Get, filled_store: Store, typed: str) -> None:
    with psycopg.connect(filled_store.admin) as conn:
        conn.execute(
            "UPDATE reporting.cases SET folio = 'CHH-FQ1-968-951-H' WHERE case_id = %s", (CASE,)
        )
    assert get(f"/cases/{typed}/history").json()["case_id"] == str(CASE)
    assert get(f"/cases/{typed}/history", "stranger").status_code == 404


def test_a_mistyped_folio_says_so(get: Get) -> None:
    for typed in ("CHH-FQ1-968-951-J", "CHI-FQ1-968-951-H", "CHH-FQ1-986-951-H", "CHH-1"):
        refused = get(f"/cases/{typed}/history", "somebody", "auditor")
        assert (refused.status_code, refused.json()["code"]) == (422, "folio-mistyped")


def test_what_an_institution_holds_is_for_itself_stewards_and_those_who_see_all(get: Get) -> None:
    path = f"/institutions/{OFFICE}/holdings"
    own = [(OFFICE, role) for role in ("caseworker", "administrator")]
    for who, role in (*own, *(("x", role) for role in ("steward", "auditor", "monitor"))):
        answer = get(path, who, role).json()
        assert (answer["institution"]["code"], answer["takes_part"]) == (OFFICE, False)
        assert answer["institution"]["reachable"] is False
    for who, role in (("stranger", "administrator"), ("stranger", "caseworker")):
        assert get(path, who, role).status_code == 403
    assert get("/institutions/nobody-here/holdings", "x", "steward").status_code == 404


@pytest.mark.parametrize("folio", ["a%00b", "x" * 61, "á", "a'b"])
def test_what_can_be_no_folio_is_refused_without_a_query(get: Get, folio: str) -> None:
    assert get(f"/cases/{folio}/history").status_code == 422


def test_a_folio_that_two_cases_bear_is_refused_to_whoever_sees_both(
    filled_store: Store, get: Get
) -> None:
    twin = Story(EventFactory(), UUID(int=(7 << 96) + 5))
    twin.factory.messages["intake"] += [b""] * 50
    twin.registered(by="stranger")
    filled_store.take(twin.events)
    assert get("/cases/F-000005/history").json()["case_id"] == str(CASE)
    assert get("/cases/F-000005/history", "stranger").json()["case_id"] == str(twin.case_id)
    both = get("/cases/F-000005/history", "somebody", "auditor")
    assert (both.status_code, both.json()["code"]) == (409, "folio-not-unique")
