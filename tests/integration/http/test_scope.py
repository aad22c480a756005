"""Who may see and do what: every route, every role, and whether the case is theirs to see."""

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from shared.kernel.codes import codes
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, MONITOR
from tests.integration.http.api_client import (
    DECLINE,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    WITHDRAW,
    ApiClient,
    Scenario,
)
from tests.integration.http.bodies import body_of, value_of
from tests.integration.http.link_scope import BY_LINK
from tests.integration.http.scope_table import TABLE, Row

pytestmark = pytest.mark.integration


def routes_of(routes: list[BaseRoute], prefix: str = "") -> set[tuple[str, str]]:
    """Every (method, path) that these routes answer, mounted and included ones too."""
    found: set[tuple[str, str]] = set()
    for route in routes:
        if isinstance(route, Mount):
            inside = route.app.routes if isinstance(route.app, FastAPI) else list(route.routes)
            found |= routes_of(inside, prefix + route.path)
            continue
        for one in iter_route_contexts([route]):
            methods = set(one.methods or ()) - ({"HEAD"} if "GET" in (one.methods or ()) else set())
            found |= {(method, f"{prefix}{one.path}") for method in methods}
    return found


def _name(row: Row) -> str:
    return " ".join(row.route)


def rowless(routes: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return routes - {row.route for row in TABLE} - BY_LINK


def test_every_route_of_every_service_has_its_row(api: ApiClient) -> None:
    app = api.running.client.app
    assert isinstance(app, Starlette)
    assert rowless(routes_of(app.routes)) == set()
    assert {row.route for row in TABLE} <= routes_of(app.routes)
    assert len(TABLE) == len({row.route for row in TABLE})


def test_a_new_route_without_a_row_would_be_named(api: ApiClient) -> None:
    planted = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    planted.include_router(api.running.services["followup"].definition.router, prefix="/followup")
    planted.post("/followup/follow-ups/{referral_id}/planted")(lambda: None)
    assert rowless(routes_of(planted.routes)) == {
        ("POST", "/followup/follow-ups/{referral_id}/planted")
    }


def test_a_row_without_a_body_has_one_from_its_routes_schema() -> None:
    decline = "/cases/{case_id}/referrals/{referral_id}/decline"
    assert body_of("referral", decline) == {"reason": next(iter(codes("decline_reasons")))}
    with pytest.raises(KeyError, match="outcomes: note"):
        value_of({"type": "string"}, "/follow-ups/{referral_id}/outcomes", "note")


@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_each_caller_gets_the_answer_of_the_table(api: ApiClient, row: Row) -> None:
    scenario, seen, carried_out = row.stage(api), {}, set()
    before = _versions(api, scenario)
    for who, expected in row.cells().items():
        if row.method == "POST" and expected < 300:
            carried_out.add(who)
            continue
        seen[who] = _status(api, row, scenario, who)
    assert _versions(api, scenario) == before, "a refused command changed something"
    for who in carried_out:
        seen[who] = _status(api, row, row.stage(api), who)
    assert seen == row.cells()


@pytest.mark.parametrize("ending", ["decline", "withdrawal", "error"])
def test_an_addressee_loses_its_preview_when_the_referral_comes_to_nothing_and_is_told_how(
    api: ApiClient, ending: str
) -> None:
    scenario = api.referred()
    match ending:
        case "decline":
            api.submit(PARTY, f"{api.of(scenario)}/decline", DECLINE)
        case "withdrawal":
            api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
        case _:
            api.submit(
                OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"}
            )
    api.sees_no_longer(PARTY, api.preview(scenario), f"/reporting/cases/{scenario.case_id}")
    api.sees(OWN, f"/intake/cases/{scenario.case_id}", f"/referral/cases/{scenario.case_id}")
    told = {"decline": "declined", "withdrawal": "withdrawn", "error": "entered-in-error"}[ending]
    api.becomes(PARTY, api.of(scenario), status=told)
    again = api.send((PARTY, CASEWORKER), "POST", f"{api.of(scenario)}/acceptance", {})
    assert again.status_code == 409


def test_lists_show_a_case_to_its_parties_and_to_who_watches_only(api: ApiClient) -> None:
    scenario = api.referred()
    for path, key, wanted in (
        ("/reporting/cases", "case_id", scenario.case_id),
        ("/reporting/referrals", "referral_id", scenario.referral_id),
    ):
        seen = {
            who: any(
                item[key] == wanted
                for item in api.send(who, "GET", f"{path}?limit=500").json()["items"]
            )
            for who in (
                (OWN, CASEWORKER),
                (PARTY, CASEWORKER),
                (STRANGER, CASEWORKER),
                (STRANGER, ADMINISTRATOR),
                (STRANGER, AUDITOR),
                (STRANGER, MONITOR),
            )
        }
        assert list(seen.values()) == [True, True, False, False, True, True], path


def test_a_folio_opens_no_more_than_the_case_does(api: ApiClient) -> None:
    scenario = api.referred()
    folio = api.get(OWN, f"/intake/cases/{scenario.case_id}").json()["folio"]
    path = f"/reporting/cases/{folio}/history"
    assert api.get(PARTY, path).status_code == 404, "a preview has no folio to find it by"
    api.submit(PARTY, f"{api.of(scenario)}/acceptance")
    api.sees(PARTY, path)
    assert api.get(PARTY, path).json()["case_id"] == scenario.case_id
    assert api.get(STRANGER, path).status_code == 404
    assert api.get(STRANGER, path, AUDITOR).status_code == 200


def test_whoever_had_accepted_a_case_keeps_sight_of_it_when_it_was_an_error(
    api: ApiClient,
) -> None:
    scenario = api.accepted()
    waits = api.refer(scenario, to=STRANGER)
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"})
    api.sees_no_longer(STRANGER, api.preview(waits), f"/reporting/cases/{scenario.case_id}")
    paths = [f"/{one}/cases/{scenario.case_id}" for one in ("intake", "referral", "reporting")]
    for institution in (OWN, PARTY):
        api.sees(institution, *paths)


def test_a_follow_up_is_shown_to_whoever_follows_up_and_to_the_custodian(api: ApiClient) -> None:
    """OWN transfers to PARTY, which shares with STRANGER: of that follow-up OWN hears nothing."""
    moved = api.accepted(kind="transfer")
    answer = api.send(
        (PARTY, CASEWORKER),
        "POST",
        f"/referral/cases/{moved.case_id}/referrals",
        {**REFERRAL, "to": STRANGER},
    )
    shared = Scenario(moved.case_id, answer.headers["Location"].rpartition("/")[2])
    api.submit(STRANGER, f"{api.of(shared)}/acceptance")
    follow_up = f"/followup/follow-ups/{shared.referral_id}"
    api.sees(
        STRANGER, follow_up, f"/intake/cases/{moved.case_id}", f"/referral/cases/{moved.case_id}"
    )
    api.sees(PARTY, follow_up)
    assert api.get(OWN, follow_up).status_code == 404
    assert api.get(OWN, follow_up, AUDITOR).status_code == 200
    assert api.get(OWN, follow_up, MONITOR).status_code == 200
    other = f"/followup/follow-ups/{moved.referral_id}"
    assert api.get(STRANGER, other).status_code == 404
    assert api.get(OWN, other).status_code == 404


def _status(api: ApiClient, row: Row, scenario: Scenario, who: tuple[str, ...] | None) -> int:
    path = scenario.path(row.service, row.template) + row.query
    return api.send(who, row.method, path, row.request_body()).status_code


def _versions(api: ApiClient, scenario: Scenario) -> list[str | None]:
    """How often the case, its custody and its follow-up have changed."""
    return [
        api.get(OWN, path, AUDITOR).headers.get("ETag")
        for path in (
            f"/intake/cases/{scenario.case_id}",
            f"/referral/cases/{scenario.case_id}",
            f"/followup/follow-ups/{scenario.referral_id}",
            f"/referral/institutions/{PARTY}",
        )
    ]
