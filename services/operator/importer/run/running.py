"""One import from its first row to its last: reading, sorting, sending, telling."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Table
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TypeVar

from services.intake.case import CaseAlreadyRegistered
from services.operator.importer.errors import ImportNotPossible
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.connecting import Connected, connected
from services.operator.importer.run.imported_case import RowRejected, claim_of
from services.operator.importer.run.pipeline import SIZE, Pipeline, RowListener, submit
from services.operator.importer.run.rejected import RejectedFile
from services.operator.importer.run.row_status import RowStatus, standings
from services.operator.importer.run.source import Row, Source
from services.operator.importer.run.steps import Step, Steps, institutions, refused_in_directory
from services.operator.importer.run.summary import Summary
from services.operator.importer.run.troubles import (
    ALREADY_TOLD_OTHERWISE,
    parked_at,
    trouble_with,
    whole_row,
)
from services.referral.directory import InstitutionAlreadyRegistered
from shared.kernel.clock import now
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text
from shared.service import command_client as desk
from shared.service.service import Service
from shared.service.settings import SERVICES

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Hears how many of how many rows are done."""


def run_import(  # noqa: PLR0913 - what the operator says, one for one
    installation: Connected | None,
    file: Path,
    mapping: ImportMapping,
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
    Raises ImportNotPossible: FileNotUsable or ImportUnderWay before anything was written, else with how to
    go on; an outage that lasts raises what ``shared.postgres.database.OUTAGES`` names.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    source = Source(file, mapping)
    rows = source.count()
    with RejectedFile(rejected, lang) as refuse, ExitStack() as stack:
        services: Table[str, Service] = {}
        if installation is not None:
            services = stack.enter_context(connected(installation, mapping.name, stop, check=check))
        summary = Summary(rows=rows, check=check)
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
        mapping: ImportMapping,
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
        told = RowListener(self._arrived, self._refused, self._parked)
        waves = (self._to_do(many) for many in _in_parts(self._good(source), SIZE))
        reporting = self._services["reporting"]
        try:
            Pipeline(self._services, told, stop).run(waves)
        except desk.NotCaughtUp as error:
            raise ImportNotPossible(_not_read(str(error))) from None
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
        if steps.claim.subdivision not in self._listed:
            self._listed.add(steps.claim.subdivision)
            self._enter_in_directory(steps)
        return True

    def _to_do(self, many: list[Steps]) -> list[Steps]:
        """Those of these rows that are not in yet, or not all of them."""
        if not self._services:
            return many
        left = []
        for one, standing in zip(many, standings(self._services, many), strict=True):
            match standing:
                case RowStatus.NEW | RowStatus.BEGUN:
                    left.append(one)
                case RowStatus.DONE:
                    self._count("already_there")
                case RowStatus.DIFFERENT:
                    self._differs(one)
        return left

    def _enter_in_directory(self, first: Steps) -> None:
        """See to it that the institutions of a state are registered, at its first row."""
        entries = institutions(first.claim.subdivision, self._mapping, self._now)
        for step in entries:
            if refusal := refused_in_directory(step):
                raise ImportNotPossible(_institution_refused(refusal))
        if refusal := first.objection_to_referring(entries):
            raise ImportNotPossible(_handover_refused(refusal))
        for step in entries:
            if refusal := self._not_listed(step):
                raise ImportNotPossible(_institution_refused(refusal))

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


def _in_parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


def _not_read(place: str) -> Text:
    return Text(
        f"Un servicio dejó de leer ({place}). Lo ya importado está a salvo. Vea «canaliza doctor» y"
        " repita la misma orden: sigue donde quedó.",
        f"A service stopped reading ({place}). What was imported is safe. See “canaliza doctor” and"
        " give the same command again: it goes on where it was.",
    )


def _handover_refused(refusal: Refusal) -> Text:
    return Text(
        f"Nadie puede canalizar como dice el mapeo. {refusal.sentence()}",
        f"Nobody can refer as the mapping says. {refusal.sentence('en')}",
    )


def _institution_refused(refusal: Refusal) -> Text:
    return Text(
        f"El directorio no admite una institución del mapeo. {refusal.sentence()}",
        f"The directory refuses one of the mapping's institutions. {refusal.sentence('en')}",
    )
