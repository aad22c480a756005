"""The pages over a made source, and a browser before them."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from services.console.site import site
from shared.web.edge import Edge
from shared.web.rate_limits import RateLimits
from tests.unit.console.fake_installation import Made


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def browser(made: Made) -> Iterator[TestClient]:
    served = Edge(site(made), RateLimits(1_000, 1_000))  # as every process serves them
    with TestClient(served, raise_server_exceptions=False) as client:
        yield client
