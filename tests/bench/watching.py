"""Sees when facts become rows in reporting: a thread that looks into its table all the time."""

import threading
import time

import msgspec
import psycopg

from tests.bench.figures import Unusable

LOOK_SECONDS = 0.0015
PATIENCE_SECONDS = 120.0
_ARRIVED = "SELECT id FROM reporting.history WHERE key = ANY(%b) AND id = ANY(%b)"


class _Receipt(msgspec.Struct):
    stream: str
    facts: list[str]


_DECODER = msgspec.json.Decoder(_Receipt)


class Watching:
    """Facts that were accepted and are not seen yet, and how long the others took."""

    def __init__(self, conninfo: str) -> None:
        """conninfo: of a role that may read reporting's tables."""
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._waiting: dict[str, tuple[str, float]] = {}
        self._taken: list[float] = []
        self._last = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def accepted(self, receipt: bytes, at: float) -> None:
        """A command was answered at this moment: its facts are waited for from now on."""
        decoded = _DECODER.decode(receipt)
        for fact in decoded.facts:
            self._waiting[fact] = (decoded.stream, at)

    def finish(self) -> list[float]:
        """How long each fact took, in milliseconds. Raises Unusable where one never came."""
        self._last.set()
        self._thread.join()
        self._connection.close()
        if self._waiting:
            raise Unusable(f"{len(self._waiting)} facts did not become visible")
        return self._taken

    def _look(self) -> None:
        until = 0.0
        while self._waiting or not self._last.is_set():
            waiting = dict(self._waiting)
            if waiting:
                keys = list({stream for stream, _ in waiting.values()})
                rows = self._connection.execute(_ARRIVED, (keys, list(waiting))).fetchall()
                seen = time.perf_counter()
                for (fact,) in rows:
                    self._taken.append((seen - self._waiting.pop(fact)[1]) * 1000)
            if self._last.is_set():
                until = until or time.monotonic() + PATIENCE_SECONDS
                if time.monotonic() > until:
                    return
            time.sleep(LOOK_SECONDS)
