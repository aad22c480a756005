"""Fixtures: the four services in one process over a database of this session's own."""

from collections.abc import Iterator

import pytest

from shared.embedded.supervisor import PostgresAddress
from shared.kernel.roles import STEWARD
from tests.integration.http.api_client import OWN, PARTY, STRANGER, ApiClient
from tests.stories.running_services import running_services


@pytest.fixture(scope="session")
def api(postgres_server: PostgresAddress) -> Iterator[ApiClient]:
    """The services at work, with three institutions in the directory."""
    with running_services(postgres_server, "log") as built:
        there = ApiClient(built)
        for code in (OWN, PARTY, STRANGER):
            body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
            keeper = ("administracion", STEWARD)
            answer = there.send(keeper, "POST", "/referral/institutions", body)
            assert answer.status_code == 201, answer.text
            there.secret(code)  # so that it has a way to answer
        yield there
