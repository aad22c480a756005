"""Watches the embedded servers: one that ended under us is started again, or the program ends."""

import threading
import time
from collections import deque
from collections.abc import Callable

import structlog

from shared.embedded.supervisor import Supervisor
from shared.kernel.text import Text, UserError

LOOK_SECONDS = 1.0
_MOST_ENDINGS = 5
_WITHIN_SECONDS = 120.0

log = structlog.get_logger(__name__)


class EndsAgainAndAgain(UserError):
    """A server does not stay up."""

    def __init__(self, server: str) -> None:
        super().__init__(
            Text(
                f"{server} termina una y otra vez; vea su registro en la carpeta, log/.",
                f"{server} ends again and again; see its log in the folder, log/.",
            )
        )


class ServerWatch:
    """A ``Runner`` that keeps the servers of a data folder up for its owner.

    The services go on by themselves, as after any outage. Where that cannot be (a server does not
    start, does not stay up, or has another address now) ``on_bug`` is called once, and ``failure``
    says why; the program then ends with 1.
    """

    name = "servers"

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._stopping = threading.Event()
        self._endings: deque[float] = deque(maxlen=_MOST_ENDINGS)
        self._thread = threading.Thread(target=self._run, name="server-watch", daemon=True)
        self.trouble: str | None = None
        self.failure: UserError | None = None
        self.on_bug: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._supervisor.forget_endings()
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer: from here on servers end because they are asked to."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._look()
            except Exception as error:
                log.exception("server_not_started_again", server=self.trouble)
                self.failure = error if isinstance(error, UserError) else None
                return self.on_bug()
        return None

    def _look(self) -> None:
        for server in self._supervisor.ended():
            self.trouble = f"{server} ended"
            log.warning("server_ended", server=server)
            self._count(server)
            self._supervisor.start_again(server)
            log.warning("server_started_again", server=server)
        self.trouble = None

    def _count(self, server: str) -> None:
        """Raise EndsAgainAndAgain at the sixth ending within two minutes."""
        moment = time.monotonic()
        full = len(self._endings) == _MOST_ENDINGS
        if full and moment - self._endings[0] < _WITHIN_SECONDS:
            raise EndsAgainAndAgain(server)
        self._endings.append(moment)
