"""What an answering database refuses, for readiness and the log: a full disk, a lock, a right.

Whether it answers at all is asked anew for each look. But no question tells whether it would store
something: that shows when somebody tries.
"""

import time

import structlog
from psycopg import Error

_KEPT_SECONDS = 10.0
"""A trouble counts for so long after the last failure: whoever is sent nothing cannot try again."""
_NOT_REFUSED = ("08", "57P", "22")
"""Begin the codes of what is asked otherwise, or wrong with one value: connections, restarts."""
_log = structlog.get_logger(__name__)


class Attempts:
    """How the last attempt at one kind of work went. Any thread may tell, and ask."""

    def __init__(self, service: str, part: str) -> None:
        """part: as readiness and the log name it."""
        self.part = part
        self._service = service
        self._failing: tuple[str, float] | None = None

    @property
    def trouble(self) -> str | None:
        """What the last attempt failed with, if it did, and not long ago; the name of an error."""
        failing = self._failing
        if failing is None or time.monotonic() - failing[1] > _KEPT_SECONDS:
            return None
        return failing[0]

    def failed(self, error: BaseException) -> None:
        """Tell that an attempt failed; the log hears of it once for each kind of error."""
        code = error.sqlstate if isinstance(error, Error) else None
        if code is None or code.startswith(_NOT_REFUSED):
            return
        name, before = type(error).__name__, self._failing
        self._failing = name, time.monotonic()
        if before is None or before[0] != name:
            _log.warning("database_refuses", service=self._service, part=self.part, error=name)

    def succeeded(self) -> None:
        """Tell that an attempt succeeded."""
        before, self._failing = self._failing, None
        if before is not None:
            _log.warning("database_takes_again", service=self._service, part=self.part)
