"""Fixtures: reporting's schema, empty. The test modules load ``tests.servers`` for the server."""

from collections.abc import Iterator

import pytest

from shared.embedded.supervisor import PostgresAddress
from tests.reporting_store import Store, reporting_store


@pytest.fixture(scope="session")
def reporting_schema(postgres_server: PostgresAddress) -> Iterator[Store]:
    """Reporting's schema in a database of this session's own."""
    with reporting_store(postgres_server) as store:
        yield store


@pytest.fixture
def store(reporting_schema: Store) -> Store:
    """Reporting's schema, empty."""
    reporting_schema.empty()
    return reporting_schema
