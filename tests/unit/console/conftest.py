"""The pages over a made source, and a browser before them."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from services.console.site import site
from tests.unit.console.fake_installation import Made


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def browser(made: Made) -> Iterator[TestClient]:
    with TestClient(site(made), raise_server_exceptions=False) as client:
        yield client
