"""The driver's own book: what was sent, answered and broken, each line on disk before it counts.

One JSON object per line with ``n`` (1, 2, 3, …), ``t`` (seconds since 1970) and ``what``:

- ``start``, ``quiet``, ``through`` or ``not-through``, ``end``: how the run goes;
- ``ask`` and ``answer``: an attempt at a command (``ask``, ``try``), and what came back: status,
  body, location, ETag, a digest of the bytes. ``late``: why an accepted one is repeated long after;
- ``given-up``: there was no definite answer when the run ended;
- ``look``: somebody read, see ``tests.faults.looking``;
- ``fault``, ``mended``, ``unreached``, ``skipped``, ``started``, ``died``: what was broken. The
  detail of a fault names the fact on which a program was made to fail;
- ``poison``, ``resolved``: messages put into topics by hand, and parked ones that were resolved.

Institutions and roles are in it, and no token.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shared.eventstore.batcher import Batcher, Promise


class Ledger:
    """Appends lines; those that are ready together share one fsync."""

    def __init__(self, path: Path) -> None:
        """Begin a new book."""
        self.path = path
        self._file = path.open("xb")
        self._last = 0
        self._batcher: Batcher[dict[str, Any], int] = Batcher("ledger", self._append)

    def write(self, what: str, **members: Any) -> int:
        """Append a line; returns its number once it is on disk."""
        return self._batcher.submit({"what": what, **members}, bounded=False).result()

    def close(self) -> None:
        """Append what waits, and close the book."""
        self._batcher.close()
        self._file.close()

    def _append(self, batch: Sequence[tuple[dict[str, Any], Promise]]) -> None:
        numbers = range(self._last + 1, self._last + 1 + len(batch))
        for number, (members, _) in zip(numbers, batch, strict=True):
            line = {"n": number, "t": time.time(), **members}
            self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._last += len(batch)
        for number, (_, future) in zip(numbers, batch, strict=True):
            future.set_result(number)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a book, oldest first."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
