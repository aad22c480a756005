"""Recomputes the projections from the logs of the services that publish, while these keep running.

Promises:
- exactly those facts are folded that reporting has consumed: up to its positions, without parked or
  discarded messages, by the same code that folds them when they arrive;
- its progress is stored with the shadow tables, page by page: after a kill the next run goes on
  from there, unless the program has changed and may fold differently, so that it starts again;
- a fact on which the program raises is left out and reported, and all others are folded;
- the new tables replace the old ones in one transaction, while no message is consumed, so that a
  reader sees all of the old rows or all of the new, and consuming goes on from the same positions.
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
"""Facts are loaded; parties and tallies are written; facts that came meanwhile are projected."""
Progress = Callable[[Stage, int, int], None]
"""Called with the stage, and how many of how many facts are read, or cases finished."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of a run. facts: folded now; before: folded by runs that were interrupted.

    seconds: from the first page to the end. differs: the first row that differs from what the logs
    lead to; None if none does, or ``rebuild`` was called. failed: the facts, by source and
    position, on which the program raised; they are in no table.
    """

    facts: int
    before: int
    seconds: float
    differs: Difference | None = None
    failed: Sequence[At] = ()


class _ShadowProgress(msgspec.Struct):
    """How far the shadows have come.

    positions: of the last fact folded, by source and partition. left_out: source and position of
    the messages that were parked or discarded. failed: see ``Rebuilt``. after: the last case that
    was finished.
    """

    stage: Stage = "loading"
    facts: int = 0
    after: UUID = _FIRST
    finished: int = 0
    cases: int = 0
    positions: dict[str, dict[int, int]] = {}
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
    """Recompute the projections and replace the tables by them.

    admin: a connection string of the tables' owner, who may read all logs. role: reporting's own.
    restart: discard what an earlier, interrupted run has done. Raises AnotherAtWork; and
    ReadersStay if the tables could not be replaced: the next run then goes on from there.
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
    """Recompute the projections, compare each row with the tables', and change nothing.

    The arguments are those of ``rebuild``. The shadows are dropped at the end.
    """
    with _work(admin, role, sources, restart=restart, progress=progress) as work:
        work.catch_up()
        with ExitStack() as held:
            held.enter_context(work.shadow.consumption_paused())
            work.catch_up()
            differs = work.shadow.first_difference(seen=held.close)
        work.shadow.drop()
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
            shadows.drop()
        shadows.create()
        work = _Work(shadows, published, sources, progress)
        if work.is_ahead():  # reporting was restored from a backup older than the shadows
            shadows.drop()
            shadows.create()
            work = _Work(shadows, published, sources, progress)
        with _without_gc():
            yield work


def _program() -> str:
    """Return a digest of all our files, since a row may depend on any: a contract, a code list.

    A change that affects no row starts a rebuild again as well: that costs time, never correctness.
    """
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(file for package in _OURS for file in (root / package).rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and "__pycache__" not in name.parts:
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


@contextmanager
def _without_gc() -> Iterator[None]:
    """Turn off garbage collection, which took a third of the time and found no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Page:
    """Facts to be written.

    batch: the facts, folded; None if they are projected instead of loaded, or if folding raises.
    stage: in which they are written. progress: that of the shadows, encoded, once the page is
    written. passed: the number of facts read by then.
    """

    events: Sequence[Event]
    batch: Batch | None
    stage: Stage
    progress: bytes
    passed: int


class _Work:
    """One run, which goes on from the progress of an interrupted one."""

    def __init__(
        self, shadows: Shadow, published: Logs, sources: Sequence[Source], progress: Progress
    ) -> None:
        self.shadow = shadows
        self._logs = published
        self._sources = {source.name: source for source in sources}
        self._report = progress
        self._into = Statements(shadows.schema)
        stored = shadows.progress()
        self._progress = _decode(stored) if stored else _ShadowProgress()
        self._before = self._progress.facts
        self._all = sum(published.head(source.name) for source in sources)
        self._began = time.monotonic()

    def is_ahead(self) -> bool:
        """Whether anything was folded that reporting has not consumed."""
        now = self._consumed()
        return any(
            at > now.of(name).get(n, 0)
            for name, positions in self._progress.positions.items()
            for n, at in positions.items()
        )

    def done(self, differs: Difference | None = None) -> Rebuilt:
        facts, seconds = self._progress.facts - self._before, time.monotonic() - self._began
        return Rebuilt(facts, self._before, seconds, differs, sorted(self._progress.failed))

    def catch_up(self) -> None:
        """Fold into the shadows all that reporting had consumed when this was called, or more."""
        if self._progress.stage == "loading":
            self._fold_pages()
            self._index()
        self._finish()  # before anything is projected: each loaded case is finished only once
        self._fold_pages()

    # --- facts --------------------------------------------------------------------------------

    def _fold_pages(self) -> None:
        """Write page after page; the next one is read and folded while one is written."""
        goal = self._consumed()
        with ThreadPoolExecutor(1) as reading:
            page = self._next_page(goal)
            while page is not None:
                following = reading.submit(self._next_page, goal)
                self._write(page)
                self._report(self._progress.stage, page.passed, self._all)
                page = following.result()

    def _write(self, page: _Page) -> None:
        """Write a page, without the facts that raise; halve it to find each of these."""
        try:
            with self.shadow.working() as cursor:
                if page.batch is not None:
                    load(cursor, page.events, page.batch, self._into)
                else:
                    self._put(cursor, page.events, page.stage)
                self.shadow.keep(cursor, page.progress)
        except Exception as error:
            if is_outage(error):
                raise
            with self.shadow.working() as cursor:
                self._halve(cursor, page.events, page.stage)
                progress = _decode(page.progress)
                progress.failed = self._progress.failed
                self.shadow.keep(cursor, _encode(progress))

    def _put(self, cursor: Any, events: Sequence[Event], stage: Stage) -> None:
        if events and stage == "loading":
            load(cursor, events, fold(events), self._into)
        elif events:
            project(cursor, events, self._into)

    def _halve(self, cursor: Any, events: Sequence[Event], stage: Stage) -> None:
        """Write as many events as possible; undo and halve a part that raises."""
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
        self._progress.failed.add(at)
        where = (type(error), error, error.__traceback__)
        log.error("fact_not_projectable", source=at[0], position=at[1], exc_info=where)

    def _next_page(self, goal: Consumed) -> _Page | None:
        """Read the next page; None if nothing of the goal is left."""
        if late := self._progress.left_out - goal.left_out:
            return self._page_of(self._late(late))
        for source in self._sources.values():
            mine = self._progress.positions.setdefault(source.name, {})
            behind = {n: at for n, at in goal.of(source.name).items() if mine.get(n, 0) < at}
            if behind:
                return self._page_of(self._read(source, mine, behind, goal))
        return None

    def _page_of(self, events: Sequence[Event]) -> _Page:
        self._progress.facts += len(events)
        stage, batch = self._progress.stage, None
        if events and stage == "loading":
            with suppress(Exception):  # it is found when the page is written
                batch = fold(events)
        read = self._progress.positions.values()
        passed = sum(max(positions.values(), default=0) for positions in read)
        return _Page(events, batch, stage, _encode(self._progress), passed)

    def _late(self, late: set[At]) -> list[Event]:
        """Read the messages that were left out and have been resolved since."""
        self._progress.left_out -= late
        return [
            event
            for source in self._sources.values()
            for event in self._events(
                source, self._logs.some(source.name, [at for n, at in late if n == source.name])
            )
        ]

    def _events(self, source: Source, stored: Iterable[Stored]) -> Iterator[Event]:
        """Return the published ones of these facts, without those that cannot be published."""
        for each in stored:
            try:
                event = source.event(each)
            except Exception as error:  # noqa: BLE001 - logged and reported; all others go on
                self._fail((source.name, each.position), error)
                continue
            if event is not None:
                yield event

    def _read(
        self, source: Source, mine: dict[int, int], behind: Mapping[int, int], goal: Consumed
    ) -> list[Event]:
        """Read the next consumed messages of a source. behind: up to where, by partition."""
        stored = self._logs.page(source.name, min(mine.get(n, 0) for n in behind), PAGE)
        events = []
        for event in self._events(source, stored):
            n = partition_of(event.key, goal.partitions)
            if not mine.get(n, 0) < event.position <= behind.get(n, 0):
                continue
            if (source.name, event.position) in goal.left_out:
                self._progress.left_out.add((source.name, event.position))
            else:
                events.append(event)
        # A short page is the end of the log, so all consumed positions up to there have been read.
        end = stored[-1].position if len(stored) == PAGE else max(behind.values())
        mine.update({n: max(mine.get(n, 0), min(at, end)) for n, at in behind.items()})
        return events

    def _consumed(self) -> Consumed:
        with self._logs.cursor() as cursor:
            return consumed(cursor, self.shadow.live)

    # --- cases --------------------------------------------------------------------------------

    def _index(self) -> None:
        with self.shadow.working() as cursor:
            self.shadow.index()
            cursor.execute(self._into.how_many_cases)
            self._progress.cases = cursor.fetchall()[0]["n"]
            self._progress.stage = "finishing"
            self.shadow.keep(cursor, _encode(self._progress))

    def _finish(self) -> None:
        """Finish the loaded cases, a limited number in each transaction."""
        while self._progress.stage == "finishing":
            with self.shadow.working() as cursor:
                cursor.execute(self._into.cases_after, (self._progress.after, CASES))
                following = cursor.fetchall()[0]
                if following["n"]:
                    finish(cursor, self._progress.after, following["last"], self._into)
                    self._progress.after = following["last"]
                    self._progress.finished += following["n"]
                else:
                    self._progress.stage = "following"
                self.shadow.keep(cursor, _encode(self._progress))
            self._report("finishing", self._progress.finished, self._progress.cases)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_ShadowProgress).decode
