"""Whatever is accepted over HTTP, every reader takes in, and a rebuild finds the same rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.installation import ALL
from services.operator.publishing import SOURCES
from services.reporting.rebuild import check
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.limits import OFFSETS
from shared.service.command_client import wait_until_read
from tests.integration.http.api_client import ALL_ROLES, CASE, OWN, PARTY, STRANGER, ApiClient, Who
from tests.integration.http.borders import borders_of
from tests.integration.http.scope_table import COMMANDS, Row
from tests.stories.running_services import RunningServices, running_services
from tests.waiting import soon
from tests.walks import tries

pytestmark = [pytest.mark.integration, pytest.mark.timeout(0)]


def name_of(row: Row) -> str:
    return " ".join(row.route)


@pytest.fixture(scope="module")
def accepting(postgres_server: PostgresAddress) -> Iterator[ApiClient]:
    """Services of this module's own, since their tables are compared as a whole."""
    with running_services(postgres_server, "log") as built:
        api = ApiClient(built)
        for code in (OWN, PARTY, STRANGER):
            body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
            keeper = ("administracion", "steward")
            assert api.send(keeper, "POST", "/referral/institutions", body).status_code == 201
            api.secret(code)  # so that it has a way to answer
        yield api
        a_rebuild_agrees(built)  # with all that any test had accepted, once


def sender_of(row: Row) -> Who:
    """Somebody who may give this command, if only of a version that nobody knows beforehand."""
    taken = (who for who, status in row.cells().items() if who and status < 300)
    held = (who for who, status in row.cells().items() if who and status == 409)
    where, role = next(taken, None) or next(held)
    return (where, role)


def is_taken(row: Row) -> bool:
    """Whether the row's own body is accepted: not if it names a version of long ago."""
    return any(status < 300 for status in row.cells().values())


def everything_is_read(running: RunningServices) -> None:
    """Every reader is at the end of what it follows, nothing is parked and nobody complains."""
    services = running.services
    for parts in ALL:
        for source in parts.reader.sources if parts.reader else ():
            wait_until_read(services[parts.name], services[source])
    assert {name: service.inbox.reasons() for name, service in services.items()} == {
        name: {} for name in services
    }
    soon(lambda: not any(service.troubles() for service in services.values()))


def a_rebuild_agrees(running: RunningServices) -> None:
    """The rows are what the logs say."""
    reporting = running.services["reporting"]
    admin = reporting.settings.database_admin
    assert admin is not None
    done = check(admin.get_secret_value(), reporting.log.address.user, SOURCES)
    assert (done.differs, done.failed) == (None, [])


def is_answered(api: ApiClient, row: Row, body: Any, scenario: Any) -> bool:
    """Send a command; it must be answered in words. Whether it was accepted."""
    answer = api.send(sender_of(row), row.method, scenario.path(row.service, row.template), body)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 300:
        assert answer.json()["code"], answer.text
    return answer.status_code < 300


@pytest.mark.parametrize("row", COMMANDS, ids=name_of)
def test_what_stands_at_the_border_of_one_field_is_refused_or_read_by_all(
    accepting: ApiClient, row: Row
) -> None:
    borders = list(borders_of(row.service, row.template))
    scenario, accepted = row.stage(accepting), 0
    for field, value in borders:
        if is_answered(accepting, row, {**row.request_body(), field: value}, scenario):
            accepted += 1
            scenario = row.stage(accepting)
    assert accepted or not borders or not is_taken(row)
    everything_is_read(accepting.running)


def test_what_stands_at_the_borders_of_several_fields_is_refused_or_read_by_all(
    accepting: ApiClient,
) -> None:
    @tries(200)
    @given(data=st.data())
    def some_are_sent(data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(COMMANDS), name_of)
        at_borders = st.lists(st.sampled_from(list(borders_of(row.service, row.template))))
        body = {**row.request_body(), **dict(data.draw(at_borders))}
        is_answered(accepting, row, body, row.stage(accepting))

    some_are_sent()
    everything_is_read(accepting.running)


@pytest.mark.parametrize("field", ["happened_at", "opened_at"])
@pytest.mark.parametrize("offset", ["+14:01", "-12:01", "+15:59", "+16:00", "+23:59"])
@pytest.mark.parametrize("lang", ["es", "en"])
def test_an_offset_that_no_clock_has_is_refused_and_what_was_expected_is_said(
    api: ApiClient, field: str, offset: str, lang: str
) -> None:
    body = {**CASE, field: f"2026-01-01T00:00:00{offset}"}
    answer = api.send((OWN, *ALL_ROLES), "POST", "/intake/cases", body, {"Accept-Language": lang})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-valid")
    assert answer.json()["errors"] == [{"field": field, "expected": OFFSETS.expected.in_(lang)}]
    assert offset not in answer.text.replace("+14:00", "").replace("-12:00", "")
