"""The pages that document each service, from its own OpenAPI."""

import re

import pytest
from starlette.testclient import TestClient

from tests.unit.console.fake_installation import Made


@pytest.mark.parametrize("service", ["intake", "referral", "followup", "reporting"])
def test_every_operation_of_a_service_is_documented(
    made: Made, browser: TestClient, service: str
) -> None:
    page = browser.get(f"/docs/{service}").text
    for path, item in made.openapi(service)["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
    assert f'href="/{service}/openapi.json"' in page


def test_the_example_of_a_command_has_what_the_command_needs(browser: TestClient) -> None:
    page = browser.get("/docs/intake").text
    example = next(e for e in re.findall(r"<pre.*?</pre>", page, re.DOTALL) if "/intake/cases" in e)
    assert "-X POST http://testserver/intake/cases" in example
    assert "Authorization: Bearer $TOKEN" in example
    assert "Idempotency-Key" in example
    assert "&#34;programme&#34;" in example


def test_there_is_no_documentation_of_what_does_not_run(browser: TestClient) -> None:
    assert browser.get("/docs/vault").status_code == 404
