"""The only module that reads the clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the current moment in UTC, to the microsecond."""
    return datetime.now(UTC)
