"""Mistakes to plant in clocks, and where what nobody took is offered again.

Each takes what stands in production code and returns what is to stand there instead.
"""

from typing import Any


def every_day_is_worked(_: Any) -> Any:
    """Neither a weekend nor a holiday is free."""
    return lambda *_, **__: True


def nothing_is_due(_: Any) -> Any:
    """The clocks of referrals are forgotten."""
    return lambda *_, **__: None


def covers_all(_: Any) -> Any:
    """A consent extends to everybody."""
    return lambda *_, **__: None
