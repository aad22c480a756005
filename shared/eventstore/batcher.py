"""A thread that answers all waiting items together: group commit and shared look-ups."""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar

I = TypeVar("I")  # noqa: E741 - an item
O = TypeVar("O")  # noqa: E741 - its answer
P = TypeVar("P", bound="Promise")


class Overloaded(Exception):
    """More is waiting than can be served soon. Nothing was done: try again later."""


class Promise(Protocol):
    """The part of a future that ``serve`` uses: a thread's future, or one of an event loop."""

    def set_running_or_notify_cancel(self) -> bool:
        """Whether the caller still waits; from here on the item can no longer be cancelled."""

    def done(self) -> bool:
        """Whether it has a result or an exception."""

    def set_result(self, result: Any, /) -> None:
        """Answer the caller."""

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Tell the caller why there is no answer."""


class _OnLoop:
    """A promise to an event loop.

    The answer is held back until the whole batch is answered, so that the loop is woken once and
    not for each. It has none of the locks of a thread's future, which cost as much as all the rest.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self._answer: Any = None
        self._error: BaseException | None = None
        self._done = False

    def set_running_or_notify_cancel(self) -> bool:
        return not self.future.cancelled()

    def done(self) -> bool:
        return self._done

    def set_result(self, result: Any) -> None:
        self._answer, self._done = result, True

    def set_exception(self, exception: BaseException | None) -> None:
        if isinstance(exception, StopIteration):  # asyncio refuses this exception
            exception = RuntimeError("StopIteration instead of an answer")
        self._error, self._done = exception, True

    def arrive(self) -> None:
        """Fulfil the loop's future, on the loop's thread."""
        if self.future.done():  # the caller no longer waits
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._answer)


class Batcher(Generic[I, O]):
    """Has ``serve`` answer all waiting items together, up to ``most`` at once.

    serve: gets (item, promise) pairs and fulfils each promise. A promise that ``serve`` leaves open
    gets an exception, its own if it raised one: nobody waits for ever. waiting_room: how many items
    may wait before Overloaded.
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
        """Queue an item; the future gets its answer, and may be cancelled until its turn.

        bounded: false for items whose number is bounded elsewhere: they are queued even if the
        waiting room is full. Raises Overloaded if it is full, or closed.
        """
        return self._let_in(item, Future(), bounded=bounded)

    def submit_from_loop(self, item: I) -> "asyncio.Future[O]":
        """Queue an item from an event loop, which gets all answers of a batch in one turn.

        Raises Overloaded.
        """
        return self._let_in(item, _OnLoop(), bounded=True).future

    def _let_in(self, item: I, promise: P, *, bounded: bool) -> P:
        with self._gate:  # every item is queued before the end mark of ``close``
            if self._closed or (bounded and self._queue.qsize() >= self._waiting_room):
                raise Overloaded
            self._queue.put((item, promise))
        return promise

    def close(self) -> None:
        """Serve the waiting items, then end the thread."""
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
        except Exception as error:  # noqa: BLE001 - passed on to all who wait
            trouble = error
        for _, future in batch:
            if not future.done():
                future.set_exception(trouble)
        _deliver([future for _, future in batch if isinstance(future, _OnLoop)])


def _deliver(answers: list[_OnLoop]) -> None:
    """Give each event loop its answers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_OnLoop]] = defaultdict(list)
    for answer in answers:
        by_loop[answer.loop].append(answer)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # closed: nobody waits there any more
            loop.call_soon_threadsafe(_arrive, its)


def _arrive(answers: list[_OnLoop]) -> None:
    for answer in answers:
        answer.arrive()
