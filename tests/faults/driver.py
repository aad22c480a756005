"""The crowd that acts: many workers, each with cases of its own, several of them at a time."""

import threading
import time
from collections.abc import Iterator

from tests.faults.actors import ADMINISTRATION, INSTITUTIONS, KINDS, WITHOUT_ACCOUNT
from tests.faults.case_plans import Poisoner
from tests.faults.commands import Command
from tests.faults.http_client import HttpClient
from tests.faults.plans import plan
from tests.faults.stewarding import Steward
from tests.faults.whole_lives import WholeLife

_MOST_AT_A_TIME = 12
_IDLE = 0.03


def register_institutions(client: HttpClient) -> None:
    """Enter the eight institutions in the directory, and the one that has no account."""
    for number, institution in enumerate((*INSTITUTIONS, WITHOUT_ACCOUNT)):
        kind = KINDS.get(institution, "shelter")
        body = {"institution": institution, "name": institution, "kind": kind}
        answer = client.submit(
            Command(
                f"i{number}",
                "referral",
                "register-institution",
                "/institutions",
                ADMINISTRATION,
                {**body, "subdivision": "MX-CHH", "programmes": ["mx-labour-protection"]},
                role="steward",
            )
        )
        if not answer.accepted:
            raise AssertionError(answer)


class Workers:
    """So many threads, each living its own plans until told to stop."""

    def __init__(  # noqa: PLR0913 - what a crowd is made of
        self,
        client: HttpClient,
        poison: Poisoner,
        seed: int,
        *,
        count: int,
        rate: float,
        poisons: float,
    ) -> None:
        """rate: steps a second that all of them together aim at."""
        self._client, self._poison, self._seed = client, poison, seed
        self._poisons = poisons
        self._pause = count / rate
        self._stopping = threading.Event()
        self._steward = Steward(client, seed)
        self._broken: list[str] = []
        self.cases = 0
        self._threads = [
            threading.Thread(target=self._work, args=(n,), name=f"worker-{n}", daemon=True)
            for n in range(count)
        ]

    @property
    def broken(self) -> list[str]:
        """What went wrong in the crowd itself."""
        return [*self._broken, *self._steward.broken]

    def start(self) -> None:
        self._steward.start()
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        """Begin no more steps, and wait until each has the answer that it waits for."""
        self._stopping.set()
        until = time.monotonic() + seconds
        self._steward.finish(seconds)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._client.giving_up.set()
        for thread in self._threads:
            thread.join()

    def _work(self, worker: int) -> None:
        try:
            self._live(worker)
        except Exception as error:  # noqa: BLE001 - reported at the end of the run, which then fails
            self._broken.append(f"worker {worker}: {type(error).__name__}: {error}")

    def _live(self, worker: int) -> None:
        lives: list[Iterator[None]] = []
        number = 0
        while not self._stopping.is_set():
            if len(lives) < _MOST_AT_A_TIME:
                case_plan = plan(self._seed, worker, number, poisons=self._poisons)
                lives.append(WholeLife(case_plan, self._client, self._poison).live())
                number += 1
                self.cases += 1
            for life in list(lives):
                if self._stopping.wait(self._pause * _IDLE):
                    return
                began = time.monotonic()
                if next(life, self) is self:
                    lives.remove(life)
                self._stopping.wait(max(0.0, self._pause - (time.monotonic() - began)))
