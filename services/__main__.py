"""All four services in one process, behind one port: the embedded mode."""

import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount

from services.console.home import home
from services.installation import (
    ALL,
    Installation,
    embedded_installation,
    note_bus,
    refuse_servers_of_the_settings,
)
from services.operator.cli.failures import explained
from services.operator.cli.language import say
from services.operator.demo import cases as demo
from services.operator.demo.folder import (
    TOKEN_FOR,
    TOKEN_ROLES,
    DemonstrationFolder,
    DemonstrationToken,
)
from services.operator.demo.institutions import OFFICE
from services.referral.link_keeping import LinkDesk
from services.referral.reach import tell_reach, token_keeping
from services.reporting.views import Reports
from shared.embedded.kafka import require_programs
from shared.embedded.privileges import RunAs, default_data_directory, program_user
from shared.embedded.supervisor import Supervisor
from shared.identity.tokens import TokenOffice
from shared.kernel.hosts import is_loopback
from shared.kernel.text import Text
from shared.messaging.log_bus import LogBus
from shared.service.door import Door, open_door
from shared.service.metrics_port import address_of
from shared.service.run import serve
from shared.service.server_watch import ServerWatch
from shared.service.service import Runner, Service
from shared.service.settings import Settings
from shared.service.unprivileged import STAYS_ROOT, CannotDropPrivileges, serve_as
from shared.service.vouching import require_together
from shared.telemetry import logs
from shared.timers.timer_runner import TimerRunner
from shared.web.known_hosts import KnownHosts
from shared.web.problems import http_error
from shared.web.public_url import PublicUrl

_NOT_HERE = Text(
    "  La demostración entra solo en una carpeta nueva; en esta no se cargó nada.",
    "  The demonstration goes into a new folder only; nothing was loaded into this one.",
)


def run(
    data: Annotated[Path | None, typer.Option(help="Carpeta de datos / data folder.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Puerto / port; 0: uno libre / a free one.")
    ] = 8080,
    bus: Annotated[str, typer.Option(help="log | kafka")] = "log",
    demo_cases: Annotated[
        int,
        typer.Option(
            "--demo", min=0, help="Casos de demostración / demonstration cases; 0: ninguno / none."
        ),
    ] = 0,
    host: Annotated[str, typer.Option(help="Dirección / address.")] = "127.0.0.1",
    insecure: Annotated[
        bool, typer.Option("--insecure", help="La red cifra / the network encrypts.")
    ] = False,
) -> None:
    """Arranca todo en un proceso. / Starts everything in one process.

    Ej./e.g.: python -m services --port 8080 --data ~/canaliza
    """
    if bus not in {"log", "kafka"}:
        typer.echo("--bus: log | kafka", err=True)
        raise typer.Exit(2)
    logs.set_up("WARNING")
    logs.catch_all()

    def start() -> int:
        refuse_servers_of_the_settings()
        settings = Settings(bus=bus)
        require_together(settings)  # what is missing is told before a folder is made
        if bus == "kafka":
            require_programs()
        door = open_door(host, port, settings, insecure=insecure).with_metrics(port)
        return _run(data, bus, demo_cases, door)

    raise typer.Exit(_told(start))


def _told(serve: Callable[[], int]) -> int:
    """Run it; return its exit code. What goes wrong is told as a message, without a traceback."""
    try:
        return serve()
    except Exception as error:  # noqa: BLE001 - whatever it is
        message, code = explained(error)
        typer.echo(message, err=True)
        return code


def _run(data: Path | None, bus: str, demo_cases: int, door: Door) -> int:
    folder = data or default_data_directory()
    with Supervisor(folder, progress=lambda text: _say(say(text))) as supervisor:
        supervisor.own()
        demonstration = DemonstrationFolder(supervisor.data)
        if demo_cases:
            demonstration.mark_if_new()
        installation = embedded_installation(supervisor, bus=bus)
        settings = (
            _with_kafka(installation, supervisor) if bus == "kafka" else installation.settings
        )
        note_bus(supervisor.data, settings)
        tokens, marked = installation.tokens(), demonstration.marked
        show = demo_cases > 0 and sys.stdout.isatty()  # a token goes nowhere else: all is kept
        token = demonstration.renew_token(tokens, show=show) if marked else None
        metrics = address_of(door.metrics) if door.metrics else None
        start = _Start(supervisor.data, door.address, metrics, demo_cases, marked, token, tokens)
        watch = ServerWatch(supervisor)
        try:
            code = _serve_as(
                supervisor.user, lambda beside: _serve(settings, door, start, beside), watch
            )
        finally:
            demonstration.drop_header()
        if watch.failure is not None:
            raise watch.failure
    _say("canaliza: detenido / stopped")
    return code


def _serve_as(user: RunAs, serve: Callable[[list[Runner]], int], watch: ServerWatch) -> int:
    """Serve as the servers' user; as root only where that user cannot run the program."""
    found = program_user(user)
    if isinstance(found, Path):
        if os.environ.get("CANALIZA_RUN_AS"):
            raise CannotDropPrivileges(user.name, found)
        typer.echo(say(STAYS_ROOT.filled(closed=found)), err=True)
    elif found.dropped:
        return serve_as(found, lambda: _told(lambda: serve([])), watch)
    return serve([watch])


def _serve(settings: Settings, door: Door, start: "_Start", beside: list[Runner]) -> int:
    """Serve until asked to stop. beside: what runs beside the services, and is stopped first."""
    services = [Service(definition, settings) for definition in ALL]
    _join(services, settings.bus)
    services[0].runners[:0] = beside
    if start.loads:
        _hold_timers(services, held=True)
    return serve(_application(services, door.host), door, services, lambda: _ready(services, start))


@dataclass(frozen=True)
class _Start:
    """What this start is to load and to print.

    marked: whether made-up cases belong into the folder. token: to try them with. tokens: the
    operator's, from which the directory is told who can answer.
    """

    data: Path
    address: str
    metrics: str | None
    demo_cases: int
    marked: bool
    token: DemonstrationToken | None
    tokens: TokenOffice

    @property
    def loads(self) -> bool:
        """Whether the demonstration is loaded, unless it was already."""
        return self.demo_cases > 0 and self.marked


def _load(services: Mapping[str, Service], cases: int) -> None:
    """Load the demonstration, unless that is done already, and let the timers fire."""
    if not demo.complete(services, cases):
        demo.load(services, cases, _say)
    _hold_timers(services.values(), held=False)


def _hold_timers(services: Iterable[Service], *, held: bool) -> None:
    """Hold the timers back, or let them fire: made-up cases bring a clock of their own."""
    for service in services:
        runner = service.runner(TimerRunner.name)
        if isinstance(runner, TimerRunner):
            runner.held = held


def _with_kafka(installation: Installation, supervisor: Supervisor) -> Settings:
    """Start the folder's broker, with its topics and rights."""
    from services.operator.topics import on_own_broker  # noqa: PLC0415 - the log bus needs no client

    return on_own_broker(installation.settings, supervisor)


def _join(services: list[Service], bus: str) -> None:
    if bus == "kafka":
        from shared.service.on_kafka import on_kafka  # noqa: PLC0415 - the log bus needs no Kafka client

        for service in services:
            on_kafka(service)
        return
    log_bus = LogBus(
        [s.publication for s in services],
        services[0].log.address,
        services[0].settings.kafka_partitions,
    )
    for service in services:
        service.join(log_bus)


def _application(services: list[Service], host: str) -> Starlette:
    reporting = next(s for s in services if s.name == "reporting")
    mounts = [Mount(f"/{s.name}", s.app, name=s.name) for s in services]
    referral = next(s for s in services if s.name == "referral")
    reports = Reports(reporting.log, reporting.secret)
    pages = Mount("/", home(services, reports, token_keeping(referral), LinkDesk(referral)))
    public = reporting.settings.public_url
    names: list[str] | None = None  # whoever listens on the network may have any
    if public is not None:
        names = [host, public.host]
    elif is_loopback(host):
        names = []
    return Starlette(
        routes=[*mounts, pages],
        middleware=[] if names is None else [Middleware(KnownHosts, names=names)],
        exception_handlers={HTTPException: http_error},  # a line break in an address is no mount's
    )


def _ready(services: list[Service], start: _Start) -> None:
    """Load the demonstration into its folder, and print how to go on."""
    by_name = {s.name: s for s in services}
    if by_name["referral"].credentials.vouched is not None:
        tell_reach(by_name["referral"], start.tokens.all())
    cases, address = start.demo_cases, start.address
    if start.loads:
        _load(by_name, cases)
    _say("")
    _say("\n".join(addresses(address, services[0].settings.public_url)))
    for service in services:
        _say(
            f"  {service.name:<10} {address}/{service.name}/readyz · {address}/docs/{service.name}"
        )
    if start.metrics is not None:
        _say(f"  Prometheus {start.metrics}")
    if start.token is not None:
        _show(start.token, address)
    if cases and not start.marked:
        _say(say(_NOT_HERE))
    data = f" --data {shlex.quote(str(start.data))}"
    for command in (
        "doctor",
        "report claims --subdivision CHH",
        "token create --institution CLAVE --role caseworker",
        "--help",
    ):
        _say(f"  {_program()} {command}{'' if command == '--help' else data}")
    _say("  Ctrl-C para detener / to stop")


def addresses(address: str, public: PublicUrl | None) -> list[str]:
    """Return the lines that say where the pages are: first where one can sign in.

    address: how this machine reaches them. public: the only place whose forms they take, if any.
    """
    if public is None or public.origin == address:
        return [f"canaliza: {address}"]
    return [
        f"canaliza: {public.origin}",
        f"  aquí, sin entrar / here, without signing in: {address}",
    ]


def _show(token: DemonstrationToken, address: str) -> None:
    hours = TOKEN_FOR // timedelta(hours=1)
    _say(f"  token para probar, {hours} h / token to try, {hours} h:")
    _say(f"    {OFFICE} ({', '.join(TOKEN_ROLES)})  {token.secret}")
    _say(f"  curl -H {shlex.quote(f'@{token.header}')} {address}/reporting/cases")


def _program() -> str:
    """Return how to call the command line from here."""
    program = Path(sys.executable).with_name("canaliza")
    here = Path.cwd()
    return str(program.relative_to(here) if program.is_relative_to(here) else program)


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(run)
