"""No answer, log line, metric or row ever holds what somebody typed into the wrong field.

The one exception is the directory: an administrator gives an institution its public name and code.
"""

import pytest

from shared.kernel.roles import ADMINISTRATOR, CASEWORKER
from tests.integration.http.api_client import ALL_ROLES, OWN, PARTY, REFERRAL, ApiClient
from tests.integration.http.canaries import SONGS, Flight, as_sent, flights, found_in
from tests.integration.http.scope_table import TABLE
from tests.integration.http.traces import heard, stored

pytestmark = pytest.mark.integration

PUBLIC = (
    "POST /referral/institutions name.=",
    "POST /referral/institutions institution.=",
    "POST /referral/institutions/{institution}/corrections name.=",
)
"""What the directory keeps and shows, on purpose, and only by whoever keeps it."""

_ALIKE = {"/openapi.json", "/livez", "/readyz"}  # the same in each service
EVERYTHING = [row for row in TABLE if row.template not in _ALIKE or row.service == "intake"]


def test_no_part_of_any_request_is_repeated_or_kept(api: ApiClient) -> None:
    scenario, leaks, broken, flown = api.referred(), [], [], 0
    with heard() as log:
        for row in EVERYTHING:
            for song in SONGS.values():
                for flight in flights(row, scenario, song):
                    if flight.location in PUBLIC:
                        continue
                    flown += 1
                    status, leaked = _flown(api, flight)
                    if leaked:
                        leaks.append(f"{flight.location}: {leaked} in the answer ({status})")
                    if status >= 500:
                        broken.append(f"{flight.location}: {status}")
    assert leaks == []
    assert broken == []
    assert flown > 1_500
    assert found_in(log.text()) == []
    assert found_in(api.running.metrics()) == []
    assert found_in(stored(api)) == []


def test_the_address_of_what_is_new_does_not_repeat_the_host_that_was_called(
    api: ApiClient,
) -> None:
    path = f"/referral/cases/{api.registered().case_id}/referrals"
    host = {"Host": SONGS["slug"]}
    answer = api.send((OWN, CASEWORKER), "POST", path, REFERRAL, host)
    assert answer.status_code == 201
    assert answer.headers["Location"].startswith("/referral/cases/")
    assert found_in(f"{answer.headers} {answer.text}") == []


def test_the_locations_that_are_public_are_the_directorys_only(api: ApiClient) -> None:
    scenario = api.registered()
    locations = {f.location for row in EVERYTHING for f in flights(row, scenario, "x")}
    assert set(PUBLIC) <= locations


def test_the_look_into_the_tables_finds_what_is_kept(api: ApiClient) -> None:
    name = {"name": "Comisión Ñandú", "kind": "human-rights-commission"}
    path = f"/referral/institutions/{PARTY}/corrections"
    answer = api.send((PARTY, ADMINISTRATOR), "POST", path, name)
    assert answer.status_code == 200, answer.text
    tables = stored(api)
    assert "Comisión Ñandú" in tables
    assert OWN in tables
    assert found_in("la señora JUANA") == ["juana"]


def _flown(api: ApiClient, flight: Flight) -> tuple[int, list[str]]:
    assert found_in(as_sent(flight)) or not flight.location, flight
    answer = api.send((OWN, *ALL_ROLES), flight.method, flight.path, flight.body, flight.headers)
    return answer.status_code, found_in(f"{answer.headers} {answer.text}")
