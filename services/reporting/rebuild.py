"""Recomputes the projections from the logs of the services that publish, while all goes on.

Promises:
- what is folded is what reporting has taken in, letter for letter: up to its places, without the
  messages that wait or were discarded, by the very code that folds them when they come;
- how far it has come is kept with the shadow tables, page by page: after a kill it goes on there,
  unless the program is another one since, which may fold otherwise and so begins anew;
- a fact that the program raises on, there or here, is left out and named, and all others go on;
- the new tables take the old ones' place in one transaction, while no message is taken in, so
  whoever reads sees all of the old rows or all of the new, and the reader goes on from its places.
"""

import gc
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog

from services.reporting.batch import Batch
from services.reporting.folding import fold
from services.reporting.projections import finish, load, project
from services.reporting.queries import GATE
from services.reporting.sources import Source
from services.reporting.statements import Statements
from shared.contracts.envelope import Event
from shared.eventstore.log_reader import Logs, Stored, logs
from shared.maintenance.shadow_tables import Difference, Shadow, shadow
from shared.messaging.consumed import At, Consumed, consumed
from shared.messaging.port import partition_of
from shared.postgres.database import is_outage
from shared.postgres.migrations import migrations_of

log = structlog.get_logger(__name__)

PAGE = 20_000
CASES = 200_000
_FIRST = UUID(int=0)
_OURS = ("services", "shared")

Stage = Literal["loading", "finishing", "following"]
"""Facts are read; parties are named and tallies counted; what came meanwhile is projected."""
Progress = Callable[[Stage, int, int], None]
"""Hears how many of how many facts are passed, or cases finished."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done. facts: folded now; before: folded by runs that were broken off.

    seconds: from the first page to the end. differs: the first row that was not as the log says;
    None where it was not asked for, or all are. failed: the facts, by source and position, that
    the program raised on, and that are in no table.
    """

    facts: int
    before: int
    seconds: float
    differs: Difference | None = None
    failed: Sequence[At] = ()


class _Kept(msgspec.Struct):
    """How far the shadows have come. places: by source and partition. after: the last case.

    left_out: what waited or was discarded when it was passed by. failed: see ``Rebuilt``.
    """

    stage: Stage = "loading"
    facts: int = 0
    after: UUID = _FIRST
    finished: int = 0
    cases: int = 0
    places: dict[str, dict[int, int]] = {}
    left_out: set[At] = set()
    failed: set[At] = set()


def rebuild(
    admin: str,
    role: str,
    sources: Sequence[Source],
    *,
    restart: bool = False,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Rebuilt:
    """Recompute the projections and put them in the place of those that are there.

    admin: a connection string of the tables' owner, who may read all logs. role: reporting's own.
    restart: forget what an earlier run that was broken off has done. Raises AnotherAtWork, and
    ReadersStay where the end could not be reached; then the next run goes on from there.
    """
    with _work(admin, role, sources, restart=restart, progress=progress) as work:
        work.catch_up()
        with work.shadow.consumption_paused():
            work.catch_up()
            work.shadow.replace(GATE)
        return work.done()


def check(
    admin: str,
    role: str,
    sources: Sequence[Source],
    *,
    restart: bool = False,
    progress: Progress = lambda _stage, _done, _all: None,
) -> Rebuilt:
    """Recompute the projections, compare each row with those that are there, and change nothing.

    As ``rebuild``, but the shadows are thrown away at the end.
    """
    with _work(admin, role, sources, restart=restart, progress=progress) as work:
        work.catch_up()
        with ExitStack() as held:
            held.enter_context(work.shadow.consumption_paused())
            work.catch_up()
            differs = work.shadow.first_difference(seen=held.close)
        work.shadow.throw_away()
        return work.done(differs)


@contextmanager
def _work(
    admin: str, role: str, sources: Sequence[Source], *, restart: bool, progress: Progress
) -> Iterator["_Work"]:
    steps = migrations_of("services.reporting")
    with (
        shadow(admin, "reporting", role, steps, _program()) as shadows,
        logs(admin) as published,
    ):
        if restart:
            shadows.throw_away()
        shadows.lay()
        work = _Work(shadows, published, sources, progress)
        if work.is_ahead():  # reporting was restored from before what is in the shadows
            shadows.throw_away()
            shadows.lay()
            work = _Work(shadows, published, sources, progress)
        with _no_cycles_sought():
            yield work


def _program() -> str:
    """A digest of every file of ours, since a row may hang on any: a fold, a contract, a code list.

    A change to what changes no row begins a rebuild anew as well: that costs time, never truth.
    """
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(file for package in _OURS for file in (root / package).rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and "__pycache__" not in name.parts:
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


@contextmanager
def _no_cycles_sought() -> Iterator[None]:
    """Millions of short-lived facts without a cycle: looking for one took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Page:
    """Facts to be written, and how far the shadows have come once they are.

    batch: the facts, folded; None where they are not loaded but projected, or where that raises.
    stage: in which they are written. passed: how many facts
    of the logs lie behind then.
    """

    events: Sequence[Event]
    batch: Batch | None
    stage: Stage
    kept: bytes
    passed: int


class _Work:
    """One run, from where the one before it was broken off."""

    def __init__(
        self, shadows: Shadow, published: Logs, sources: Sequence[Source], progress: Progress
    ) -> None:
        self.shadow = shadows
        self._logs = published
        self._sources = {source.name: source for source in sources}
        self._progress = progress
        self._into = Statements(shadows.schema)
        kept = shadows.progress()
        self._kept = _decode(kept) if kept else _Kept()
        self._before = self._kept.facts
        self._all = sum(published.head(source.name) for source in sources)
        self._began = time.monotonic()

    def is_ahead(self) -> bool:
        """Whether anything was folded that reporting has not taken in."""
        now = self._taken()
        return any(
            at > now.of(name).get(n, 0)
            for name, places in self._kept.places.items()
            for n, at in places.items()
        )

    def done(self, differs: Difference | None = None) -> Rebuilt:
        """What it came to."""
        facts, seconds = self._kept.facts - self._before, time.monotonic() - self._began
        return Rebuilt(facts, self._before, seconds, differs, sorted(self._kept.failed))

    def catch_up(self) -> None:
        """Bring the shadows to what reporting has taken in, at least by the time this begins."""
        if self._kept.stage == "loading":
            self._fold_pages()
            self._index()
        self._finish()  # before anything is projected: each case that was loaded is finished once
        self._fold_pages()

    # --- facts --------------------------------------------------------------------------------

    def _fold_pages(self) -> None:
        """Write page after page; the next one is read and folded as the last one is written."""
        goal = self._taken()
        with ThreadPoolExecutor(1) as reading:
            page = self._next_page(goal)
            while page is not None:
                following = reading.submit(self._next_page, goal)
                self._write(page)
                self._progress(self._kept.stage, page.passed, self._all)
                page = following.result()

    def _write(self, page: _Page) -> None:
        """Write a page, without the facts that raise; each of these is found by halving."""
        try:
            with self.shadow.working() as cursor:
                if page.batch is not None:
                    load(cursor, page.events, page.batch, self._into)
                else:
                    self._put(cursor, page.events, page.stage)
                self.shadow.keep(cursor, page.kept)
        except Exception as error:
            if is_outage(error):
                raise
            with self.shadow.working() as cursor:
                self._halve(cursor, page.events, page.stage)
                kept = _decode(page.kept)
                kept.failed = self._kept.failed
                self.shadow.keep(cursor, _encode(kept))

    def _put(self, cursor: Any, events: Sequence[Event], stage: Stage) -> None:
        if events and stage == "loading":
            load(cursor, events, fold(events), self._into)
        elif events:
            project(cursor, events, self._into)

    def _halve(self, cursor: Any, events: Sequence[Event], stage: Stage) -> None:
        """Write events as far as they go; a part that raises is undone, and halved."""
        try:
            with cursor.connection.transaction():
                self._put(cursor, events, stage)
        except Exception as error:
            if is_outage(error):
                raise
            if len(events) == 1:
                self._fail((events[0].service, events[0].position), error)
                return
            middle = len(events) // 2
            self._halve(cursor, events[:middle], stage)
            self._halve(cursor, events[middle:], stage)

    def _fail(self, at: At, error: Exception) -> None:
        """Leave a fact out."""
        self._kept.failed.add(at)
        where = (type(error), error, error.__traceback__)
        log.error("fact_not_projectable", source=at[0], position=at[1], exc_info=where)

    def _next_page(self, goal: Consumed) -> _Page | None:
        """Read what follows; None where there is nothing left that had been taken in."""
        if late := self._kept.left_out - goal.left_out:
            return self._page_of(self._late(late))
        for source in self._sources.values():
            mine = self._kept.places.setdefault(source.name, {})
            behind = {n: at for n, at in goal.of(source.name).items() if mine.get(n, 0) < at}
            if behind:
                return self._page_of(self._read(source, mine, behind, goal))
        return None

    def _page_of(self, events: Sequence[Event]) -> _Page:
        self._kept.facts += len(events)
        passed = sum(max(places.values(), default=0) for places in self._kept.places.values())
        stage, batch = self._kept.stage, None
        if events and stage == "loading":
            with suppress(Exception):  # whatever raises is found when the page is written
                batch = fold(events)
        return _Page(events, batch, stage, _encode(self._kept), passed)

    def _late(self, late: set[At]) -> list[Event]:
        """The messages that were resolved since they were passed by."""
        self._kept.left_out -= late
        return [
            event
            for source in self._sources.values()
            for event in self._events(
                source, self._logs.some(source.name, [at for n, at in late if n == source.name])
            )
        ]

    def _events(self, source: Source, stored: Iterable[Stored]) -> Iterator[Event]:
        """The published ones among facts, without those that the program cannot publish."""
        for each in stored:
            try:
                event = source.event(each)
            except Exception as error:  # noqa: BLE001 - logged and named; all others go on
                self._fail((source.name, each.position), error)
                continue
            if event is not None:
                yield event

    def _read(
        self, source: Source, mine: dict[int, int], behind: Mapping[int, int], goal: Consumed
    ) -> list[Event]:
        """The next messages of a source, as far as they were taken in. behind: up to where."""
        stored = self._logs.page(source.name, min(mine.get(n, 0) for n in behind), PAGE)
        events = []
        for event in self._events(source, stored):
            n = partition_of(event.key, goal.partitions)
            if not mine.get(n, 0) < event.position <= behind.get(n, 0):
                continue
            if (source.name, event.position) in goal.left_out:
                self._kept.left_out.add((source.name, event.position))
            else:
                events.append(event)
        # A short page is the log's end: nothing more can come of what was taken in up to there.
        end = stored[-1].position if len(stored) == PAGE else max(behind.values())
        mine.update({n: max(mine.get(n, 0), min(at, end)) for n, at in behind.items()})
        return events

    def _taken(self) -> Consumed:
        with self._logs.cursor() as cursor:
            return consumed(cursor, self.shadow.live)

    # --- cases --------------------------------------------------------------------------------

    def _index(self) -> None:
        with self.shadow.working() as cursor:
            self.shadow.index()
            cursor.execute(self._into.how_many_cases)
            self._kept.cases = cursor.fetchall()[0]["n"]
            self._kept.stage = "finishing"
            self.shadow.keep(cursor, _encode(self._kept))

    def _finish(self) -> None:
        """Finish the cases that were loaded, some at a time."""
        while self._kept.stage == "finishing":
            with self.shadow.working() as cursor:
                cursor.execute(self._into.cases_after, (self._kept.after, CASES))
                following = cursor.fetchall()[0]
                if following["n"]:
                    finish(cursor, self._kept.after, following["last"], self._into)
                    self._kept.after = following["last"]
                    self._kept.finished += following["n"]
                else:
                    self._kept.stage = "following"
                self.shadow.keep(cursor, _encode(self._kept))
            self._progress("finishing", self._kept.finished, self._kept.cases)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Kept).decode
