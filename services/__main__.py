"""All four services in one process, behind one port: the embedded mode."""

import shlex
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from services.console.home import home
from services.installation import ALL, Installation, note_bus, open_installation
from services.operator.cli.failures import explained
from services.operator.cli.language import say
from services.operator.demo import cases as demo
from services.operator.demo.institutions import COMMISSION, INSTITUTIONS, OFFICE
from services.operator.reachability import tell_reach
from services.reporting.views import Reports
from shared.kernel.clock import now
from shared.kernel.roles import AUDITOR, CASEWORKER, MONITOR
from shared.messaging.log_bus import LogBus
from shared.service.door import Door, is_loopback, open_door
from shared.service.run import MUST_NOT_START, serve
from shared.service.service import Service
from shared.service.settings import Settings
from shared.telemetry import logs
from shared.web.problems import http_error

_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_TOKEN_FOR = timedelta(hours=12)


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
    ] = 200,
    host: Annotated[str, typer.Option(help="Dirección / address.")] = "127.0.0.1",
    insecure: Annotated[
        bool, typer.Option("--insecure", help="La red cifra / the network encrypts.")
    ] = False,
) -> None:
    """Arranca todo en un proceso. / Starts everything in one process.

    Ej./e.g.: python -m services --port 8080 --data ~/canaliza --demo 200
    """
    if bus not in {"log", "kafka"}:
        typer.echo("--bus: log | kafka", err=True)
        raise typer.Exit(2)
    logs.set_up("WARNING")
    logs.catch_all()
    try:
        door = open_door(host, port, Settings(bus=bus), insecure=insecure)
        code = _run(data, bus, demo_cases, door)
    except Exception as error:  # noqa: BLE001 - the user gets a message, no traceback
        message, code = explained(error)
        if isinstance(error, MUST_NOT_START):
            code = 2
        typer.echo(message, err=True)
    raise typer.Exit(code)


def _run(data: Path | None, bus: str, demo_cases: int, door: Door) -> int:
    overrides: dict[str, Any] = {"bus": bus}
    with open_installation(
        data, own=True, progress=lambda text: _say(say(text)), **overrides
    ) as installation:
        settings = installation.settings
        if bus == "kafka":
            settings = _with_kafka(installation)
        if installation.supervisor is not None:
            note_bus(installation.supervisor.data, settings)
        services = [Service(definition, settings) for definition in ALL]
        _join(services, bus)
        app = _application(services, door.host)
        code = serve(
            app, door, services, lambda: _ready(services, installation, demo_cases, door.address)
        )
    _say("canaliza: detenido / stopped")
    return code


def _with_kafka(installation: Installation) -> Settings:
    """Start the broker unless CANALIZA_KAFKA_BOOTSTRAP names one, and ensure the topics."""
    from services.operator.topics import ensure_topics  # noqa: PLC0415 - the log bus needs no client

    settings = installation.settings
    if "kafka_bootstrap" not in settings.model_fields_set and installation.supervisor is not None:
        settings = settings.model_copy(update={"kafka_bootstrap": installation.supervisor.kafka()})
    ensure_topics(settings)
    return settings


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
    pages = Mount("/", home(services, Reports(reporting.log)))
    # A page elsewhere must not read ours through a name of its own that points here.
    public = reporting.settings.public_url
    names = ["*"]
    if public is not None:
        names = [*_LOOPBACK, host, public.host]
    elif is_loopback(host):
        names = [*_LOOPBACK, host]
    known = Middleware(TrustedHostMiddleware, allowed_hosts=names)
    return Starlette(
        routes=[*mounts, pages],
        middleware=[known],
        exception_handlers={HTTPException: http_error},  # a line break in an address is no mount's
    )


def _ready(
    services: list[Service], installation: Installation, demo_cases: int, address: str
) -> None:
    """Load the demonstration into an empty installation, and print how to go on."""
    by_name = {s.name: s for s in services}
    new = by_name["referral"].log.position() == 0
    if demo_cases and (new or demo.begun(by_name)) and not demo.complete(by_name, demo_cases):
        demo.load(by_name, demo_cases, _say)
    _say("")
    _say(f"canaliza: {address}")
    for service in services:
        _say(
            f"  {service.name:<10} {address}/{service.name}/readyz · {address}/docs/{service.name}"
        )
    if demo_cases and demo.begun(by_name):
        _print_tokens(installation, by_name["referral"], address)
    supervisor = installation.supervisor
    data = f" --data {shlex.quote(str(supervisor.data))}" if supervisor else ""
    for command in (
        "doctor",
        "report claims --subdivision CHH",
        "token create --institution CLAVE --role caseworker",
        "--help",
    ):
        _say(f"  {_program()} {command}{'' if command == '--help' else data}")
    _say("  Ctrl-C para detener / to stop")


def _print_tokens(installation: Installation, referral: Service, address: str) -> None:
    """Give each institution of the demonstration a token, so that it can answer; print some.

    Two persons: one who works on cases, and one who audits.
    """
    tokens, until = installation.tokens(), now() + _TOKEN_FOR
    secrets = {code: tokens.create(code, (CASEWORKER,), until)[1] for code in INSTITUTIONS}
    tell_reach(referral, tokens, INSTITUTIONS)
    _, auditor = tokens.create(OFFICE, (AUDITOR, MONITOR), until)
    _say("  tokens para probar, 12 h / tokens to try, 12 h:")
    for code in (OFFICE, COMMISSION):
        _say(f"    caseworker       {code:<16} {secrets[code]}")
    _say(f"    auditor, monitor {OFFICE:<16} {auditor}")
    _say(f"  curl -H 'Authorization: Bearer {secrets[OFFICE]}' {address}/reporting/cases")


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
