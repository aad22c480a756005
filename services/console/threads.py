"""Threads in which the pages are read and drawn, so that no other request waits for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 2
_MOST_WAITING = 64


class TooManyPages(Exception):
    """So many of the same institution's pages wait that another would not come in time."""


@dataclass(slots=True)
class _Line:
    """Whose pages are drawn one after the other. waiting: with the one that is drawn."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class PageThreads:
    """A few threads of the pages' own. For one event loop alone.

    Each institution's pages are drawn one after the other, so that a large one of another's takes
    one thread at most. So are the pages of all who did not sign in.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "pages")
        self._lines: dict[str, _Line] = {}

    async def run(
        self, institution: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do blocking or long work beside the event loop. Raises TooManyPages.

        institution: for whom; empty: for whoever did not sign in.
        """
        line = self._lines.setdefault(institution, _Line())
        if line.waiting >= _MOST_WAITING:
            raise TooManyPages
        line.waiting += 1
        try:
            async with line.turn:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[institution]
