"""What cannot be read at all, body or address, is answered with a problem document too."""

import pytest

from shared.kernel.ids import new_id
from shared.web.problems import MEDIA_TYPE
from tests.integration.http.api_client import OWN, ApiClient


@pytest.mark.parametrize("body", [b"\x92", b'{"subdivision": "\xff"}', b"\x11L\xed"])
def test_a_body_that_is_no_text_is_a_problem_that_the_description_names(
    api: ApiClient, body: bytes
) -> None:
    headers = {
        "Authorization": f"Bearer {api.secret(OWN)}",
        "Idempotency-Key": str(new_id()),
        "Content-Type": "application/json",
    }
    answer = api.running.client.post("/intake/cases", content=body, headers=headers)
    described = api.running.client.get("/intake/openapi.json").json()["paths"]["/cases"]["post"]
    assert str(answer.status_code) in described["responses"]
    assert (answer.status_code, answer.json()["code"]) == (400, "not-readable")
    assert answer.headers["Content-Type"] == MEDIA_TYPE


@pytest.mark.parametrize("address", ["/followup/follow-ups/%0A", "/reporting/cases/a%0Ab", "/%0A"])
def test_an_address_with_a_line_break_is_a_problem_too(api: ApiClient, address: str) -> None:
    answer = api.get(OWN, address)
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-address")
    assert answer.headers["Content-Type"] == MEDIA_TYPE
