"""How a long command is told to stop: at the first signal, once what is at hand is finished."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.operator.cli.output import aside
from shared.kernel.text import Text


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Set the event at the first Ctrl-C or SIGTERM; the second interrupts as usual."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def request_stop(number: int, frame: object) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.default_int_handler)
        aside(
            Text(
                "Se termina lo que está en camino… Para seguir después, repita la misma orden.",
                "Finishing what is on its way… To go on later, give the same command again.",
            )
        )

    for number in before:
        signal.signal(number, request_stop)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
