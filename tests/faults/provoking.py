"""Gives every service something to do at once: a handful of cases, registered at the same moment.

Intake decides, commits and publishes them; referral takes them up, and publishes that it did;
reporting and followup read what was published.
"""

import threading

from tests.faults.commands import Command
from tests.faults.http_client import HttpClient
from tests.faults.plans import plan

_AT_ONCE = 6
_PATIENCE = 30.0
_WORKER = 900
"""A worker's number that no worker of the crowd has."""


class Provoker:
    """Registers cases by the handful, whenever it is asked to."""

    def __init__(self, client: HttpClient, seed: int) -> None:
        self._client, self._seed = client, seed
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._number = 0

    def provoke(self) -> None:
        """Submit a handful, each from a thread of its own; does not wait for their answers."""
        with self._guard:
            numbers = range(self._number, self._number + _AT_ONCE)
            self._number += _AT_ONCE
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            for number in numbers:
                thread = threading.Thread(target=self._register, args=(number,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def finish(self) -> None:
        """Wait for what was submitted, as long as a service may take to come back."""
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _register(self, number: int) -> None:
        one = plan(self._seed, _WORKER, number)
        name = f"{one.name}s1"
        path, body = "/cases", one.registration
        command = Command(name, "intake", "register-case", path, one.institution, body)
        self._client.submit(command)
