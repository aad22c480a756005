"""The standard mode on one machine: four processes, each with its own password, on Apache Kafka.

The same parts as in production, where an operator's own supervisor starts them. Each process runs
under a guard (``shared.embedded.guard``), so none outlives this one, however this one ends. A
service that ends is restarted after a pause that doubles, a limited number of times.
"""

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from services.installation import Installation, note_bus, open_installation, settings_name_a_server
from services.operator.cli.language import say
from services.operator.cli.output import aside, print_json, print_line
from services.operator.cli.servers import migrate_standard
from services.operator.standard.doors import Doors
from services.operator.standard.environment import service_environment
from services.operator.topics import ensure_topics, on_own_broker
from shared.embedded.folder import DataFolder
from shared.embedded.kafka import require_programs
from shared.embedded.permissions import require_private
from shared.embedded.privileges import RunAs, default_data_directory, program_user
from shared.embedded.process import TAG, Guarded, Plan, last_line, log_of, start, stop_leftovers
from shared.embedded.supervisor import Supervisor
from shared.kernel.text import Text, UserError
from shared.service.settings import SERVICES, Settings
from shared.service.unprivileged import STAYS_ROOT, CannotDropPrivileges
from shared.service.vouching import require_together

_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_PROBE_SECONDS = 5.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_TRIES = 8
_MUST_NOT = 2
"""A service's exit code if a person must act before it is started again."""


@dataclass
class _Process:
    """A service's process, and how often it ended soon after its start."""

    plan: Plan
    guarded: Guarded
    since: float
    deaths: int = 0
    again_at: float | None = field(default=None)


def run_standard(data: Path | None, doors: Doors, *, as_json: bool = False) -> int:
    """Start everything, print the addresses, and keep it running until SIGINT or SIGTERM.

    data: the folder of what is started here; servers that CANALIZA_DATABASE_HOST and
    CANALIZA_KAFKA_BOOTSTRAP name are used as they are. Returns 0 when asked to stop. Raises
    UserError: 1 if a service does not stay up, 2 if one must not start.
    """
    settings = Settings()
    doors.require_usable(settings)
    require_together(settings)
    if "kafka_bootstrap" not in settings.model_fields_set:
        require_programs()  # before a folder is made
    folder = data or default_data_directory()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _servers(folder) as (supervisor, settings):
            _Standard(supervisor, settings, doors).run(as_json=as_json)
    except KeyboardInterrupt:
        return 0


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[Supervisor, Settings]]:
    """Start PostgreSQL with its schemas and Kafka with its topics; yield how to reach both."""
    if settings_name_a_server():
        with (
            Supervisor(folder, progress=aside) as supervisor,
            open_installation(None, bus="kafka") as installation,
        ):
            supervisor.own()
            require_private(supervisor.data)
            migrate_standard(installation.settings)
            yield supervisor, _with_kafka(installation, supervisor)
        return
    with open_installation(folder, own=True, progress=aside, bus="kafka") as installation:
        if installation.supervisor is None:
            raise AssertionError
        yield installation.supervisor, _with_kafka(installation, installation.supervisor)


def _with_kafka(installation: Installation, supervisor: Supervisor) -> Settings:
    settings = installation.settings
    if "kafka_bootstrap" not in settings.model_fields_set:
        settings = on_own_broker(settings, supervisor)
    else:
        ensure_topics(settings)
    note_bus(supervisor.data, settings)
    return settings


class _Standard:
    """The four processes, from start to stop."""

    def __init__(self, supervisor: Supervisor, settings: Settings, doors: Doors) -> None:
        self._supervisor = supervisor
        self._settings = settings
        self._doors = doors
        self._folder = DataFolder(supervisor.data)
        self._folder.user = _services_user(self._folder.user)
        self._processes: dict[str, _Process] = {}

    def run(self, *, as_json: bool) -> NoReturn:
        """Start, announce and watch; stop all at the end."""
        try:
            for name in SERVICES:
                stop_leftovers(self._folder, name)
                self._processes[name] = self._start(name)
            self._wait_until_ready()
            self._announce(as_json=as_json)
            self._watch()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self._stop()

    def _start(self, name: str) -> _Process:
        plan = Plan(
            name,
            [
                *(sys.executable, f"-Xcanaliza.instance={TAG}"),
                f"-Xcanaliza.folder={self._folder.path}",
                *("-m", f"services.{name}", *self._doors.words(name)),
            ],
            self._environment(name),
            stages=((signal.SIGTERM, 20), (signal.SIGKILL, 5)),
            directory=Path("/") if self._folder.user.dropped else Path.cwd(),
        )
        return _Process(plan, start(self._folder, plan), time.monotonic())

    def _environment(self, name: str) -> Mapping[str, str]:
        """Return a service's environment: ours without our secrets, plus its own password."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("CANALIZA_", "PG"))
        }
        metrics = self._doors.metrics_ports(self._settings)[name]
        return {
            **kept,
            **service_environment(self._settings, name, metrics),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        for name in SERVICES:
            while not self._doors.is_ready(name, self._settings):
                ended = not self._processes[name].guarded.alive
                if ended or time.monotonic() > deadline:
                    raise self._not_ready(name)
                time.sleep(0.05)

    def _not_ready(self, name: str) -> UserError:
        log, why = log_of(self._folder, name), last_line(self._folder, name)
        return UserError(
            Text(
                f"{name} no arrancó: {why}. Vea {log}.",
                f"{name} did not start: {why}. See {log}.",
            ),
            _MUST_NOT if self._processes[name].guarded.code == _MUST_NOT else 1,
        )

    def _announce(self, *, as_json: bool) -> None:
        addresses = {name: self._doors.address(name, self._settings) for name in SERVICES}
        metrics = self._doors.metrics(self._settings)
        if as_json:
            print_json(
                {
                    "services": addresses,
                    "metrics": dict(metrics),
                    "kafka": self._settings.kafka_bootstrap,
                    "data": str(self._folder.path),
                }
            )
            return
        print_line("canaliza")
        for name, address in addresses.items():
            print_line(f"  {name:<10} {address}/readyz")
        for name, address in metrics.items():
            print_line(f"  Prometheus {address} ({name})")
        print_line(f"  Kafka      {self._settings.kafka_bootstrap}")
        print_line(f"  canaliza doctor --data {shlex.quote(str(self._folder.path))}")
        print_line(say(Text("  Ctrl-C para detener", "  Ctrl-C to stop")))

    def _watch(self) -> NoReturn:
        """Keep the services and their servers up. Raises UserError once one does not stay up."""
        probe_at = time.monotonic() + _PROBE_SECONDS
        while True:
            time.sleep(_LOOK_SECONDS)
            for name, process in self._processes.items():
                if not process.guarded.alive:
                    self._again(name, process)
            if time.monotonic() > probe_at:
                self._probe()
                probe_at = time.monotonic() + _PROBE_SECONDS

    def _again(self, name: str, process: _Process) -> None:
        """Restart a service once its pause is over. Raises UserError if it does not stay up."""
        moment = time.monotonic()
        if process.again_at is None:
            steady = moment - process.since > _STEADY_SECONDS
            process.deaths = 1 if steady else process.deaths + 1
            if process.deaths > _TRIES or process.guarded.code == _MUST_NOT:
                raise self._not_ready(name)
            pause = min(_FIRST_PAUSE * 2 ** (process.deaths - 1), _LONGEST_PAUSE)
            process.again_at = moment + pause
            aside(Text(f"{name} terminó; vuelve en {pause} s", f"{name} ended; back in {pause} s"))
        elif moment >= process.again_at:
            process.guarded.stop()
            fresh = self._start(name)
            process.plan, process.guarded, process.since = fresh.plan, fresh.guarded, fresh.since
            process.again_at = None

    def _probe(self) -> None:
        """Restart servers of ours that were killed; services follow a new address."""
        before = (self._settings.database_host, self._settings.kafka_bootstrap)
        update = {}
        if (self._folder.path / "run/postgres.json").exists():
            update["database_host"] = self._supervisor.postgres().host
        if (self._folder.path / "run/kafka.json").exists():
            update["kafka_bootstrap"] = self._supervisor.kafka()
        self._settings = self._settings.model_copy(update=update)
        if before != (self._settings.database_host, self._settings.kafka_bootstrap):
            self._stop()
            self._processes = {name: self._start(name) for name in SERVICES}

    def _stop(self) -> None:
        """Stop all four at once; return when they are gone."""
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(lambda process: process.guarded.stop(), self._processes.values()))


def _services_user(servers_user: RunAs) -> RunAs:
    """Return whom the services run as: the servers' user, or us where it cannot run the program."""
    found = program_user(servers_user)
    if isinstance(found, RunAs):
        return found
    if os.environ.get("CANALIZA_RUN_AS"):
        raise CannotDropPrivileges(servers_user.name, found)
    aside(STAYS_ROOT.filled(closed=found))
    return RunAs(str(os.geteuid()), os.geteuid(), os.getegid(), dropped=False)


def _interrupt(number: int, frame: object) -> None:
    """Treat SIGTERM like Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt
