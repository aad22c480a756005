"""One thread that serves everybody who waits, together.

The shape of group commit and of shared look-ups.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

I = TypeVar("I")  # noqa: E741 - what is asked
O = TypeVar("O")  # noqa: E741 - what is answered


class Overloaded(Exception):
    """More is waiting than can be served soon. Ask again later: nothing was done."""


class Batcher(Generic[I, O]):
    """Has ``serve`` answer every item that is waiting, up to ``most``, at once.

    serve: gets (item, future) pairs and settles each future. A future that ``serve`` left
    unsettled, or all of them when it raised, gets the exception: nobody waits for ever.
    waiting_room: how many may wait before Overloaded.
    """

    def __init__(
        self,
        name: str,
        serve: Callable[[Sequence[tuple[I, Future[O]]]], None],
        *,
        most: int = 256,
        waiting_room: int = 4096,
    ) -> None:
        """Start the thread; it ends with ``close``."""
        self._serve = serve
        self._most = most
        self._waiting_room = waiting_room
        self._queue: queue.SimpleQueue[tuple[I, Future[O]] | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: I, *, bounded: bool = True) -> Future[O]:
        """Queue an item; the future carries its answer, and may be cancelled until its turn.

        bounded: false for the few whose number is bounded elsewhere: they are let in when the
        waiting room is full. Overloaded when it is full or closed.
        """
        future: Future[O] = Future()
        with self._gate:  # whatever is let in stands before the end that ``close`` puts
            if self._closed or (bounded and self._queue.qsize() >= self._waiting_room):
                raise Overloaded
            self._queue.put((item, future))
        return future

    def waiting(self) -> int:
        """How many items wait now."""
        return self._queue.qsize()

    def close(self) -> None:
        """Serve what is already waiting, then end the thread."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            batch = []
            item = self._queue.get()
            while True:
                if item is None:
                    last = True
                    break
                if item[1].set_running_or_notify_cancel():
                    batch.append(item)
                if len(batch) >= self._most:
                    break
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._settle(batch)

    def _settle(self, batch: list[tuple[I, Future[O]]]) -> None:
        try:
            self._serve(batch)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(
                    RuntimeError("an item of the batch was left without an answer")
                )
