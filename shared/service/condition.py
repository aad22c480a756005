"""What keeps a service from being ready, told within a bound whatever the database does."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future

WITHIN = 2.0
"""Seconds. Load balancers wait for little longer; a database that is frozen never answers."""
_NO_ANSWER = "no answer"


class Condition:
    """Asks the database in a thread of its own, one question at a time.

    Whoever comes while a question is open waits for the same answer, and no longer than whoever
    asked it: a database that does not answer holds one thread, however often somebody asks.
    """

    def __init__(
        self, ask_database: Callable[[], object], parts: Callable[[], Mapping[str, str]]
    ) -> None:
        """ask_database: raises if it is away. parts: the troubles known without asking it."""
        self._ask_database, self._parts = ask_database, parts
        self._gate = threading.Lock()
        self._open: tuple[Future[str | None], float] | None = None

    def troubles(self) -> dict[str, str]:
        """Return the troubles by part; empty if all is well."""
        answer, seconds = self._question()
        try:
            found = answer.result(seconds)
        except TimeoutError:
            found = _NO_ANSWER
        return self._with(found)

    async def troubles_from_loop(self) -> dict[str, str]:
        """Do what ``troubles`` does, from an event loop, with no thread of its pool."""
        answer, seconds = self._question()
        try:
            found = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(answer)), seconds)
        except TimeoutError:
            found = _NO_ANSWER
        return self._with(found)

    def ask(self) -> None:
        """Begin a question, so that those to several databases take their time together."""
        self._question()

    def _with(self, database: str | None) -> dict[str, str]:
        return dict(self._parts()) | ({"database": database} if database else {})

    def _question(self) -> tuple[Future[str | None], float]:
        """Return the answer to come, and the seconds to wait for it."""
        with self._gate:
            if self._open is None:
                self._open = Future(), time.monotonic() + WITHIN
                threading.Thread(
                    target=self._answer, args=(self._open[0],), name="readiness", daemon=True
                ).start()
            answer, until = self._open
            return answer, max(0.0, until - time.monotonic())

    def _answer(self, question: Future[str | None]) -> None:
        found = None
        try:
            self._ask_database()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            found = type(error).__name__
        with self._gate:
            self._open = None
        question.set_result(found)
