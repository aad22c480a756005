"""Wires between a program and its PostgreSQL that can be cut, dropped and taken away.

``Wire`` serves in this process. ``python -m tests.proxy`` serves many in a process of its own and
takes one JSON order per line on standard input; it ends when that ends.
"""

import json
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SOCKET = ".s.PGSQL.5432"
COMMITTED = (b"INSERT 0 ", b"COMMIT\0", b"UPDATE ")
"""How PostgreSQL's answer begins when something was done."""
IDLE = b"Z\0\0\0\5I"
"""How it ends an answer outside any transaction: whatever was done is committed."""
_PAGE = 1 << 20


def done_and_committed(chunk: bytes) -> bool:
    """Whether this answer says that something was written, and that it is committed."""
    return chunk.endswith(IDLE) and any(tag in chunk for tag in COMMITTED)


class Wire:
    """Stands between a log and its database, and cuts the connection on demand.

    folder: where its own socket is laid; ``real``: the path of the database's socket.
    """

    def __init__(self, folder: Path, real: Path) -> None:
        self.folder, self.real = folder, real
        self.cut_answer: Callable[[bytes], bool] | None = None
        self.cut_request: Callable[[bytes], bool] | None = None
        self.away = False
        self.cuts = 0
        self._guard = threading.Lock()
        self._pairs: dict[socket.socket, tuple[socket.socket, list[threading.Thread]]] = {}
        self._door = socket.socket(socket.AF_UNIX)
        path = folder / real.name
        path.unlink(missing_ok=True)
        self._door.bind(str(path))
        self._door.listen(100)
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def close(self) -> None:
        """Hang up on everybody, and return when nobody is served any more."""
        self.away = True
        _hang_up(self._door)
        self._door.close()
        self._accepting.join()
        for threads in self.drop():
            for thread in threads:
                thread.join()

    def drop(self) -> list[list[threading.Thread]]:
        """Hang up on everybody who is connected now; returns who is about to notice."""
        with self._guard:
            pairs = dict(self._pairs)
        for inner, (outer, _) in pairs.items():
            _hang_up(inner)
            _hang_up(outer)
        return [threads for _, threads in pairs.values()]

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._door.accept()
            except OSError:
                return
            outer = socket.socket(socket.AF_UNIX)
            try:
                if self.away:
                    raise ConnectionRefusedError
                outer.connect(str(self.real))
            except OSError:
                inner.close()
                outer.close()
                continue
            self._serve(inner, outer)

    def _serve(self, inner: socket.socket, outer: socket.socket) -> None:
        ended = threading.Semaphore(0)
        ways = ((inner, outer, "cut_request"), (outer, inner, "cut_answer"))
        threads = [
            threading.Thread(target=self._carry, args=(*way, inner, ended), daemon=True)
            for way in ways
        ]
        with self._guard:
            self._pairs[inner] = (outer, threads)
        for thread in threads:
            thread.start()

    def _carry(
        self,
        source: socket.socket,
        sink: socket.socket,
        which: str,
        inner: socket.socket,
        ended: threading.Semaphore,
    ) -> None:
        with suppress(OSError):
            while chunk := source.recv(_PAGE):
                if self._is_to_be_cut(which, chunk):
                    break
                sink.sendall(chunk)
        _hang_up(source)
        _hang_up(sink)
        with self._guard:  # the second of the two ways to end closes both
            if ended.acquire(blocking=False):
                source.close()
                sink.close()
                del self._pairs[inner]
            else:
                ended.release()

    def _is_to_be_cut(self, which: str, chunk: bytes) -> bool:
        with self._guard:
            wanted: Callable[[bytes], bool] | None = getattr(self, which)
            if wanted is None or not wanted(chunk):
                return False
            self.cut_answer = self.cut_request = None
            self.cuts += 1
            return True


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        end.shutdown(socket.SHUT_RDWR)


# --- many wires, in a process of their own --------------------------------------------------


def _obey(wires: dict[str, Wire], order: dict[str, Any]) -> int:
    """Carry one order out; returns how often the wire has cut so far."""
    name, what = order["wire"], order["do"]
    if what == "lay":
        wires[name] = Wire(Path(order["folder"]), Path(order["real"]))
        return 0
    wire = wires[name]
    match what:
        case "away":
            wire.away = True
            wire.drop()
        case "back":
            wire.away = False
        case "drop":
            wire.drop()
        case "cut":
            wire.cut_answer = done_and_committed
        case "never-mind":
            wire.cut_answer = None
        case "cuts":
            pass
        case _:
            raise ValueError(what)
    return wire.cuts


def main() -> None:
    wires: dict[str, Wire] = {}
    for line in sys.stdin:
        sys.stdout.write(f"{_obey(wires, json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
