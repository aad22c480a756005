"""What every test may request: a real PostgreSQL, a real Kafka (see ``tests/servers.py``)."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from services.operator.cli import language

pytest_plugins = ["tests.servers", "tests.databases", "tests.buses", "tests.vaults"]

# A busy machine is no defect of what is tried.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes: at the end, the other workers would wait for it."""
    items.sort(key=minutes, reverse=True)


def minutes(item: pytest.Item) -> float:
    """How long a test takes, as its marker says."""
    marker = item.get_closest_marker("verify")
    return float(marker.kwargs.get("minutes", 0)) if marker else 0.0


@pytest.fixture(autouse=True)
def spanish_first() -> None:
    """Whatever language a test before this one spoke: it is one for the whole process."""
    language.speak("es")


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Write errors plainly: drawn with all variables, as by default, one takes up to seconds.

    Where a command or a service set logs up in this process, its stream is gone with its test.
    """
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.reset_defaults()
    structlog.configure(processors=[structlog.processors.add_log_level, plain])
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
