"""Repeats old commands under their keys: once their streams have moved on, and after restarts.

A repeat at once finds the first answer in memory and nothing after it. Late, the stream is further
on, and another process answers from what is stored: still byte for byte the same, says the checker.
"""

import threading
import time
from collections.abc import Callable
from random import Random

from tests.faults.http_client import MOVED_ON, RESTARTED, HttpClient
from tests.faults.remembered import Answered

_EVEN = 0.5


class Repeater:
    """A thread that repeats, one command after another."""

    def __init__(
        self,
        client: HttpClient,
        began: Callable[[str], float],
        seed: int,
        *,
        every: float,
        age: float,
    ) -> None:
        """began: when a service's process started, in monotonic seconds.

        every: seconds between two repeats. age: how old a command is at least.
        """
        self._client, self._began = client, began
        self._chance = Random(f"repeats/{seed}")  # noqa: S311 - a schedule, not a secret
        self._every, self._age = every, age
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="repeater", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the repeat at hand."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def repeat(self, count: int) -> int:
        """Repeat so many of the commands that are old enough; returns how many there were."""
        return sum(self._one() for _ in range(count))

    def _run(self) -> None:
        while not self._stopping.wait(min(self._every, threading.TIMEOUT_MAX)):
            self._one()

    def _one(self) -> bool:
        """Repeat one command, if there is one whose repeat shows something."""
        old = self._client.remembered.drawn(self._chance, time.monotonic() - self._age)
        reasons = ((one, self._reason(one)) for one in old)
        found = next(((one, reason) for one, reason in reasons if reason is not None), None)
        if found is None:
            return False
        self._client.repeat(*found)
        return True

    def _reason(self, one: Answered) -> str | None:
        """What has happened since its answer; None: nothing that a repeat could show."""
        moved_on = self._client.remembered.moved_on(one)
        if self._began(one.command.service) > one.at:
            return MOVED_ON if moved_on and self._chance.random() < _EVEN else RESTARTED
        return MOVED_ON if moved_on else None
