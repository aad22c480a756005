"""The services' processes: started, killed, stopped, and started again as by an operator."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from services.operator.standard.environment import service_environment
from shared.service.settings import SERVICES
from tests.faults.installation import InstallationUnderTest
from tests.faults.service import BUG, CONTROL
from tests.ports import HOST, hold

_REPOSITORY = Path(__file__).resolve().parents[2]
_AGAIN_SECONDS = 0.2
_PATIENCE = 60.0
_BROKEN = 1
"""How a service ends that met a mistake in the program."""


@dataclass
class Slot:
    """One process of a service, running or not. wanted: whether a process should run there."""

    service: str
    number: int
    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    wanted: bool = False
    since: float = 0.0
    orders: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As in ``referral-0``."""
        return f"{self.service}-{self.number}"

    @property
    def alive(self) -> bool:
        """Whether the process runs, or is stopped."""
        return self.process is not None and self.process.poll() is None

    @property
    def fired(self) -> list[str]:
        """The failpoints at which processes of this slot have died so far."""
        path = self.folder / "control.fired"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["failpoint"] for line in lines]

    @property
    def failed_on(self) -> list[str]:
        """The facts on which processes of this slot were made to fail so far."""
        path = self.folder / "control.raised"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [fact for line in lines if (fact := json.loads(line)["fact"])]

    def order(self, **orders: object) -> None:
        """Change what the control file says."""
        self.orders.update(orders)
        draft = self.folder / "control.draft"
        draft.write_text(json.dumps(self.orders), encoding="utf-8")
        draft.replace(self.folder / "control.json")


class Wires:
    """The wires to the database, in a process of their own: one for each slot."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proxy"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_REPOSITORY,
            start_new_session=True,  # Ctrl-C is for the harness, which then stops all in order
        )

    def do(self, wire: str, what: str, **more: str) -> int:
        """Give an order (see ``tests.proxy``); returns how often the wire has cut so far."""
        with self._guard:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps({"wire": wire, "do": what, **more}) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        """Hang up on everybody."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


class Fleet:
    """Two slots for each service; the second is empty unless somebody wants it."""

    def __init__(
        self,
        folder: Path,
        installation: InstallationUnderTest,
        died: Callable[[Slot, int], None],
        *,
        bug: str | None = None,
    ) -> None:
        """folder: short. died: called for processes that ended by themselves. bug: planted."""
        self.installation = installation
        self.wires = Wires()
        self._bug = bug
        self._died = died
        self._closing = threading.Event()
        self._guard = threading.RLock()
        self._held = ExitStack()
        places = [(name, number) for name in SERVICES for number in (0, 1)]
        ports = count(hold(self._held, len(places)))
        self.slots = {
            f"{name}-{number}": self._slot(folder, name, number, port)
            for (name, number), port in zip(places, ports, strict=False)
        }
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def start(self, name: str) -> None:
        """Want a process in this slot, and start it."""
        with self._guard:
            slot = self.slots[name]
            slot.wanted = True
            if not slot.alive:
                self._start(slot)

    def stop(self, name: str) -> None:
        """Want none there, and end it in order."""
        with self._guard:
            slot = self.slots[name]
            slot.wanted = False
        if slot.process is not None and slot.alive:
            slot.process.send_signal(signal.SIGTERM)
            try:
                slot.process.wait(30)
            except subprocess.TimeoutExpired:
                slot.process.kill()
                slot.process.wait()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send the process of a slot a signal."""
        process = self.slots[name].process
        if process is not None and process.poll() is None:
            process.send_signal(number)

    def address(self, service: str, which: int) -> tuple[str, int]:
        """Where to send a command: one of the service's processes."""
        slots = [s for s in self.slots.values() if s.service == service and s.wanted]
        return HOST, slots[which % len(slots)].port

    def is_ready(self, name: str) -> bool:
        """Whether the service in this slot says so itself."""
        connection = HTTPConnection(HOST, self.slots[name].port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def wait_ready(
        self,
        *names: str,
        since: float,
        seconds: float = _PATIENCE,
        excused: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Wait until these are ready (default: all that run since before ``since``).

        One that is stopped or started anew meanwhile is somebody else's to wait for. excused: says
        whether nobody can be ready just now; the seconds then count from the end of that.
        """
        until = time.monotonic() + seconds
        waiting = [self.slots[name] for name in names] or list(self.slots.values())
        while waiting and time.monotonic() < until:
            waiting = [s for s in waiting if s.wanted and (names or s.since <= since)]
            waiting = [s for s in waiting if not self.is_ready(s.name)]
            if waiting and self._closing.wait(0.1):
                return False
            if excused():
                until = time.monotonic() + seconds
        return not waiting

    def close(self) -> None:
        """End every process, and the wires."""
        self._closing.set()
        self._keeper.join()
        for slot in self.slots.values():
            slot.wanted = False
            self.kill(slot.name, signal.SIGCONT)
            self.kill(slot.name, signal.SIGTERM)
        for slot in self.slots.values():
            self.stop(slot.name)
        self.wires.close()
        self._held.close()

    def _slot(self, folder: Path, service: str, number: int, port: int) -> Slot:
        slot_folder = folder / f"{service}-{number}"
        slot_folder.mkdir()
        slot = Slot(service, number, port, slot_folder)
        settings = self.installation.settings
        real = f"{settings.database_host}/.s.PGSQL.{settings.database_port}"
        self.wires.do(slot.name, "lay", folder=str(slot_folder), real=real)
        return slot

    def _keep(self) -> None:
        """Start again what ended, as an operator's supervisor does."""
        while not self._closing.wait(_AGAIN_SECONDS):
            for slot in self.slots.values():
                with self._guard:
                    if slot.wanted and slot.process is not None and not slot.alive:
                        code = slot.process.wait()
                        if code != -signal.SIGKILL:
                            self._died(slot, code)
                        self._start(slot)

    def _start(self, slot: Slot) -> None:
        with (slot.folder / "service.log").open("ab") as log:
            slot.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.faults.service", slot.service),
                    *("--host", HOST, "--port", str(slot.port)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=_REPOSITORY,
                env=self._environment(slot),
                start_new_session=True,
            )
        slot.since = time.monotonic()

    def _environment(self, slot: Slot) -> Mapping[str, str]:
        settings = self.installation.settings
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("CANALIZA_", "PG"))}
        if self._bug is not None:
            ours[BUG] = self._bug
        return {
            **ours,
            **service_environment(settings, slot.service, metrics_port=0),
            "CANALIZA_DATABASE_HOST": str(slot.folder),
            # A few institutions do what hundreds do elsewhere.
            "CANALIZA_REQUESTS_PER_SECOND": "1000000",
            "CANALIZA_REQUESTS_AT_ONCE": "1000000",
            CONTROL: str(slot.folder / "control.json"),
        }
