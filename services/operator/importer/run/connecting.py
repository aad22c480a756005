"""All services in this process for as long as an import lasts, and who reads meanwhile."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Protocol

from services.operator.importer.errors import ImportNotPossible, ImportUnderWay
from shared.kernel.text import Text
from shared.messaging.log_bus import LogBus
from shared.postgres.leases import Lease
from shared.service.service import Service
from shared.service.settings import SERVICES, Settings


class Connected(Protocol):
    """What an import needs of an installation."""

    @property
    def settings(self) -> Settings:
        """All services' settings."""

    def service(self, name: str) -> Service:
        """Connect one service; the caller closes it."""


@contextmanager
def connected(
    installation: Connected, mapping: str, stop: threading.Event, *, check: bool
) -> Iterator[Mapping[str, Service]]:
    """Connect all services; read here too where the installation's bus is the log.

    mapping: its name. Raises ImportUnderWay where it is in use, and ImportNotPossible at the end where a
    reader here stopped for a mistake in the program; stop is set as soon as one does.
    """
    broken = threading.Event()

    def on_bug() -> None:
        broken.set()
        stop.set()

    with ExitStack() as stack:
        services = {}
        for name in SERVICES:
            services[name] = installation.service(name)
            stack.callback(services[name].close)
        if not check:
            lease = Lease(f"import {mapping}", services["intake"].log.address)
            if not lease.hold():
                raise ImportUnderWay(_UNDER_WAY)
            stack.callback(lease.release)
            if installation.settings.bus == "log" and not _over_kafka(services):
                _start_readers(services, on_bug, stack)
        yield services
        if broken.is_set():
            raise ImportNotPossible(_READER_BROKE)


def _over_kafka(services: Mapping[str, Service]) -> bool:
    """Whether a relay is at work now: then the readers read from Kafka."""
    relay = Lease("relay intake", services["intake"].log.address)
    free = relay.hold()
    relay.release()
    return not free


def _start_readers(
    services: Mapping[str, Service], on_bug: Callable[[], None], stack: ExitStack
) -> None:
    """Read here too: it stands by while the running system does, and does it where none runs."""
    settings = services["intake"].settings
    bus = LogBus(
        [one.publication for one in services.values()],
        services["intake"].log.address,
        settings.kafka_partitions,
    )
    for one in services.values():
        one.join(bus)
        one.start(on_bug)
    stack.callback(_halt, list(services.values()))


def _halt(services: Sequence[Service]) -> None:
    """Halt all readers at once: each finishes what it has at hand."""
    with ThreadPoolExecutor(len(services)) as pool:
        list(pool.map(Service.halt, services))


_UNDER_WAY = Text(
    "Ya hay una importación en curso con este mapeo; espere a que termine.",
    "An import with this mapping is under way; wait until it ends.",
)
_READER_BROKE = Text(
    "Un lector se detuvo por un error del programa; la bitácora dice cuál. Lo importado sigue ahí.",
    "A reader stopped for a mistake in the program; the log says which. What was imported is kept.",
)
