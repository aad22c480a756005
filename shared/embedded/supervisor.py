"""One supervisor per data folder: owns its PostgreSQL and Kafka, or attaches to their owner's."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from shared.embedded import kafka, kafka_logins, postgres
from shared.embedded.errors import AlreadyRunning, NotStartedByOwner, ServerEnded, ServerMoved
from shared.embedded.folder import DataFolder
from shared.embedded.kafka import EmbeddedKafka
from shared.embedded.postgres import EmbeddedPostgres, PostgresAddress
from shared.embedded.privileges import RunAs
from shared.embedded.process import log_of
from shared.kernel.clock import now
from shared.kernel.text import Text

__all__ = ["AlreadyRunning", "PostgresAddress", "Supervisor"]

_ATTACH_SECONDS = 30.0

_NOTES = {"PostgreSQL": postgres.NAME, "Kafka": kafka.NAME}
"""What the servers are called in the folder."""

_Address = TypeVar("_Address")


class Supervisor:
    """Starts, probes and stops the servers of one data folder. May be shared by threads.

    The first supervisor that starts a server owns the folder until :meth:`stop`; all others attach
    to the addresses the owner wrote into it. Servers end with their owner, however it ends;
    what survives even that is stopped by the next owner.
    """

    def __init__(
        self,
        data: Path,
        *,
        progress: Callable[[Text], None] = lambda _: None,
    ) -> None:
        """Create the folder's layout if it is new; start nothing.

        progress: called with a short text before each step that takes long. Raises
        FolderUnreachable (as root) or EmbeddedProblem.
        """
        self._folder = DataFolder(data)
        self._guard = threading.RLock()
        self._postgres = EmbeddedPostgres(self._folder, progress)
        self._kafka = EmbeddedKafka(self._folder, progress)

    @property
    def data(self) -> Path:
        """The data folder, without symbolic links."""
        return self._folder.path

    @property
    def user(self) -> RunAs:
        """Whom the servers run as."""
        return self._folder.user

    def own(self) -> None:
        """Become the owner, or raise AlreadyRunning. Starts nothing."""
        with self._guard:
            if not self._folder.own():
                raise AlreadyRunning(self._folder.path, self._folder.owner_pid())

    def postgres(self) -> PostgresAddress:
        """Start the cluster, or attach to it; return once ``SELECT 1`` is answered.

        Call it again to probe: the owner restarts a server that was killed. Raises
        ServerDidNotStart, PackageMissing, NotStartedByOwner.
        """
        return self._one("PostgreSQL", self._postgres.start, lambda: postgres.attach(self._folder))

    def kafka(self) -> str:
        """Start the broker, or attach to it; return its bootstrap address once it serves metadata.

        Raises ServerDidNotStart, PackageMissing, JarsDiffer, NotStartedByOwner.
        """
        return self._one("Kafka", self._kafka.start, lambda: kafka.attach(self._folder))

    def kafka_passwords(self) -> dict[str, str]:
        """Return the passwords of the users (``kafka_logins``), once the broker was started."""
        return kafka_logins.passwords(self._folder)

    def ended(self) -> list[str]:
        """Return the servers of ours, by name, that ended though nobody stopped them."""
        with self._guard:
            servers = {"PostgreSQL": self._postgres.ended, "Kafka": self._kafka.ended}
            return [name for name, has_ended in servers.items() if has_ended]

    def forget_endings(self) -> None:
        """Count from here on how often servers end."""
        for name in _NOTES.values():
            self._folder.drop_note(f"{name}.endings")

    def start_again(self, server: str) -> None:
        """Start a server of ours that ended. The folder keeps how often that was, for doctor.

        Raises ServerDidNotStart, and ServerMoved if its address is another one now.
        """
        name = _NOTES[server]
        with self._guard:
            before = self._folder.noted(name)
            count = int((self._folder.noted(f"{name}.endings") or {}).get("count", 0)) + 1
            self._folder.note(f"{name}.endings", {"count": str(count), "at": now().isoformat()})
            if server == "PostgreSQL":
                self._postgres.start(make=False)
            else:
                self._kafka.start()
            if self._folder.noted(name) != before:
                raise ServerMoved(server)

    def stop(self) -> None:
        """Stop what this supervisor started and release the folder. May be called again."""
        with self._guard:
            if not self._folder.owned:
                return
            try:
                self._kafka.stop()
            finally:
                try:
                    self._postgres.stop()
                finally:
                    self._folder.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _one(
        self,
        server: str,
        start: Callable[[], _Address],
        attach: Callable[[], _Address | None],
    ) -> _Address:
        """Start the server as the owner; else wait until the owner has started it, or is gone."""
        deadline = time.monotonic() + _ATTACH_SECONDS
        while True:
            with self._guard:
                if self._folder.own():
                    return start()
            found = attach()
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise self._not_there(server)
            time.sleep(0.05)

    def _not_there(self, server: str) -> NotStartedByOwner | ServerEnded:
        pid, name = self._folder.owner_pid(), _NOTES[server]
        if self._folder.noted(f"{name}.process") is None:
            return NotStartedByOwner(server, self._folder.path, pid)
        return ServerEnded(server, log_of(self._folder, name), pid)
