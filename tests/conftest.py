"""What every test may ask for: a real PostgreSQL, a real Kafka (see ``tests/servers.py``)."""

import pytest

from services.root import words

pytest_plugins = ["tests.servers", "tests.houses", "tests.streets"]


@pytest.fixture(autouse=True)
def spanish_first() -> None:
    """Whatever language a test before this one spoke: it is one for the whole process."""
    words.speak("es")
