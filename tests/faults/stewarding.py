"""The steward of a run: suspends an institution for a moment, and reactivates it."""

import threading
from itertools import count
from random import Random

from tests.faults.actors import ADMINISTRATION, INSTITUTIONS
from tests.faults.commands import Command
from tests.faults.http_client import Answer, HttpClient
from tests.faults.plans import Body

_EVERY_SECONDS = 4.0
_FOR_SECONDS = 0.5
_NUMBERS = count(1)
_REASONS = ("no-capacity", "under-review", "at-its-request")


class Steward:
    """A thread of its own. Meanwhile nothing may be referred to the institution."""

    def __init__(self, client: HttpClient, seed: int) -> None:
        self._client = client
        self._chance = Random(f"{seed}/steward")  # noqa: S311 - a schedule, not a secret
        self._stopping = threading.Event()
        self.broken: list[str] = []
        self._thread = threading.Thread(target=self._work, name="steward", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self, seconds: float) -> None:
        """Suspend nobody any more, and leave everybody active."""
        self._stopping.set()
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            while not self._stopping.wait(self._chance.uniform(0.5, 2) * _EVERY_SECONDS):
                institution = self._chance.choice(INSTITUTIONS)
                reason = {"reason": self._chance.choice(_REASONS)}
                submit_as_steward(self._client, institution, "suspension", reason)
                self._stopping.wait(_FOR_SECONDS)
                submit_as_steward(self._client, institution, "reactivation", {})
        except Exception as error:  # noqa: BLE001 - reported at the end of the run, which then fails
            self.broken.append(f"steward: {type(error).__name__}: {error}")


def submit_as_steward(client: HttpClient, institution: str, noun: str, body: Body) -> Answer:
    """Change an institution's status."""
    name = f"st-{institution}-{next(_NUMBERS)}"
    path = f"/institutions/{institution}/{noun}"
    command = f"{noun}-of-institution"
    return client.submit(
        Command(name, "referral", command, path, ADMINISTRATION, body, role="steward")
    )
