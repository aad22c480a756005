"""A hundred races while Kafka stands still: one verdict on each, the same in every service."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from tests.faults.installation import Servers, servers
from tests.races import (
    BEFORE,
    CHANNELS,
    FIRST,
    SECOND,
    THIRD,
    Script,
    Verdict,
    scripts,
    verdict_on,
)
from tests.stories.idle import wait_until_idle
from tests.stories.running_services import Caller, RunningServices, running_services
from tests.waiting import soon

pytestmark = [pytest.mark.integration, pytest.mark.verify(minutes=2), pytest.mark.timeout(400)]

RACES = 100
SEED = 29
STANDS_STILL = 2.0
"""Seconds for which nothing arrives after the last command: relays have tried by then."""
DESCRIBED: dict[str, Any] = {"subdivision": "MX-CHH", "channel": BEFORE}


@pytest.fixture
def both() -> Iterator[Servers]:
    """PostgreSQL and Kafka of this test's own: nobody else's broker stands still."""
    with tempfile.TemporaryDirectory(prefix="cz-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers(folder) as started:
            yield started


@contextmanager
def standing_still(both: Servers) -> Iterator[None]:
    """The broker answers nobody meanwhile."""
    os.kill(both.kafka.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(both.kafka.pid, signal.SIGCONT)


@dataclass
class Race:
    """One case in one race, over HTTP."""

    callers: dict[str, Caller]
    script: Script
    case_id: str = ""
    referral: str = ""
    left: list[str] = field(default_factory=list)
    channels: Iterator[str] = field(default_factory=lambda: iter(CHANNELS))
    voided: bool = False

    def register(self) -> None:
        body = {"programme": "mx-labour-protection", **DESCRIBED}
        self.case_id = str(self._done(FIRST, "/intake/cases", body).json()["stream"])
        self.left = list(self.script)

    def refer(self) -> None:
        """Have it on its way to the second institution."""
        self.referral = self._refer(FIRST, SECOND)

    def step(self) -> None:
        """Take the next step of the script."""
        match self.left.pop(0):
            case "accept":
                self._done(SECOND, f"{self.referral}/acceptance")
            case "onward":
                self._done(THIRD, f"{self._refer(SECOND, THIRD)}/acceptance")
            case "correct":
                body = {**DESCRIBED, "channel": next(self.channels)}
                answer = self.callers[FIRST].post(f"/intake/cases/{self.case_id}/corrections", body)
                assert answer.status_code == (409 if self.voided else 200), answer.text
            case _:
                path = f"/intake/cases/{self.case_id}/entry-in-error"
                self._done(FIRST, path, {"reason": "duplicate"})
                self.voided = True

    def _refer(self, by: str, to: str) -> str:
        path = f"/referral/cases/{self.case_id}/referrals"
        body = {"to": to, "kind": "transfer", "services": ["legal-advice"]}
        location = self._done(by, path, body).headers["Location"]
        return f"{path}/{location.rpartition('/')[2]}"

    def _done(self, by: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.callers[by].post(path, body)
        assert answer.status_code in {200, 201}, answer.text
        return answer

    def seen(
        self, auditor: Caller, reported: dict[str, Any]
    ) -> tuple[Verdict, str | None, tuple[Any, ...]]:
        """What intake says, whom referral says has custody, and what reporting says."""
        there = auditor.get(f"/intake/cases/{self.case_id}").json()
        in_error = there["entered_in_error"] is not None
        voids = sum(one["void_reason"] is not None for one in there["proposals"])
        of_intake = Verdict(
            None if in_error else there["custodian"],
            there["channel"],
            {"correction": len(there["proposals"]) - voids, "void": voids},
        )
        held = auditor.get(f"/referral/cases/{self.case_id}").json()["custodian"]
        return of_intake, held, reported[self.case_id]


def rows(running: RunningServices) -> dict[str, tuple[Any, ...]]:
    """Who has custody of each case, how it is described, and whether it is in error."""
    admin = running.services["reporting"].settings.database_admin
    assert admin is not None
    with psycopg.connect(admin.get_secret_value()) as conn:
        found = conn.execute(
            "SELECT case_id::text, custodian, channel, in_error FROM reporting.cases"
        )
        return {case_id: tuple(values) for case_id, *values in found}


def raced(running: RunningServices, both: Servers) -> list[Race]:
    """Race all the cases, their steps in turn, while no message flows."""
    keeper = running.as_(FIRST, "steward")
    for code in (FIRST, SECOND, THIRD):
        body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
        assert keeper.post("/referral/institutions", body).status_code == 201
    callers = {code: running.as_(code) for code in (FIRST, SECOND, THIRD)}
    races = [Race(callers, script) for script in scripts(RACES, SEED)]
    for race in races:
        race.register()
    last = races[-1].case_id
    soon(lambda: callers[FIRST].get(f"/referral/cases/{last}").status_code == 200)
    wait_until_idle(running)
    for race in races:
        race.refer()
    wait_until_idle(running)
    chance = Random(SEED)  # noqa: S311 - an order, not a secret
    with standing_still(both):
        while going := [race for race in races if race.left]:
            chance.choice(going).step()
        time.sleep(STANDS_STILL)
    return races


def test_every_race_has_one_verdict_and_all_services_agree(both: Servers) -> None:
    with running_services(both.address, "kafka", both.bootstrap) as running:
        races = raced(running, both)
        wait_until_idle(running)
        reported, auditor = rows(running), running.as_("auditoria", "auditor")
        for race in races:
            wanted = verdict_on(race.script)
            said = (wanted.custodian, wanted.channel, wanted.custodian is None)
            assert race.seen(auditor, reported) == (wanted, wanted.custodian, said), race.script
        assert all(service.inbox.waiting() == 0 for service in running.services.values())
