"""How much of a process one institution may take, so that there is enough for the others.

Each institution has so many requests a second, saved up for ten seconds at most. So many of them
are worked on at once and the others wait in a line of its own, so that another's request has never
more than these before it. What is beyond is answered 429 and was not carried out; whoever goes on
all the same waits longer and longer for that answer, up to a second: a flood costs little.

A process counts for itself: with two processes of a service, an institution has twice as much.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.types import Scope

WINDOW_SECONDS = 10
"""What is not used is saved up for so long."""
_LONGEST_WAIT, _MOST_MADE_TO_WAIT = 1.0, 1_024
_MOST_IN_LINE = 16
"""Requests that wait, for each that is worked on."""
_ALLOWANCE = "allowance"


@dataclass(slots=True)
class _Bucket:
    """One institution's requests.

    left: how many it may make now. beyond: how many it made lately that it might not. at: when both
    were so. in_progress: those that are worked on. line: of each that waits, what lets it begin.
    """

    left: float
    at: float
    beyond: float = 0.0
    in_progress: int = 0
    line: deque[asyncio.Future[None]] = field(default_factory=deque)


class RateLimits:
    """The requests of all institutions in this process; for its event loop alone."""

    def __init__(
        self, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """at_once: the most requests of one institution that are worked on."""
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._quota = max(1, int(per_second * WINDOW_SECONDS))
        self._buckets: dict[str, _Bucket] = {}
        self._made_to_wait = 0
        self.policy = b'"institution";q=%d;w=%d' % (self._quota, WINDOW_SECONDS)

    async def take(self, institution: str) -> _Bucket | None:
        """Count a request, and wait until it may be worked on; None if it is one too many."""
        bucket = self._filled(institution)
        if bucket.left < 1 or len(bucket.line) >= self._at_once * _MOST_IN_LINE:
            bucket.beyond += 1
            return None
        bucket.left -= 1
        if bucket.in_progress < self._at_once:
            bucket.in_progress += 1
        else:
            await self._in_line(bucket)
        return bucket

    def give_back(self, bucket: _Bucket) -> None:
        """Note that a request is answered: the next in its institution's line may begin."""
        while bucket.line:
            begin = bucket.line.popleft()
            if not begin.done():
                begin.set_result(None)
                return
        bucket.in_progress -= 1

    async def _in_line(self, bucket: _Bucket) -> None:
        begin = asyncio.get_running_loop().create_future()
        bucket.line.append(begin)
        try:
            await begin
        except asyncio.CancelledError:
            if begin.done() and not begin.cancelled():
                self.give_back(bucket)
            raise

    def remaining(self, institution: str) -> bytes:
        """Say how many requests are left, and in how many seconds it will be all of them again."""
        left = self._buckets[institution].left
        reset = math.ceil((self._quota - left) / self._per_second)
        return b'"institution";r=%d;t=%d' % (left, reset)

    async def made_to_wait(self, institution: str) -> bool:
        """Wait the longer the more it makes beyond its limits; False if too many wait already."""
        if self._made_to_wait >= _MOST_MADE_TO_WAIT:
            return False
        self._made_to_wait += 1
        try:
            beyond = self._buckets[institution].beyond / self._per_second
            await asyncio.sleep(min(_LONGEST_WAIT, beyond))
        finally:
            self._made_to_wait -= 1
        return True

    def _filled(self, institution: str) -> _Bucket:
        at, bucket = self._clock(), self._buckets.get(institution)
        if bucket is None:
            bucket = self._buckets[institution] = _Bucket(self._quota, at)
            return bucket
        since = (at - bucket.at) * self._per_second
        bucket.left = min(self._quota, bucket.left + since)
        bucket.beyond = max(0.0, bucket.beyond - since)
        bucket.at = at
        return bucket


class Allowance:
    """What one request takes of its institution's limits, until it is answered."""

    __slots__ = ("_bucket", "_institution", "_limits")

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._institution: str | None = None
        self._bucket: _Bucket | None = None

    def give_back(self) -> None:
        """Note that the request is answered."""
        if self._bucket is not None:
            self._limits.give_back(self._bucket)
            self._bucket = None

    async def take(self, institution: str) -> None:
        """Count the request as this institution's, once, and wait until it may be worked on.

        Raises HTTPException (429).
        """
        if self._institution is not None:
            return
        self._institution = institution
        self._bucket = await self._limits.take(institution)
        if self._bucket is None:
            headers = {"Retry-After": "1"}
            if not await self._limits.made_to_wait(institution):
                headers["Connection"] = "close"
            raise HTTPException(429, headers=headers)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return what the answer says of the limits; nothing if nobody was identified."""
        if self._institution is None:
            return []
        return [
            (b"ratelimit-policy", self._limits.policy),
            (b"ratelimit", self._limits.remaining(self._institution)),
        ]


def put_allowance(scope: Scope, allowance: Allowance) -> None:
    """Give a request its allowance, before anybody is identified."""
    scope.setdefault("state", {})[_ALLOWANCE] = allowance


async def count(scope: Scope, institution: str) -> None:
    """Count a request as this institution's, now that it is identified.

    Raises HTTPException (429). Does nothing where no limits were set, as in a test without a
    server.
    """
    allowance = scope.get("state", {}).get(_ALLOWANCE)
    if allowance is not None:
        await allowance.take(institution)
