"""What keeps a service from being ready, told within a bound whatever the database does."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future

WITHIN = 2.0
"""Seconds. Load balancers wait for little longer; a database that is frozen never answers."""
_NO_ANSWER = "no answer"


class Condition:
    """Asks the database in a thread of its own, one question at a time.

    Whoever comes while a question is open waits for the same answer, so a database that does not
    answer holds one thread, however often somebody asks.
    """

    def __init__(
        self, ask_database: Callable[[], object], parts: Callable[[], Mapping[str, str]]
    ) -> None:
        """ask_database: raises if it is away. parts: the troubles known without asking it."""
        self._ask_database, self._parts = ask_database, parts
        self._gate = threading.Lock()
        self._open: Future[str | None] | None = None

    def troubles(self) -> dict[str, str]:
        """Return the troubles by part; empty if all is well."""
        try:
            found = self._question().result(WITHIN)
        except TimeoutError:
            found = _NO_ANSWER
        return self._with(found)

    async def troubles_from_loop(self) -> dict[str, str]:
        """Do what ``troubles`` does, from an event loop, with no thread of its pool."""
        answer = asyncio.shield(asyncio.wrap_future(self._question()))
        try:
            found = await asyncio.wait_for(answer, WITHIN)
        except TimeoutError:
            found = _NO_ANSWER
        return self._with(found)

    def _with(self, database: str | None) -> dict[str, str]:
        return dict(self._parts()) | ({"database": database} if database else {})

    def _question(self) -> Future[str | None]:
        with self._gate:
            if self._open is None:
                self._open = Future()
                threading.Thread(
                    target=self._ask, args=(self._open,), name="readiness", daemon=True
                ).start()
            return self._open

    def _ask(self, question: Future[str | None]) -> None:
        found = None
        try:
            self._ask_database()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            found = type(error).__name__
        with self._gate:
            self._open = None
        question.set_result(found)
