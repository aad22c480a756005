"""What every test may ask for: a real PostgreSQL, a real Kafka (see ``tests/servers.py``)."""

import pytest

from services.operator.cli import language

pytest_plugins = ["tests.servers", "tests.databases", "tests.buses"]


@pytest.fixture(autouse=True)
def spanish_first() -> None:
    """Whatever language a test before this one spoke: it is one for the whole process."""
    language.speak("es")
