"""Services of an installation, connected for as long as an operator's command takes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from services.installation import Installation
from shared.service.service import Service


@contextmanager
def connected(installation: Installation, *names: str) -> Iterator[tuple[Service, ...]]:
    """Connect services, in this order; nothing of theirs is started, and all are closed."""
    with ExitStack() as stack:
        services = []
        for name in names:
            service = installation.service(name)
            stack.callback(service.close)
            services.append(service)
        yield tuple(services)
