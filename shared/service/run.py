"""Run applications until a signal says stop, then stop everything in order."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, NoReturn, cast

import typer
import uvicorn

from shared.eventstore.begun_with import OtherSecret, SecretMissing
from shared.kernel.text import Text, UserError
from shared.messaging.inbox import PartitionsDiffer
from shared.messaging.publication import HistoryForked
from shared.postgres.database import OUTAGES
from shared.postgres.migrations import SchemaNotKnown
from shared.service import gc_tuning, open_files
from shared.service.connections import MOST_WAITING, Connections
from shared.service.http_protocol import bounded
from shared.service.service import Service, ServiceDefinition
from shared.service.settings import Settings, SettingsNotUsable
from shared.telemetry import logs
from shared.web.edge import Edge
from shared.web.rate_limits import RateLimits


class PortTaken(UserError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            Text(
                f"el puerto {port} está ocupado; elija otro con --port (0: uno libre).",
                f"port {port} is taken; choose another with --port (0: a free one).",
            )
        )
        self.port = port


MUST_NOT_START = (
    PortTaken,
    SchemaNotKnown,
    PartitionsDiffer,
    HistoryForked,
    SecretMissing,
    OtherSecret,
)
"""Errors that starting again does not mend: somebody must act first. The exit code is 2."""


def listen(host: str, port: int) -> socket.socket:
    """Bind a socket before anything expensive starts; port 0 lets the system choose.

    Raises PortTaken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PortTaken(port) from error
    sock.listen(1024)
    return sock


def serve(app: Any, sock: socket.socket, services: list[Service], ready: Callable[[], None]) -> int:
    """Serve until SIGINT or SIGTERM, or until a runner fails through a bug.

    Returns the exit code: 1 for a bug, else 0.
    """
    files = open_files.raise_limit()
    settings = services[0].settings
    limits = RateLimits(settings.requests_per_second, settings.requests_at_once)
    config = uvicorn.Config(
        Edge(app, limits),
        # uvicorn calls it as it would call the class.
        http=cast("type[asyncio.Protocol]", bounded(Connections(min(MOST_WAITING, files // 2)))),
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    broken: list[str] = []

    def on_bug() -> None:
        broken.append("bug")
        server.should_exit = True

    signal.signal(signal.SIGTERM, _interrupt)
    gc_tuning.freeze_heap()
    for service in services:
        service.start(on_bug)
    try:
        ready()
        server.run(sockets=[sock])
    except KeyboardInterrupt:
        pass
    finally:
        for service in services:
            service.halt()
        for service in services:
            service.close()
        sock.close()
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

    def run(host: str | None = None, port: int | None = None) -> None:
        given: dict[str, Any] = {
            k: v for k, v in {"host": host, "port": port}.items() if v is not None
        }
        try:
            settings = Settings(**given)
        except SettingsNotUsable as error:
            typer.echo(str(error), err=True)
            sys.exit(error.code)
        logs.set_up(settings.log_level)
        sys.exit(_run(definition, settings))

    run.__doc__ = (
        f"{definition.title.es}. Un servicio solo, sobre Apache Kafka; ajustes: CANALIZA_… o "
        f"CANALIZA_SETTINGS=ajustes.toml.\n\n"
        f"{definition.title.en}. One service alone, on Apache Kafka; settings: CANALIZA_… or "
        f"CANALIZA_SETTINGS=settings.toml.\n\n"
        f"Ej./e.g.: CANALIZA_DATABASE_PASSWORD=… python -m services.{definition.name} --port 8081"
    )
    typer.run(run)
    sys.exit(0)


def _run(definition: ServiceDefinition, settings: Settings) -> int:
    if settings.bus != "kafka":
        typer.echo(_NEEDS_KAFKA.both, err=True)
        return 2
    try:
        with listen(settings.host, settings.port) as sock:
            return _alone(Service(definition, settings), sock)
    except MUST_NOT_START as error:
        typer.echo(str(error), err=True)
    except OUTAGES as error:
        typer.echo(_NO_DATABASE.filled(error=type(error).__name__).both, err=True)
    return 2


def _alone(service: Service, sock: socket.socket) -> int:
    from shared.service.on_kafka import on_kafka  # noqa: PLC0415 - the embedded mode loads no Kafka client

    on_kafka(service)
    host, port = sock.getsockname()[:2]
    return serve(
        service.app,
        sock,
        [service],
        lambda: typer.echo(f"{service.name}: http://{host}:{port}/readyz"),
    )
