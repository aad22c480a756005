"""One thread that serves everybody who waits, together.

The shape of group commit and of shared look-ups.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar

I = TypeVar("I")  # noqa: E741 - what is asked
O = TypeVar("O")  # noqa: E741 - what is answered
P = TypeVar("P", bound="Promise")


class Overloaded(Exception):
    """More is waiting than can be served soon. Ask again later: nothing was done."""


class Promise(Protocol):
    """What ``serve`` fulfils: a future of another thread, or one of an event loop."""

    def set_running_or_notify_cancel(self) -> bool:
        """Whether whoever asked still waits."""

    def done(self) -> bool:
        """Whether it has a result."""

    def set_result(self, result: Any, /) -> None:
        """Answer."""

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Say why there is no answer."""


class _OnLoop:
    """An answer on its way to the event loop that asked.

    Held back until the whole batch is answered, so that the loop is woken once and not once for
    each; and without the locks of a thread's future, which would cost as much as all the rest.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.asked: asyncio.Future[Any] = self.loop.create_future()
        self._answer: Any = None
        self._error: BaseException | None = None
        self._done = False

    def set_running_or_notify_cancel(self) -> bool:
        return not self.asked.cancelled()

    def done(self) -> bool:
        return self._done

    def set_result(self, result: Any) -> None:
        self._answer, self._done = result, True

    def set_exception(self, exception: BaseException | None) -> None:
        if isinstance(exception, StopIteration):  # asyncio takes no such exception
            exception = RuntimeError("StopIteration where an answer was to be")
        self._error, self._done = exception, True

    def arrive(self) -> None:
        """Fulfil the loop's future, on the loop."""
        if self.asked.done():  # whoever asked has gone
            return
        if self._error is not None:
            self.asked.set_exception(self._error)
        else:
            self.asked.set_result(self._answer)


class Batcher(Generic[I, O]):
    """Has ``serve`` answer every item that is waiting, up to ``most``, at once.

    serve: gets (item, future) pairs and fulfils each future. A future that ``serve`` left
    open, or all of them when it raised, gets the exception: nobody waits for ever.
    waiting_room: how many may wait before Overloaded.
    """

    def __init__(
        self,
        name: str,
        serve: Callable[[Sequence[tuple[I, Promise]]], None],
        *,
        most: int = 256,
        waiting_room: int = 1024,
    ) -> None:
        """Start the thread; it ends with ``close``."""
        self._serve = serve
        self._most = most
        self._waiting_room = waiting_room
        self._queue: queue.SimpleQueue[tuple[I, Promise] | None] = queue.SimpleQueue()
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: I, *, bounded: bool = True) -> Future[O]:
        """Queue an item; the future carries its answer, and may be cancelled until its turn.

        bounded: false for the few whose number is bounded elsewhere: they are let in when the
        waiting room is full. Overloaded when it is full or closed.
        """
        return self._let_in(item, Future(), bounded=bounded)

    def submit_from_loop(self, item: I) -> "asyncio.Future[O]":
        """Queue an item from an event loop, which gets all answers of a batch in one turn."""
        return self._let_in(item, _OnLoop(), bounded=True).asked

    def _let_in(self, item: I, promise: P, *, bounded: bool) -> P:
        with self._gate:  # whatever is let in stands before the end that ``close`` puts
            if self._closed or (bounded and self._queue.qsize() >= self._waiting_room):
                raise Overloaded
            self._queue.put((item, promise))
        return promise

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
                self._fulfil(batch)

    def _fulfil(self, batch: list[tuple[I, Promise]]) -> None:
        trouble: Exception = RuntimeError("an item of the batch was left without an answer")
        try:
            self._serve(batch)
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            trouble = error
        for _, future in batch:
            if not future.done():
                future.set_exception(trouble)
        _send_home([future for _, future in batch if isinstance(future, _OnLoop)])


def _send_home(answers: list[_OnLoop]) -> None:
    """Give each event loop its answers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_OnLoop]] = defaultdict(list)
    for answer in answers:
        by_loop[answer.loop].append(answer)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # closed: those who waited have gone with it
            loop.call_soon_threadsafe(_arrive, its)


def _arrive(answers: list[_OnLoop]) -> None:
    for answer in answers:
        answer.arrive()
