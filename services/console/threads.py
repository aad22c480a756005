"""Threads in which the pages are read and drawn, so that no other request waits for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 2
_MOST_WAITING = 64


class TooManyPages(Exception):
    """So many pages wait to be drawn that another would not come in time."""


class PageThreads:
    """A few threads of the pages' own, and a bound on how much waits for them."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, "pages")
        self._waiting = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do blocking or long work beside the event loop. Raises TooManyPages."""
        if self._waiting >= _MOST_WAITING:
            raise TooManyPages
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))
        finally:
            self._waiting -= 1
