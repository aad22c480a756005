"""Run applications until a signal says stop, then stop everything in order."""

import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any, NoReturn

import typer

from shared.kernel.text import Text, UserError
from shared.postgres.database import OUTAGES
from shared.postgres.encryption import NOT_TRUSTED, refused_by_tls
from shared.service import gc_tuning
from shared.service.door import Door, open_door
from shared.service.metrics_port import MetricsPort, address_of
from shared.service.server import Server
from shared.service.service import Service, ServiceDefinition
from shared.service.setting_names import SettingsProblem
from shared.service.settings import Settings
from shared.service.unprivileged import drop_privileges
from shared.telemetry import logs


def serve(app: Any, door: Door, services: list[Service], ready: Callable[[], None]) -> int:
    """Serve until SIGINT or SIGTERM, or until a runner fails through a bug.

    Returns the exit code: 1 for a bug, else 0.
    """
    server = Server(app, door)
    metrics = MetricsPort(door.metrics, services) if door.metrics else None
    broken: list[str] = []

    def on_bug() -> None:
        broken.append("bug")
        server.should_exit = True

    signal.signal(signal.SIGTERM, _interrupt)
    gc_tuning.freeze_heap()
    for service in services:
        service.start(on_bug)
    try:
        if metrics is not None:
            metrics.start()
        ready()
        server.serve_door()
    except KeyboardInterrupt:
        pass
    finally:
        if metrics is not None:
            metrics.stop()
        for service in services:
            service.halt()
        for service in services:
            service.close()
        door.sock.close()
    return 1 if broken else 0


def _interrupt(number: int, frame: object) -> None:
    """Treat SIGTERM like Ctrl-C, also before and after the server handles it itself."""
    del number, frame
    raise KeyboardInterrupt


_NO_DATABASE = Text(
    "la base de datos no responde ({error}); revise CANALIZA_DATABASE_… y que esté en marcha.",
    "the database does not answer ({error}); check CANALIZA_DATABASE_… and that it runs.",
)
_NEEDS_KAFKA = Text(
    "BUS=log sirve solo si los cuatro servicios comparten proceso («make run»);"
    " un servicio solo necesita CANALIZA_BUS=kafka.",
    "BUS=log works only if all four services share a process (“make run”);"
    " a service alone needs CANALIZA_BUS=kafka.",
)


def main(definition: ServiceDefinition) -> NoReturn:
    """Run one service alone, in standard mode. Settings come from the environment or a file."""

    def run(
        host: str | None = None,
        port: int | None = None,
        insecure: Annotated[
            bool, typer.Option("--insecure", help="La red cifra / the network encrypts.")
        ] = False,
    ) -> None:
        given: dict[str, Any] = {
            k: v for k, v in {"host": host, "port": port}.items() if v is not None
        }
        try:
            settings = Settings(**given)
        except SettingsProblem as error:
            typer.echo(str(error), err=True)
            sys.exit(error.code)
        logs.set_up(settings.log_level)
        logs.catch_all()
        sys.exit(_run(definition, settings, insecure=insecure))

    run.__doc__ = (
        f"{definition.title.es}. Un servicio solo, sobre Apache Kafka; ajustes: CANALIZA_… o "
        f"CANALIZA_SETTINGS=ajustes.toml.\n\n"
        f"{definition.title.en}. One service alone, on Apache Kafka; settings: CANALIZA_… or "
        f"CANALIZA_SETTINGS=settings.toml.\n\n"
        f"Ej./e.g.: CANALIZA_DATABASE_PASSWORD=… python -m services.{definition.name} --port 8081"
    )
    typer.run(run)
    sys.exit(0)


def _run(definition: ServiceDefinition, settings: Settings, *, insecure: bool) -> int:
    if settings.bus != "kafka":
        typer.echo(_NEEDS_KAFKA.both, err=True)
        return 2
    try:
        door = open_door(settings.host, settings.port, settings, insecure=insecure)
        door = door.with_metrics(settings.port)
        with door.sock, door.metrics or nullcontext():
            return _alone(Service(definition, settings), door)
    except UserError as error:
        typer.echo(str(error), err=True)
        return error.code
    except OUTAGES as error:
        said = NOT_TRUSTED if refused_by_tls(error) else _NO_DATABASE
        typer.echo(said.filled(error=type(error).__name__).both, err=True)
    return 2


def _metrics_of(door: Door) -> str:
    return f" · {address_of(door.metrics)}" if door.metrics else ""


def _alone(service: Service, door: Door) -> int:
    from shared.service.on_kafka import on_kafka  # noqa: PLC0415 - the embedded mode loads no Kafka client

    on_kafka(service)
    drop_privileges()
    return serve(
        service.app,
        door,
        [service],
        lambda: typer.echo(f"{service.name}: {door.address}/readyz{_metrics_of(door)}"),
    )
