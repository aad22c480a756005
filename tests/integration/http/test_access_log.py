"""Who was refused and who read a case stands in the access log before the answer leaves."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest

from services.reporting.access import AccessRow, accesses_seen
from shared.identity.access_log import AccessLog
from shared.kernel.ids import new_id
from shared.kernel.roles import (
    ADMINISTRATOR,
    AUDITOR,
    CASEWORKER,
    MONITOR,
    STEWARD,
    SUPERVISOR,
)
from shared.telemetry.metrics import REGISTRY
from shared.web.paging import cursor_of
from tests.integration.http.api_client import (
    CASE,
    OWN,
    PARTY,
    STRANGER,
    ApiClient,
    Scenario,
)
from tests.integration.http.scope_table import ABOUT_A_CASE, Row

pytestmark = pytest.mark.integration

READS_OF_A_CASE = [row for row in ABOUT_A_CASE if row.method == "GET"]
PURPOSE = "Canaliza-Purpose"
_MANY = 10_000


def lines(api: ApiClient, after: int = 0) -> list[AccessRow]:
    """Lines after this number, in order, but for the operator's, who makes the client's tokens.

    What was only counted is told first.
    """
    for service in api.running.services.values():
        service.accesses.tell()
    rows = accesses_seen(api.running.services["reporting"].log, None, _MANY)
    others = [row for row in reversed(rows) if row.institution != "operator"]
    return [row for row in others if row.number > after]


def last(api: ApiClient) -> int:
    return max((row.number for row in lines(api)), default=0)


@pytest.mark.parametrize("row", READS_OF_A_CASE, ids=lambda row: " ".join(row.route))
def test_who_reads_a_case_is_written_down(api: ApiClient, row: Row) -> None:
    scenario = row.stage(api)
    before = last(api)
    answer = api.get(OWN, scenario.path(row.service, row.template))
    assert answer.status_code == 200
    (line,) = lines(api, before)
    assert (line.institution, line.outcome, line.purpose, line.times) == (
        OWN,
        "shown",
        "case-handling",
        1,
    )
    assert line.route.startswith(f"{row.service}.")
    assert str(line.case_id) == scenario.case_id
    assert (line.referral_id is not None) == ("{referral_id}" in row.template)
    assert line.subject is not None
    assert line.subject.startswith("subject-")


@pytest.mark.parametrize("row", READS_OF_A_CASE, ids=lambda row: " ".join(row.route))
def test_what_a_stranger_hears_is_written_down_and_tells_no_case_from_none(
    api: ApiClient, row: Row
) -> None:
    there, nowhere = row.stage(api), Scenario(str(new_id()), str(new_id()))
    before = last(api)
    for scenario in (there, nowhere):
        answer = api.get(STRANGER, scenario.path(row.service, row.template))
        assert answer.status_code == 404
    one, other = lines(api, before)
    assert one.outcome == "no-such-case"
    for attribute in ("route", "outcome", "subject", "institution", "purpose", "times"):
        assert getattr(one, attribute) == getattr(other, attribute)
    for attribute in ("case_id", "referral_id"):
        assert (getattr(one, attribute) is None) == (getattr(other, attribute) is None)


def test_a_refusal_by_role_is_written_down_on_either_way_to_a_command(api: ApiClient) -> None:
    before = last(api)
    for headers in ({}, {PURPOSE: "administration"}):  # the second goes through the framework
        answer = api.send((OWN, ADMINISTRATOR), "POST", "/intake/cases", CASE, headers)
        assert answer.status_code == 403
    one, other = lines(api, before)
    assert (one.route, one.outcome) == ("intake.register_case", "role-needed")
    assert (one.institution, one.purpose) == (OWN, "administration")
    assert (other.route, other.outcome, other.purpose) == (one.route, one.outcome, one.purpose)


def test_a_refused_command_on_a_case_names_the_case(api: ApiClient) -> None:
    scenario = api.accepted()
    before = last(api)
    path = f"/intake/cases/{scenario.case_id}/entry-in-error"
    assert api.send((PARTY, CASEWORKER), "POST", path, {"reason": "duplicate"}).status_code == 403
    (line,) = lines(api, before)
    assert (line.outcome, str(line.case_id)) == ("not-the-custodian", scenario.case_id)


def test_what_is_refused_for_another_reason_is_no_matter_of_access(api: ApiClient) -> None:
    before = last(api)
    wrong = {**CASE, "subdivision": "XX"}
    assert api.send((OWN, CASEWORKER), "POST", "/intake/cases", wrong).status_code == 422
    assert lines(api, before) == []


@pytest.fixture
def nobody_was_refused_before(api: ApiClient) -> Iterator[None]:
    """Access logs of this test's own: in those of all, others may have used up the window's lines.

    Who is not identified has a line for each try only as long as a window's few last.
    """
    services = api.running.services.values()
    with ExitStack() as stack:
        for service in services:
            fresh = AccessLog(service.log.database)
            service.app.state.accesses = stack.enter_context(closing(fresh))
        try:
            yield
        finally:
            for service in services:
                service.app.state.accesses = service.accesses


@pytest.mark.usefixtures("nobody_was_refused_before")
def test_a_refused_identification_is_written_down_without_anything_that_was_sent(
    api: ApiClient,
) -> None:
    before = last(api)
    headers = {"Authorization": "Bearer cnz_nobody"}
    for path in ("/reporting/cases", f"/intake/cases/{new_id()}"):
        assert api.running.client.get(path, headers=headers).status_code == 401
    found = lines(api, before)
    assert [(line.route, line.outcome) for line in found] == [
        ("reporting.list_cases", "not-identified"),
        ("intake.see_case", "not-identified"),
    ]
    assert {(line.subject, line.institution, line.case_id) for line in found} == {
        (None, None, None)
    }


def test_a_folio_in_an_address_is_not_written_down(api: ApiClient) -> None:
    before = last(api)
    assert api.get(STRANGER, "/reporting/cases/JUAN PEREZ/history").status_code in {404, 422}
    assert all(line.case_id is None for line in lines(api, before))


# --- purposes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "said", "purpose"),
    [
        ((CASEWORKER,), None, "case-handling"),
        ((CASEWORKER,), "subject-request", "subject-request"),
        ((SUPERVISOR,), None, "supervision"),
        ((STEWARD,), None, "administration"),
        ((AUDITOR,), None, "audit"),
        ((MONITOR,), None, "monitoring"),
        ((CASEWORKER, MONITOR), None, "case-handling"),
        ((CASEWORKER, MONITOR), "monitoring", "monitoring"),
    ],
)
def test_a_read_has_the_purpose_that_was_said_or_its_roles(
    api: ApiClient, roles: tuple[str, ...], said: str | None, purpose: str
) -> None:
    scenario = api.registered()
    before = last(api)
    headers = {PURPOSE: said} if said else {}
    answer = api.send((OWN, *roles), "GET", f"/intake/cases/{scenario.case_id}", None, headers)
    assert answer.status_code == 200
    assert [line.purpose for line in lines(api, before)] == [purpose]


def test_a_purpose_narrows_to_the_roles_that_may_have_it(api: ApiClient) -> None:
    scenario = api.registered()
    path, who = f"/intake/cases/{scenario.case_id}", (STRANGER, CASEWORKER, MONITOR)
    before = last(api)
    assert api.send(who, "GET", path).status_code == 200
    assert api.send(who, "GET", path, None, {PURPOSE: "case-handling"}).status_code == 404
    assert [(line.outcome, line.purpose) for line in lines(api, before)] == [
        ("shown", "monitoring"),
        ("no-such-case", "case-handling"),
    ]


def test_a_purpose_that_no_role_may_have_is_refused(api: ApiClient) -> None:
    answer = api.send((OWN, CASEWORKER), "GET", "/reporting/cases", None, {PURPOSE: "audit"})
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose-not-yours")
    answer = api.send((OWN, CASEWORKER), "GET", "/reporting/cases", None, {PURPOSE: "curiosity"})
    assert (answer.status_code, answer.json()["code"]) == (422, "code-not-known")
    assert "curiosity" not in answer.text
    who = (OWN, CASEWORKER, SUPERVISOR)
    answer = api.send(who, "POST", "/intake/cases", CASE, {PURPOSE: "supervision"})
    assert (answer.status_code, answer.json()["code"]) == (403, "purpose-not-yours")


# --- who reads it ---------------------------------------------------------------------------


def _read(api: ApiClient, who: tuple[str, ...], query: str) -> list[dict[str, Any]]:
    answer = api.send(who, "GET", f"/reporting/accesses?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _moments(items: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(item["at"]) for item in items]


def test_no_caller_can_count_what_others_are_shown(api: ApiClient) -> None:
    scenario = api.registered()
    for _ in range(2):
        api.get(STRANGER, f"/intake/cases/{scenario.case_id}")
    numbers = {str(line.number) for line in lines(api)}
    for who in ((STRANGER, CASEWORKER), (STRANGER, AUDITOR)):
        page = api.send(who, "GET", "/reporting/accesses?limit=1").json()
        item = page["items"][0]
        assert [name for name in item if isinstance(item[name], int)] == ["times"]
        parts = [part + "=" * (-len(part) % 4) for part in page["next"].split(".")]
        assert all(
            urlsafe_b64decode(part).strip(b"0").decode("latin-1") not in numbers for part in parts
        )
    forged = cursor_of(max(numbers, key=int))
    assert api.get(STRANGER, f"/reporting/accesses?cursor={forged}").status_code == 422


def test_an_institution_sees_its_own_part_and_that_of_its_cases(api: ApiClient) -> None:
    scenario = api.accepted()
    case, follow_up = (
        f"/intake/cases/{scenario.case_id}",
        f"/followup/follow-ups/{scenario.referral_id}",
    )
    before = last(api)
    api.get(PARTY, case)
    api.get(STRANGER, case)
    api.get(STRANGER, follow_up)
    api.send((STRANGER, AUDITOR), "GET", case)
    wanted = {line.at: line.institution for line in lines(api, before)}
    assert list(wanted.values()) == [PARTY, STRANGER, STRANGER, STRANGER]
    seen = {
        institution: [
            at
            for at in _moments(_read(api, (institution, CASEWORKER), "limit=500"))
            if at in wanted
        ]
        for institution in (OWN, PARTY, STRANGER)
    }
    newest_first = sorted(wanted, reverse=True)
    assert seen[OWN] == newest_first  # it answers for the case
    assert seen[PARTY] == [n for n in newest_first if wanted[n] == PARTY]
    assert seen[STRANGER] == [n for n in newest_first if wanted[n] == STRANGER]
    audited = _read(api, (STRANGER, AUDITOR), f"case_id={scenario.case_id}")
    assert [at for at in _moments(audited) if at in wanted] == [
        n for n in newest_first if n != list(wanted)[2]
    ]


def test_the_access_log_comes_in_pages_and_its_reading_is_written_down(api: ApiClient) -> None:
    scenario = api.registered()
    for _ in range(3):
        api.get(OWN, f"/intake/cases/{scenario.case_id}")
    path, found, more = f"/reporting/accesses?case_id={scenario.case_id}&limit=2", [], ""
    while True:
        page = api.get(OWN, path + more).json()
        found += page["items"]
        if page["next"] is None:
            break
        more = f"&cursor={page['next']}"
    moments = _moments(found)
    assert moments == sorted(set(moments), reverse=True)
    assert [item["route"] for item in found].count("intake.see_case") == 3
    again = _read(api, (OWN, CASEWORKER), f"case_id={scenario.case_id}")
    assert "reporting.list_accesses" in {item["route"] for item in again}
    assert api.get(OWN, "/reporting/accesses?cursor=bm9uZQ").status_code == 422


# --- what the database refuses --------------------------------------------------------------


@contextmanager
def _admin(api: ApiClient) -> Iterator[psycopg.Connection[Any]]:
    admin = api.running.services["intake"].settings.database_admin
    assert admin is not None
    with psycopg.connect(admin.get_secret_value(), autocommit=True) as conn:
        yield conn


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity.access SET outcome = 'shown'",
        "DELETE FROM identity.access",
        "TRUNCATE identity.access",
    ],
)
def test_nobody_changes_a_line(api: ApiClient, change: str) -> None:
    log = api.running.services["intake"].log
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        psycopg.connect(log.address.conninfo()) as conn,
    ):
        conn.execute(change.encode())
    with (
        _admin(api) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        conn.execute(change.encode())


@contextmanager
def _unwritable(api: ApiClient) -> Iterator[None]:
    """The services may not add to the access log meanwhile."""
    roles = [s.log.address.user for s in api.running.services.values()]
    with _admin(api) as conn:
        for role in roles:
            conn.execute(f"REVOKE INSERT ON identity.access FROM {role}".encode())
        try:
            yield
        finally:
            for role in roles:
                conn.execute(f"GRANT INSERT ON identity.access TO {role}".encode())


def _refused(code: str, service: str) -> float:
    labels = {"code": code, "service": service}
    return REGISTRY.get_sample_value("canaliza_refused_total", labels) or 0.0


def test_what_cannot_be_written_down_is_not_shown(api: ApiClient) -> None:
    scenario = api.accepted()
    case = f"/intake/cases/{scenario.case_id}"
    before = _refused("access-log-away", "intake")
    with _unwritable(api):
        for row in READS_OF_A_CASE:
            answer = api.get(OWN, scenario.path(row.service, row.template))
            assert (answer.status_code, answer.json()["code"]) == (503, "access-log-away"), row
            assert answer.headers["Retry-After"]
            assert scenario.case_id not in answer.text
        strangers = api.get(STRANGER, case)
        assert strangers.status_code == 503
        nobody = api.send(None, "GET", case)
        assert nobody.status_code == 401, "nobody is shown anything either way: it is counted"
        assert api.get(OWN, "/reporting/cases").status_code == 200
    assert _refused("access-log-away", "intake") >= before + 2
    assert api.get(OWN, case).status_code == 200
    assert ("intake.see_case", "not-identified") in {(r.route, r.outcome) for r in lines(api)}


def test_refusals_because_of_who_asks_are_counted_by_code(api: ApiClient) -> None:
    scenario = api.registered()
    before = {
        code: _refused(code, "intake") for code in ("not-identified", "role-needed", "no-such-case")
    }
    api.send(None, "GET", f"/intake/cases/{scenario.case_id}")
    api.send((OWN, ADMINISTRATOR), "POST", "/intake/cases", CASE)
    api.get(STRANGER, f"/intake/cases/{scenario.case_id}")
    api.get(STRANGER, f"/intake/cases/{new_id()}")
    assert {code: _refused(code, "intake") - before[code] for code in before} == {
        "not-identified": 1,
        "role-needed": 1,
        "no-such-case": 2,
    }
