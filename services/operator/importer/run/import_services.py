"""All services in this process for as long as an import lasts, and who reads meanwhile."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from services.installation import Installation
from services.operator.connecting import connected
from services.operator.importer.errors import ImportCutShort, ImportUnderWay
from shared.kernel.text import Text
from shared.messaging.log_bus import LogBus
from shared.postgres.leases import Lease
from shared.service.service import Service
from shared.service.settings import SERVICES


@contextmanager
def import_services(
    installation: Installation, mapping: str, stop: threading.Event, *, check: bool
) -> Iterator[Mapping[str, Service]]:
    """Connect all services, and start their readers if the installation's bus is the log.

    mapping: its name. check: only connect. Raises ImportUnderWay if another import uses the
    mapping, and ImportCutShort at the end if a reader here stopped for a mistake in the program;
    stop is set as soon as one does.
    """
    broken = threading.Event()

    def on_bug() -> None:
        broken.set()
        stop.set()

    with ExitStack() as stack:
        connections = stack.enter_context(connected(installation, *SERVICES))
        services = dict(zip(SERVICES, connections, strict=True))
        if not check:
            lease = Lease(f"import {mapping}", services["intake"].log.address)
            if not lease.hold():
                raise ImportUnderWay(_UNDER_WAY)
            stack.callback(lease.release)
            if installation.settings.bus == "log" and not _over_kafka(services):
                _start_readers(services, on_bug, stack)
        yield services
        if broken.is_set():
            raise ImportCutShort(_READER_BROKE)


def _over_kafka(services: Mapping[str, Service]) -> bool:
    """Tell whether a relay is at work now: then the readers read from Kafka."""
    relay = Lease("relay intake", services["intake"].log.address)
    free = relay.hold()
    relay.release()
    return not free


def _start_readers(
    services: Mapping[str, Service], on_bug: Callable[[], None], stack: ExitStack
) -> None:
    """Start readers here: they wait while a running system reads, and else they read."""
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
    "Un lector se detuvo por un error del programa; vea la bitácora. Lo importado sigue ahí.",
    "A reader stopped for a mistake in the program; see the log. What was imported is kept.",
)
