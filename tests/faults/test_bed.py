"""One run's stage: a fresh installation on the servers, its services, the ledger, the HTTP client.

Everything that a run or a directed test does to a system goes through here, so that all of it
stands in the ledger.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.kernel.ids import new_id
from shared.service.settings import SERVICES
from tests.faults import through
from tests.faults.actors import INSTITUTIONS
from tests.faults.driver import Workers, register_institutions
from tests.faults.fleet import Fleet, Slot
from tests.faults.http_client import HttpClient
from tests.faults.installation import (
    PARTITIONS,
    InstallationUnderTest,
    Servers,
    lay,
    let_them_answer,
)
from tests.faults.ledger import Ledger
from tests.faults.looking import Onlookers
from tests.faults.poison import Poisoner
from tests.faults.repeating import Repeater
from tests.faults.schedules import KILLS

THROUGH_SECONDS = 30.0
WORKERS, RATE = 16, 80.0
_LAST_REPEATS, _LAST_CASES = 150, 40


@dataclass
class Stage:
    """findings: what went wrong by the harness's own eyes; the checker has its own.

    bug: the names of what is planted, if anything is.
    """

    folder: Path
    seed: int
    servers: Servers
    installation: InstallationUnderTest
    ledger: Ledger
    fleet: Fleet
    client: HttpClient
    poisoner: Poisoner
    bug: str | None = None
    workers: Workers | None = None
    onlookers: Onlookers | None = None
    repeater: Repeater | None = None
    findings: list[str] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    repaired: float = 0.0
    broken: dict[int, str] = field(default_factory=dict)
    kills: int = 0
    through_seconds: float | None = None

    def start_workers(
        self, *, count: int = WORKERS, rate: float = RATE, poisons: float = 0.02
    ) -> None:
        """Have the institutions act."""
        self.workers = Workers(
            self.client, self.poisoner, self.seed, count=count, rate=rate, poisons=poisons
        )
        self.workers.start()

    def watch(self, *, look_every: float, repeat_every: float, age: float) -> None:
        """Have onlookers read, and old commands repeated, instead of as before.

        age: of a command that is repeated, in seconds.
        """
        self._stop_watching()
        self.onlookers = Onlookers(self.client, self.ledger, self.seed, every=look_every)
        self.repeater = Repeater(
            self.client,
            lambda service: self.fleet.slots[f"{service}-0"].since,
            self.seed,
            every=repeat_every,
            age=age,
        )
        self.onlookers.start()
        self.repeater.start()

    def fault(self, kind: str, target: str, failpoint: str | None = None, **detail: object) -> int:
        """Note a fault as it strikes; returns its line, for ``mended``."""
        self.kills += kind in KILLS
        line = self.ledger.write(
            "fault", kind=kind, target=target, failpoint=failpoint, detail=detail
        )
        self.broken[line] = target
        return line

    def is_a_server_away(self) -> bool:
        """Whether PostgreSQL or Kafka is broken just now: nobody can be ready then."""
        return not {"postgres", "kafka"}.isdisjoint(self.broken.values())

    def mended(self, fault: int, *names: str, since: float | None = None) -> None:
        """Note that a fault is over, and how long these services took to be ready.

        names: of slots; none where a server was away: then all that ran on. since: the moment of
        the repair, default now. Time during which a server was away counts for that server's fault.
        """
        since = since or time.monotonic()
        self.broken.pop(fault, None)
        if not names:
            self.repaired = since
        if not self.fleet.wait_ready(*names, since=since, excused=self.is_a_server_away):
            self.findings.append(f"line {fault}: not ready within a minute: {names or 'all'}")
        took = time.monotonic() - max(since, self.repaired)
        self.recoveries.append(took)
        self.ledger.write("mended", fault=fault, seconds=round(took, 3))

    def quiesce(self, seconds: float = THROUGH_SECONDS) -> None:
        """Have every ask answered, wait until everything is through, and close the book."""
        if self.workers is not None:
            self.workers.finish(60.0)
            self.findings += self.workers.broken
        self._stop_watching()
        if not self.fleet.wait_ready(since=time.monotonic()):
            self.findings.append("a service is not ready at the end")
        self.ledger.write("quiet")
        self.through_seconds = through.wait(self.installation, seconds)
        if self.through_seconds is None:
            self.ledger.write("not-through", lag=through.lag(self.installation))
            self.findings.append(f"not everything was through within {seconds} s")
        else:
            self.ledger.write("through", seconds=round(self.through_seconds, 3))
            self._watch_at_last()
        self.ledger.write("end")

    def _stop_watching(self) -> None:
        for each in (self.onlookers, self.repeater):
            if each is not None:
                each.stop()

    def _watch_at_last(self) -> None:
        """Now everybody must see all that is theirs, and every old key get its first answer."""
        if self.repeater is not None:
            self.repeater.repeat(_LAST_REPEATS)
        if self.onlookers is not None:
            self.onlookers.look_at_last(_LAST_CASES)
            self.findings += self.onlookers.broken


@contextmanager
def stage(servers: Servers, folder: Path, seed: int, *, bug: str | None = None) -> Iterator[Stage]:
    """Lay an installation, start its four services, and stop them on leaving.

    folder: a new one for this run, short (sockets lie in it). bug: see ``tests.faults.bugs``.
    """
    folder.mkdir(mode=0o711, parents=True)
    installation = lay(servers, f"chaos_{seed}_{new_id().hex[:6]}")
    ledger = Ledger(folder / "ledger.jsonl")
    findings: list[str] = []

    def died(slot: Slot, code: int) -> None:
        """A service that ends by itself: for a mistake (1), or because it finds no database (2)."""
        ledger.write("died", service=slot.service, process=slot.number, code=code)
        if code != _NOT_NOW:
            findings.append(f"{slot.name} ended by itself with {code}: see {slot.folder}")

    fleet = Fleet(folder, installation, died, bug=bug)
    client = HttpClient(ledger, fleet.address, installation.secrets, seed)
    poisoner = Poisoner(installation, ledger)
    parts = (folder, seed, servers, installation, ledger, fleet, client, poisoner)
    one = Stage(*parts, bug=bug, findings=findings)
    try:
        _write_run(one)
        ledger.write(
            "start",
            seed=seed,
            services=list(SERVICES),
            schemas={name: name for name in SERVICES},
            prefix=installation.settings.kafka_prefix,
            partitions=PARTITIONS,
            institutions=list(INSTITUTIONS),
            bug=bug,
        )
        for name in SERVICES:
            fleet.start(f"{name}-0")
        if not fleet.wait_ready(since=time.monotonic()):
            raise AssertionError(f"the services did not start: see {folder}")
        register_institutions(client)
        let_them_answer(installation)
        yield one
    finally:
        if one.workers is not None:
            one.workers.finish(5.0)
        one._stop_watching()
        client.close()
        poisoner.close()
        fleet.close()
        ledger.close()


_NOT_NOW = 2


def _write_run(one: Stage) -> None:
    """What the checker needs: ``run.json``."""
    run = {
        "ledger": str(one.ledger.path),
        "database": one.installation.admin,
        "kafka": one.servers.bootstrap,
    }
    (one.folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
