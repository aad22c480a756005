"""The steward of a run: suspends an institution for a moment, and keeps its entries.

Its services are listed, and said to have room or none; norms are registered, and cited; declines
are to be confirmed for a time.
"""

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
_ROOM = (("has-capacity", 7), ("none", 0), ("waiting-list", 0))
COORDINATOR = INSTITUTIONS[0]
_PROGRAMME = "mx-labour-protection"
_NORM = "guia-de-la-prueba"


class Steward:
    """A thread of its own. Meanwhile nothing may be referred to the institution."""

    def __init__(self, client: HttpClient, seed: int) -> None:
        self._client = client
        self._chance = Random(f"{seed}/steward")  # noqa: S311 - a schedule, not a secret
        self._stopping = threading.Event()
        self.broken: list[str] = []
        self._services: dict[str, str] = {}
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
                self._keep(institution)
        except Exception as error:  # noqa: BLE001 - reported at the end of the run, which then fails
            self.broken.append(f"steward: {type(error).__name__}: {error}")

    def _keep(self, institution: str) -> None:
        """List the institution's service, or say whether it has room; cite a norm for it."""
        service = self._services.get(institution)
        if service is None:
            listing = {"name": f"Albergue de {institution}", "kind": "shelter"}
            answer = submit_as_steward(self._client, institution, "services", listing)
            if answer.accepted and answer.location:
                self._services[institution] = answer.location.rpartition("/")[2]
        else:
            capacity, places = self._chance.choice(_ROOM)
            said = {"capacity": capacity, "unit": "beds", "places_free": places}
            self._order("state-capacity", f"/services/{service}/capacity", said)
        norm = {"entry_id": _NORM, "kind": "guide", "name": "Guía", "level": "federal"}
        self._order("register-entry", "/register", norm)
        self._rule()
        cited = {"citing_kind": "institution", "citing": institution}
        self._order("cite", f"/register/{_NORM}/citations", cited)

    def _rule(self) -> None:
        """Say who coordinates the programme; at times its declines are confirmed, or a day is free.

        A day in the past moves no clock.
        """
        path = f"/programmes/{_PROGRAMME}"
        self._order("appoint-coordinator", f"{path}/coordinators", {"institution": COORDINATOR})
        asks = self._chance.random() < 0.4
        noun = "decline-confirmation" if asks else "decline-confirmation-waiver"
        self._order(noun, f"{path}/{noun}", {})

    def _order(self, command: str, path: str, body: Body) -> None:
        name = f"st-{command}-{next(_NUMBERS)}"
        self._client.submit(
            Command(name, "referral", command, path, ADMINISTRATION, body, role="steward")
        )


def submit_as_steward(client: HttpClient, institution: str, noun: str, body: Body) -> Answer:
    """Change an institution's status."""
    name = f"st-{institution}-{next(_NUMBERS)}"
    path = f"/institutions/{institution}/{noun}"
    command = f"{noun}-of-institution"
    return client.submit(
        Command(name, "referral", command, path, ADMINISTRATION, body, role="steward")
    )
