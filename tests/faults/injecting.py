"""Carries a schedule of faults out: each at its time, none on a target that still is broken."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import psycopg

from services.installation import schemas
from shared.postgres.migrations import migrate
from tests.embedded_processes import eventually
from tests.faults.fleet import Slot
from tests.faults.installation import PASSWORDS, Server, backends
from tests.faults.mistaking import Mistaking
from tests.faults.provoking import Provoker
from tests.faults.schedules import MISTAKES, Fault
from tests.faults.steering import Steering
from tests.faults.test_bed import Stage

_LOOK_SECONDS = 0.05
_REACHED_WITHIN = 12.0
_READY_WITHIN = 40.0
_PROGRAM_SECONDS = 120
_BACK_AN_HOUR = -3600
_REPOSITORY = Path(__file__).resolve().parents[2]


class Injector:
    """Breaks a stage by the book, and mends it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._broken: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()
        self.steering = Steering()
        self._provoker = Provoker(stage.client, stage.seed)
        self._mistaking = Mistaking(stage, self._stopping)
        self.unreached: list[str] = []
        self.skipped: list[str] = []

    def play(self, faults: Sequence[Fault]) -> None:
        """Carry the whole schedule out, from now on; returns when all is mended.

        A fault whose target still is broken lets those after it go first.
        """
        began, waiting = time.monotonic(), list(faults)
        while waiting and not self._stopping.wait(_LOOK_SECONDS):
            passed = time.monotonic() - began
            due = (f for f in waiting if f.at <= passed and not self._is_broken(f.component))
            fault = next(due, None)
            if fault is not None:
                waiting.remove(fault)
                fault = self.steering.steered(fault, lambda one: not self._is_broken(one))
                thread = threading.Thread(target=self._one, args=(fault,), daemon=True)
                self._broken[fault.component] = thread
                thread.start()
        for thread in self._broken.values():
            thread.join()
        self._provoker.finish()

    def _is_broken(self, component: str) -> bool:
        thread = self._broken.get(component)
        return thread is not None and thread.is_alive()

    def stop(self) -> None:
        """Begin no more faults."""
        self._stopping.set()

    def _one(self, fault: Fault) -> None:
        try:
            _DEEDS[fault.kind](self, fault)
        except Exception as error:  # noqa: BLE001 - reported at the end of the run, which then fails
            self._stage.findings.append(f"{fault}: {type(error).__name__}: {error}")
            left = [n for n, target in self._stage.broken.items() if target == fault.target]
            for line in left:
                self._stage.broken.pop(line, None)

    # --- services ---------------------------------------------------------------------------

    def kill_service(self, fault: Fault) -> None:
        name = f"{fault.target}-0"
        if fault.failpoint is not None:
            self._kill_at_failpoint(name, fault)
            return
        line = self._stage.fault(fault.kind, fault.target)
        before = self._stage.fleet.slots[name].since
        self._stage.fleet.kill(name)
        self._restarted(line, name, before)

    def _kill_at_failpoint(self, name: str, fault: Fault) -> None:
        slot, failpoint = self._stage.fleet.slots[name], str(fault.failpoint)
        wanted = failpoint in self.steering.wanted
        if wanted:  # nobody passes anywhere while a server is away
            eventually(lambda: self._can_work(name), seconds=_REACHED_WITHIN)
        before, fired = slot.since, len(slot.fired)
        slot.order(failpoint=failpoint, nth=fault.nth)
        if wanted:
            self._provoker.provoke()
        reached = eventually(lambda: len(slot.fired) > fired, seconds=_REACHED_WITHIN)
        slot.order(failpoint="", nth=0)
        if not reached and not eventually(lambda: len(slot.fired) > fired, seconds=0.2):
            self._unreached(fault)
            return
        self.steering.at(failpoint, reached=True)
        line = self._stage.fault(fault.kind, fault.target, failpoint, nth=fault.nth)
        self._restarted(line, name, before)

    def _can_work(self, name: str) -> bool:
        return not self._stage.is_a_server_away() and self._stage.fleet.is_ready(name)

    def _restarted(self, line: int, name: str, before: float) -> None:
        """Wait until another process than that of ``before`` runs and is ready."""
        slot = self._stage.fleet.slots[name]
        eventually(lambda: slot.since > before and slot.alive, seconds=_READY_WITHIN)
        self._stage.mended(line, name, since=slot.since)

    def zombie(self, fault: Fault) -> None:
        """Stop one process for longer than its session while a second one runs; then wake it."""
        stage, first, second = self._stage, f"{fault.target}-0", f"{fault.target}-1"
        joined = stage.fault("second-process", fault.target)
        stage.fleet.start(second)
        stage.mended(joined, second)
        where = fault.failpoint if self._stopped_at(stage.fleet.slots[first], fault) else None
        self.steering.at(fault.failpoint, reached=where is not None)
        line = stage.fault(fault.kind, fault.target, where, seconds=fault.seconds)
        try:
            self._stopping.wait(1.0)
            # Its connections end under it, and so does its lease: the other's relay takes over.
            stage.fleet.wires.do(first, "drop")
            self._stopping.wait(fault.seconds - 1.0)
        finally:
            stage.fleet.kill(first, signal.SIGCONT)
        stage.mended(line, first)
        left = stage.fault("kill-service", fault.target, process=1)
        stage.fleet.slots[second].wanted = False
        stage.fleet.kill(second)
        stage.mended(left, first)

    def _stopped_at(self, slot: Slot, fault: Fault) -> bool:
        """Stop a process at a failpoint, else wherever it is; returns whether it was there."""
        fired = len(slot.fired)
        slot.order(failpoint=fault.failpoint or "", nth=fault.nth, deed="stop")
        reached = fault.failpoint is not None and eventually(
            lambda: len(slot.fired) > fired, seconds=_REACHED_WITHIN
        )
        slot.order(failpoint="", nth=0, deed="kill")
        self._stage.fleet.kill(slot.name, signal.SIGSTOP)
        return reached

    def cut(self, fault: Fault) -> None:
        """Cut the connection between a COMMIT and its answer."""
        wires, name = self._stage.fleet.wires, f"{fault.target}-0"
        before = wires.do(name, "cut")
        if not eventually(lambda: wires.do(name, "cuts") > before, seconds=_REACHED_WITHIN):
            wires.do(name, "never-mind")
            self._unreached(fault)
            return
        self._stage.mended(self._stage.fault(fault.kind, fault.target), name)

    def clock_back(self, fault: Fault) -> None:
        slot = self._stage.fleet.slots[f"{fault.target}-0"]
        line = self._stage.fault(fault.kind, fault.target, seconds=_BACK_AN_HOUR)
        slot.order(clock=_BACK_AN_HOUR)
        self._stopping.wait(fault.seconds)
        slot.order(clock=0)
        self._stage.mended(line, slot.name)

    def mistake(self, fault: Fault) -> None:
        """Have a program fail on one fact, and mend it."""
        if not self._mistaking.make(fault):
            self._unreached(fault)

    # --- servers ----------------------------------------------------------------------------

    def _server(self, fault: Fault) -> Server:
        servers = self._stage.servers
        return servers.kafka if fault.target == "kafka" else servers.postgres

    def kill_server(self, fault: Fault) -> None:
        """Kill it, leave it away for as long as the fault says, and start it again."""
        server = self._server(fault)
        line = self._stage.fault(fault.kind, fault.target, seconds=fault.seconds)
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.alive, seconds=5.0)
        self._stopping.wait(fault.seconds)
        self._started(line, server)

    def _started(self, line: int, server: Server) -> None:
        since = time.monotonic()
        server.start()
        self._stage.ledger.write("started", server=server.name, seconds=_since(since))
        self._stage.mended(line, since=since)

    def kill_backend(self, fault: Fault) -> None:
        """Kill one of PostgreSQL's processes: the others end, and it recovers by itself."""
        try:
            os.kill(backends(self._stage.installation, fault.target)[0], signal.SIGKILL)
        except (psycopg.Error, IndexError, ProcessLookupError):  # another fault was faster
            self._unreached(fault)
            return
        line = self._stage.fault(fault.kind, fault.target)
        self._started(line, self._stage.servers.postgres)

    def database_away(self, fault: Fault) -> None:
        """Nobody's connection to PostgreSQL holds, and none is made."""
        fleet = self._stage.fleet
        line = self._stage.fault(fault.kind, fault.target, seconds=fault.seconds)
        for name in fleet.slots:
            fleet.wires.do(name, "away")
        self._stopping.wait(fault.seconds)
        for name in fleet.slots:
            fleet.wires.do(name, "back")
        self._stage.mended(line)

    def disk_full(self, fault: Fault) -> None:
        server = self._server(fault)
        if server.disk is None:
            why = "no file system of its own (needs root and unshare)"
            self._stage.ledger.write("skipped", kind=fault.kind, target=fault.target, why=why)
            self.skipped.append(f"{fault.kind} {fault.target}: {why}")
            return
        line = self._stage.fault(fault.kind, fault.target, seconds=fault.seconds)
        server.fill_disk()
        self._stopping.wait(fault.seconds)
        server.clear_disk()
        self._started(line, server)

    # --- programs that an operator runs ------------------------------------------------------

    def kill_migration(self, fault: Fault) -> None:
        """Kill a migration in the middle; nothing of it may stay."""
        admin = self._stage.installation.admin
        if (line := self._killed("tests.faults.migrating", fault)) is None:
            return
        left = migrate(admin, schemas(PASSWORDS, self._stage.installation.dbname))
        if left:
            self._stage.findings.append(f"a killed migration left {left}")
        self._stage.mended(line, "reporting-0")

    def kill_rebuild(self, fault: Fault) -> None:
        """Kill a rebuild after some pages; run again, it goes on and ends."""
        if (line := self._killed("tests.faults.rebuilding", fault, fault.nth)) is None:
            return
        self._program("tests.faults.rebuilding", 0)
        self._stage.mended(line, "reporting-0")

    def _killed(self, module: str, fault: Fault, nth: int = 0) -> int | None:
        """Run a program that kills itself; returns the fault's line, None where it did not."""
        code = self._program(module, nth)
        if code == -signal.SIGKILL:
            self.steering.at(fault.failpoint, reached=True)
            return self._stage.fault(fault.kind, fault.target, fault.failpoint, nth=nth)
        if code:
            self._stage.findings.append(f"{module} ended with {code}")
        self._unreached(fault)
        return None

    def _program(self, module: str, nth: int) -> int:
        program = [sys.executable, "-m", module, str(nth)]
        log = self._stage.folder / f"{module.rpartition('.')[2]}.log"
        with (
            log.open("ab") as output,
            subprocess.Popen(
                program,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=_REPOSITORY,
                start_new_session=True,
            ) as process,
        ):
            process.communicate(self._stage.installation.admin.encode(), timeout=_PROGRAM_SECONDS)
        return process.returncode

    def _unreached(self, fault: Fault) -> None:
        label = f"{fault.kind} {fault.target} {fault.failpoint or ''}".strip()
        self._stage.ledger.write(
            "unreached", kind=fault.kind, target=fault.target, failpoint=fault.failpoint
        )
        self.unreached.append(label)
        self.steering.at(fault.failpoint, reached=False)


def _since(moment: float) -> float:
    return round(time.monotonic() - moment, 3)


_DEEDS = MappingProxyType(
    {
        "kill-service": Injector.kill_service,
        "zombie": Injector.zombie,
        "cut": Injector.cut,
        "clock-back": Injector.clock_back,
        **dict.fromkeys(MISTAKES, Injector.mistake),
        "kill-postmaster": Injector.kill_server,
        "kill-broker": Injector.kill_server,
        "broker-away": Injector.kill_server,
        "kill-backend": Injector.kill_backend,
        "database-away": Injector.database_away,
        "disk-full": Injector.disk_full,
        "kill-migration": Injector.kill_migration,
        "kill-rebuild": Injector.kill_rebuild,
    }
)
