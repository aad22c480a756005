"""One import from its first row to its last: reading, sorting, sending, telling."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from services import desk
from services.importing.claims import RowRejected, claim_of
from services.importing.mapping import Mapping
from services.importing.rejected import RejectedFile
from services.importing.sentences import ImportUnderWay, NotUsable, Sentence
from services.importing.source import Row, Source
from services.importing.standing import Standing, standings
from services.importing.steps import Step, Steps, institutions, refused_in_directory
from services.importing.summary import Summary
from services.importing.troubles import ALREADY_TOLD_OTHERWISE, parked_at, trouble_with, whole_row
from services.importing.waves import SIZE, Told, Waves, submit
from services.intake.case import CaseAlreadyRegistered
from services.referral.directory import InstitutionAlreadyRegistered
from shared.eventstore.leases import Lease
from shared.kernel.clock import now
from shared.kernel.refusals import Refusal
from shared.messaging.log_bus import LogBus
from shared.settings import SERVICES, Settings
from shared.web.service import Service

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Hears how many of how many rows are done."""


class Connected(Protocol):
    """What an import needs of an installation."""

    @property
    def settings(self) -> Settings:
        """All services' settings."""

    def service(self, name: str) -> Service:
        """Connect one service; the caller closes it."""


def run_import(  # noqa: PLR0913 - what the operator says, one for one
    installation: Connected | None,
    file: Path,
    mapping: Mapping,
    *,
    rejected: Path | None = None,
    progress: Progress = lambda _done, _rows: None,
    check: bool = False,
    stop: threading.Event | None = None,
    lang: str = "es",
) -> Summary:
    """Take a file's rows in; a row that an earlier run took in adds nothing.

    installation: None only with ``check``, where there is none yet. rejected: where to write the
    rows that were not taken in, in ``lang``; None: nowhere. check: say what would be, write
    nothing into the installation. stop: once set, the rows at hand are finished and no more begun.
    Raises NotUsable: FileNotUsable or ImportUnderWay before anything was written, else with how to
    go on; an outage that lasts raises what ``shared.eventstore.database.OUTAGES`` names.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    source = Source(file, mapping)
    with RejectedFile(rejected, lang) as refuse, ExitStack() as stack:
        services: Table[str, Service] = {}
        if installation is not None:
            services = stack.enter_context(_connected(installation, mapping, stop, check=check))
        summary = Summary(rows=source.rows, check=check)
        run = _Run(mapping, services, summary, refuse, progress)
        if check:
            run.rehearse(source)
        else:
            run.carry_out(source, stop)
    summary.interrupted = summary.done < summary.rows
    summary.seconds = time.monotonic() - began
    return summary


class _Run:
    """The rows' way through one import."""

    def __init__(
        self,
        mapping: Mapping,
        services: Table[str, Service],
        summary: Summary,
        rejected: RejectedFile,
        progress: Progress,
    ) -> None:
        self._mapping = mapping
        self._services = services
        self._summary = summary
        self._rejected = rejected
        self._progress = progress
        self._now = now()
        self._listed: set[str] = set()

    def rehearse(self, source: Source) -> None:
        """Say what would become of each row."""
        for many in _in_parts(self._good(source), SIZE):
            for one in self._to_do(many):
                self._arrived(one)

    def carry_out(self, source: Source, stop: threading.Event) -> None:
        """Send the rows on their way, and wait until reporting has read of them."""
        told = Told(self._arrived, self._refused, self._parked)
        waves = (self._to_do(many) for many in _in_parts(self._good(source), SIZE))
        reporting = self._services["reporting"]
        try:
            Waves(self._services, told, stop).run(waves)
        except desk.NotCaughtUp as error:
            raise NotUsable(_not_read(str(error))) from None
        try:
            for name in SERVICES:
                if name != reporting.name:
                    desk.wait_until_taken_in(
                        reporting, self._services[name], alive=lambda: not stop.is_set()
                    )
        except desk.NotCaughtUp:
            self._summary.reported = False

    # --- sorting ----------------------------------------------------------------------------

    def _good(self, source: Source) -> Iterator[Steps]:
        """The rows that can be taken in, as steps; the others are told of here."""
        seen: set[str] = set()
        for row in source:
            try:
                steps = Steps(row.number, claim_of(row, self._mapping), self._mapping, self._now)
            except RowRejected as error:
                self._rejected.add(row.number, *error.troubles)
                self._count("rejected")
                continue
            if steps.claim.key in seen:
                self._count("duplicates")
                continue
            if self._is_possible(row, steps):
                seen.add(steps.claim.key)
                yield steps

    def _is_possible(self, row: Row, steps: Steps) -> bool:
        refusal = steps.objection(self._now)
        if refusal is not None:
            self._rejected.add(row.number, trouble_with(refusal, row, self._mapping))
            self._count("rejected")
            return False
        if steps.claim.state not in self._listed:
            self._listed.add(steps.claim.state)
            self._enter_in_directory(steps)
        return True

    def _to_do(self, many: list[Steps]) -> list[Steps]:
        """Those of these rows that are not in yet, or not all of them."""
        if not self._services:
            return many
        left = []
        for one, standing in zip(many, standings(self._services, many), strict=True):
            match standing:
                case Standing.NEW | Standing.BEGUN:
                    left.append(one)
                case Standing.DONE:
                    self._count("already_there")
                case Standing.DIFFERENT:
                    self._differs(one)
        return left

    def _enter_in_directory(self, first: Steps) -> None:
        """See to it that the institutions of a state are registered, at its first row."""
        if refusal := first.objection_to_referring():
            raise NotUsable(_handover_refused(refusal))
        for step in institutions(first.claim.state, self._mapping, self._now):
            if refusal := refused_in_directory(step) or self._not_listed(step):
                raise NotUsable(_institution_refused(refusal))

    def _not_listed(self, step: Step) -> Refusal | None:
        if not self._services or self._summary.check:
            return None
        answer = submit(self._services, step).result()
        if isinstance(answer, InstitutionAlreadyRegistered):
            return None  # under another description, which is the directory's business
        return answer if isinstance(answer, Refusal) else None

    # --- telling ----------------------------------------------------------------------------

    def _arrived(self, one: Steps) -> None:
        del one
        self._count("imported")

    def _refused(self, one: Steps, refusal: Refusal) -> None:
        if isinstance(refusal, CaseAlreadyRegistered):
            self._differs(one)
            return
        self._rejected.add(one.row, trouble_with(refusal, None, self._mapping))
        self._count("rejected")

    def _parked(self, one: Steps, service: str) -> None:
        self._rejected.add(one.row, whole_row(parked_at(service)))
        self._count("rejected")

    def _differs(self, one: Steps) -> None:
        self._rejected.add(one.row, whole_row(ALREADY_TOLD_OTHERWISE))
        self._count("differing")

    def _count(self, what: str) -> None:
        setattr(self._summary, what, getattr(self._summary, what) + 1)
        self._progress(self._summary.done, self._summary.rows)


@contextmanager
def _connected(
    installation: Connected, mapping: Mapping, stop: threading.Event, *, check: bool
) -> Iterator[Table[str, Service]]:
    """All services, with their readers where nobody else may be reading; one import a mapping."""
    broken = threading.Event()

    def on_bug() -> None:
        broken.set()
        stop.set()

    with ExitStack() as stack:
        services = {}
        for name in SERVICES:
            services[name] = installation.service(name)
            stack.callback(services[name].close)
        if not check:
            lease = Lease(f"import {mapping.name}", services["intake"].log.address)
            if not lease.hold():
                raise ImportUnderWay(_UNDER_WAY)
            stack.callback(lease.release)
            if installation.settings.bus == "log" and not _over_kafka(services.values()):
                _start_readers(services, on_bug, stack)
        yield services
        if broken.is_set():
            raise NotUsable(_READER_BROKE)


def _over_kafka(services: Iterable[Service]) -> bool:
    """Whether a relay has ever sent these services' facts: then their readers read from Kafka."""
    return any(place.source == "relay" for one in services for place in one.inbox.places())


def _start_readers(
    services: Table[str, Service], on_bug: Callable[[], None], stack: ExitStack
) -> None:
    """Read here too: it stands by while the running system does, and does it where none runs."""
    bus = LogBus([one.publication for one in services.values()], services["intake"].log.address)
    for one in services.values():
        one.join(bus)
        one.start(on_bug)
    stack.callback(_halt, list(services.values()))


def _halt(services: Sequence[Service]) -> None:
    """Halt all readers at once: each finishes what it has at hand."""
    with ThreadPoolExecutor(len(services)) as pool:
        list(pool.map(Service.halt, services))


def _in_parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


def _not_read(place: str) -> Sentence:
    return Sentence(
        f"Un servicio dejó de leer ({place}). Lo ya importado está a salvo. Vea «canaliza doctor» y"
        " repita la misma orden: sigue donde quedó.",
        f"A service stopped reading ({place}). What was imported is safe. See “canaliza doctor” and"
        " give the same command again: it goes on where it was.",
    )


def _handover_refused(refusal: Refusal) -> Sentence:
    return Sentence(
        f"Nadie puede canalizar como dice el mapeo. {refusal.sentence()}",
        f"Nobody can refer as the mapping says. {refusal.sentence('en')}",
    )


def _institution_refused(refusal: Refusal) -> Sentence:
    return Sentence(
        f"El directorio no admite una institución del mapeo. {refusal.sentence()}",
        f"The directory refuses one of the mapping's institutions. {refusal.sentence('en')}",
    )


_UNDER_WAY = Sentence(
    "Ya hay una importación en curso con este mapeo; espere a que termine.",
    "An import with this mapping is under way; wait until it ends.",
)
_READER_BROKE = Sentence(
    "Un lector se detuvo por un error del programa; el registro dice cuál. Lo importado sigue ahí.",
    "A reader stopped for a mistake in the program; the log says which. What was imported is kept.",
)
