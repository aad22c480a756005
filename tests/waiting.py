"""Waiting for what takes a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def soon(condition: Callable[[], T], what: str = "it did not come", seconds: float = 60.0) -> T:
    """What ``condition`` gives as soon as it is true: messages take a moment to travel."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := condition():
            return answer
        time.sleep(0.01)
    raise AssertionError(f"in vain: {what}")
