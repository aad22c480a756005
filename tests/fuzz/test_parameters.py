"""Cursors, moments, keys, versions and tokens as anybody may write them: never more than a no.

What schemathesis draws for them is text of the right length; here it is what nearly fits.
"""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from httpx2 import Response
from hypothesis import example, given
from hypothesis import strategies as st

from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from shared.web.paging import cursor_of
from shared.web.problems import MEDIA_TYPE
from tests.integration.http.api_client import ALL_ROLES, CASE, OWN, ApiClient, Scenario
from tests.walks import tries

pytestmark = [pytest.mark.integration, pytest.mark.scaled, pytest.mark.timeout(0)]
MOMENTS = (
    "2026-03-01T09:30:00-07:00", "2026-03-01T09:30:00", "2026-W01-1T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999Z",
    "2026-03-01T09:30:00+00:00:00.000001", "2026-03-01T09:30:00+23:59:59", "1900-01-01T00:00:00Z",
    "2026-03-01T09:30:00+14:00", "2026-03-01T09:30:00+16:00", "2026-03-01T09:30:00-12:01",
    "2026-03-01 09:30:00Z", "2026-03-01T24:00:00Z", "2026-02-30T00:00:00Z", "infinity", "now",
)  # fmt: skip
LISTS = ("cases", "referrals", "institutions")
nearly = st.sampled_from(MOMENTS) | st.text(max_size=20)
keys = st.lists(nearly | st.uuids().map(str) | st.just("\0"), min_size=1, max_size=3)
cursors = (
    keys.map(lambda parts: cursor_of(*(part.encode("utf-8", "replace").decode() for part in parts)))
    | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
    | st.text(max_size=30)
)
header = st.binary(max_size=30) | st.sampled_from(
    [b"", b'"1"', b'"01"', b'W/"1"', b"*", b'"-1"', b'"\xb2"', b'"' + b"9" * 18 + b'"', b"1" * 201]
)


@pytest.fixture(scope="module")
def scenario(api: ApiClient) -> Scenario:
    return api.registered()


def is_an_answer(answer: Response, *statuses: int) -> None:
    """One of these, and where it is a no, a problem document."""
    assert answer.status_code in statuses, answer.text
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == MEDIA_TYPE
        assert answer.json()["code"]


def get(api: ApiClient, path: str, **query: str) -> Response:
    """Look something up as an institution in all roles; the values go out as they are."""
    encoded = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in query.items())
    return api.send((OWN, *ALL_ROLES), "GET", f"{path}?{encoded}")


@tries(150)
@given(resource=st.sampled_from(LISTS), cursor=cursors)
@example(resource="institutions", cursor=cursor_of("\0"))
@example(resource="institutions", cursor=cursor_of("a\0b"))
def test_a_cursor_is_a_page_or_not_ours(api: ApiClient, resource: str, cursor: str) -> None:
    is_an_answer(get(api, f"/reporting/{resource}", cursor=cursor), 200, 422)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("resource", ["cases", "referrals"])
def test_a_cursor_of_any_moment_is_a_page_or_not_ours(
    api: ApiClient, resource: str, moment: str
) -> None:
    cursor = cursor_of(moment, str(new_id()))
    is_an_answer(get(api, f"/reporting/{resource}", cursor=cursor), 200, 422)


@pytest.mark.parametrize("axis", ["as_of", "as_known"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_history_at_any_moment_is_shown_or_refused(
    api: ApiClient, scenario: Scenario, moment: str, axis: str
) -> None:
    answer = get(api, f"/reporting/cases/{scenario.case_id}/history", **{axis: moment})
    is_an_answer(answer, 200, 404, 422)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("field", ["happened_at", "opened_at"])
def test_a_case_of_any_moment_is_registered_or_refused(
    api: ApiClient, field: str, moment: str
) -> None:
    body = {**CASE, field: moment}
    is_an_answer(api.send((OWN, CASEWORKER), "POST", "/intake/cases", body), 201, 422)


@pytest.mark.parametrize("axis", ["as_of", "as_known"])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("path", ["cases", "referrals", "indicators/claims", "indicators/custody"])
def test_lists_and_numbers_of_any_moment_are_shown_or_refused(
    api: ApiClient, path: str, moment: str, axis: str
) -> None:
    is_an_answer(get(api, f"/reporting/{path}", **{axis: moment}), 200, 422)


@tries(100)
@given(value=nearly)
@example(value="intake:1,intake/0:1")
@example(value="intake/99999999999999999999:1")
def test_positions_are_taken_or_refused(api: ApiClient, scenario: Scenario, value: str) -> None:
    path = f"/reporting/cases/{scenario.case_id}/history"
    is_an_answer(get(api, path, as_known=value), 200, 422)


@tries(100)
@given(
    name=st.sampled_from(["programme", "subdivision", "custodian", "currency", "limit", "lang"]),
    resource=st.sampled_from([*LISTS, "indicators/claims", "indicators/custody"]),
    value=nearly,
)
@example(name="programme", resource="cases", value="\0")
@example(name="subdivision", resource="indicators/claims", value="a\0")
@example(name="limit", resource="cases", value="9" * 5_000)
def test_a_filter_is_taken_or_refused(api: ApiClient, resource: str, name: str, value: str) -> None:
    is_an_answer(get(api, f"/reporting/{resource}", **{name: value}), 200, 422)


@pytest.mark.parametrize("body", [CASE, {}], ids=["right", "wrong"])
@tries(60)
@given(key=header, version=st.none() | header)
def test_a_key_and_a_version_are_taken_or_refused(
    api: ApiClient, body: Any, key: bytes, version: bytes | None
) -> None:
    headers: dict[bytes, bytes] = {
        b"Authorization": f"Bearer {api.secret(OWN)}".encode(),
        b"Idempotency-Key": key,
    }
    if version is not None:
        headers[b"If-Match"] = version
    answer = api.running.client.post("/intake/cases", json=body, headers=headers)
    is_an_answer(answer, 201, 412, 422)


@tries(100)
@given(
    token=st.binary(max_size=60), scheme=st.sampled_from([b"Bearer ", b"bearer ", b"Basic ", b""])
)
@pytest.mark.parametrize("path", ["/intake/cases", "/reporting/cases"])
def test_a_made_up_token_is_not_in_force(
    api: ApiClient, path: str, scheme: bytes, token: bytes
) -> None:
    headers = {b"Authorization": scheme + token, b"Idempotency-Key": str(new_id()).encode()}
    method = "POST" if path.startswith("/intake") else "GET"
    body = CASE if method == "POST" else None
    answer = api.running.client.request(method, path, json=body, headers=headers)
    is_an_answer(answer, 401)
