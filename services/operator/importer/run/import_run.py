"""One import, from the first row of a file to its last."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from services.installation import Installation
from services.intake.case import CaseAlreadyRegistered
from services.operator.importer.errors import (
    FileNotUsable,
    ImportCutShort,
    ImportNotPossible,
)
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.oddities import oddities_of
from services.operator.importer.run.pipeline import BATCH, Pipeline
from services.operator.importer.run.rehearsal import Trial
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import (
    DIFFERS,
    Rejection,
    RowRejected,
    RowSkipped,
    parked_at,
    rejection_of,
)
from services.operator.importer.run.repeated_keys import RepeatedKeys
from services.operator.importer.run.row_commands import RowCommands, directory_entries
from services.operator.importer.run.row_source import Row, RowSource
from services.operator.importer.run.row_status import RowStatus, row_statuses
from services.operator.importer.run.summary import ImportSummary
from services.operator.importer.run.value_checks import unusable_value
from services.referral.directory_refusals import InstitutionAlreadyRegistered
from services.referral.refusals import ReferredToItself
from shared.kernel.clock import now
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text, joined
from shared.service.command_client import KeyedCommand, NotCaughtUp, wait_until_read
from shared.service.service import Service
from shared.service.settings import SERVICES

Progress = Callable[[int, int | None], None]
"""Called with how many rows have ended, and about how many there are if that is known."""


class Carrier(Protocol):
    """Carries rows through the services, or would: a ``Pipeline`` or a ``Trial``."""

    def register(self, entry: KeyedCommand) -> Refusal | None:
        """Register an institution before the first row that needs it; return a refusal."""

    def run(self, batches: Iterator[Sequence[RowCommands]]) -> None:
        """Carry the rows; the listener is called with how each ended."""


def run_import(  # noqa: PLR0913 - the operator's options, one for one
    installation: Installation | None,
    source: RowSource,
    *,
    rejected: Path | None = None,
    progress: Progress = lambda _done, _rows: None,
    check: bool = False,
    stop: threading.Event | None = None,
    lang: str = "es",
) -> ImportSummary:
    """Import a file's rows; a row that an earlier run has imported adds nothing.

    installation: None only with ``check``, if there is none yet. rejected: where to write the
    rejected rows, in ``lang``; None: nowhere. check: a trial, which writes nothing into the
    installation. stop: once set, the rows at hand are finished and no more begun.

    Raises ImportNotPossible: ImportUnderWay before anything was written; FileNotUsable if the file
    cannot be read to its end, once the rows before are finished; else with how to go on. An outage
    that lasts raises what ``shared.postgres.database.OUTAGES`` names.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    summary = ImportSummary(check=check)
    with RejectedFile(rejected, lang) as rejected_file, ExitStack() as stack:
        services: Mapping[str, Service] = {}
        if installation is not None:
            connection = import_services(installation, source.mapping.name, stop, check=check)
            services = stack.enter_context(connection)
        run = ImportRun(source, services, summary, rejected_file, progress)
        if check:
            run.carry(Trial(run, stop), stop)
        else:
            run.carry(Pipeline(services, run, stop), stop)
            summary.reported = _reported(services, stop)
    summary.rows, summary.last_line_ended = source.read, source.ended
    summary.interrupted = stop.is_set() and run.is_unfinished()
    summary.seconds = time.monotonic() - began
    return summary


class ImportRun:
    """Reads a file's rows, has them carried, and counts how each ended."""

    def __init__(
        self,
        source: RowSource,
        services: Mapping[str, Service],
        summary: ImportSummary,
        rejected: RejectedFile,
        progress: Progress,
    ) -> None:
        """services: where to look for what earlier runs have done; empty if there is none."""
        self._source = source
        self._mapping = source.mapping
        self._services = services
        self._summary = summary
        self._rejected = rejected
        self._progress = progress
        self._now = now()
        first = next(iter(services.values()), None)
        # Without an installation nothing is recognised, and nothing is kept.
        self._secret = first.secret if first else InstallationSecret(token_bytes())
        self._keys = RepeatedKeys()
        self._released: deque[RowCommands] = deque()
        self._subdivisions: set[str] = set()

    def carry(self, carrier: Carrier, stop: threading.Event) -> None:
        """Have all rows carried. Raises ImportNotPossible."""
        try:
            carrier.run(self._batches(carrier))
            while self._released and not stop.is_set():
                carrier.run(self._batches(carrier))
        except NotCaughtUp as error:
            raise ImportCutShort(_not_read(str(error))) from None
        except FileNotUsable as error:
            if self._summary.check or not self._summary.done:
                raise
            raise ImportCutShort(joined([error.text, _KEPT], " ")) from None

    def is_unfinished(self) -> bool:
        """Tell whether rows are left, by reading one more."""
        return bool(self._released) or self._source.has_more()

    # --- rows to send -----------------------------------------------------------------------

    def _batches(self, carrier: Carrier) -> Iterator[Sequence[RowCommands]]:
        """Yield the rows to send, by batches; what was read before a failure is sent before it."""
        rows = self._rows(carrier)
        failure: ImportNotPossible | None = None
        while failure is None:
            batch: list[RowCommands] = []
            try:
                batch.extend(islice(rows, BATCH))
            except ImportNotPossible as error:
                failure = error
            if not batch and failure is None:
                return
            yield self._without_finished(batch)
        raise failure

    def _rows(self, carrier: Carrier) -> Iterator[RowCommands]:
        """Yield the rows that can be sent now; whatever else there is of the file has ended."""
        for row in chain([None], self._source):  # first those that are released, without a row
            if row is not None and (commands := self._commands(row)):
                self._released.append(commands)
            while self._released:
                commands = self._released.popleft()
                if refusal := unusable_value(commands, self._now):
                    self.refused(commands, refusal)
                else:
                    self._prepare(commands.case.subdivision, carrier)
                    yield commands

    def _commands(self, row: Row) -> RowCommands | None:
        """Return a row's commands; None if it is rejected, repeats another, or must wait."""
        try:
            case = read_case(row, self._mapping)
        except RowRejected as error:
            self._reject(row, *error.rejections)
            return None
        except RowSkipped:
            self._summary.skipped += 1
            self._show_progress()
            return None
        if self._keys.is_done(case.key):
            self._summary.duplicates += 1
            self._show_progress()
            return None
        commands = RowCommands(
            row, case, self._mapping, self._now, secret=self._secret, file=self._source.digest
        )
        return commands if self._keys.starts(commands) else None

    def _without_finished(self, batch: list[RowCommands]) -> list[RowCommands]:
        """Return those of these rows that no earlier run has finished."""
        if not self._services:
            return batch
        left = []
        for row, status in zip(batch, row_statuses(self._services, batch), strict=True):
            match status:
                case RowStatus.NEW | RowStatus.BEGUN:
                    left.append(row)
                case RowStatus.DONE:
                    self._summary.already_there += 1
                    self._is_there(row)
                case RowStatus.DIFFERENT:
                    self._differs(row)
        return left

    def _prepare(self, subdivision: str, carrier: Carrier) -> None:
        """Have the institutions of a subdivision registered, before its first row."""
        if subdivision in self._subdivisions:
            return
        self._subdivisions.add(subdivision)
        entries = directory_entries(
            subdivision, self._mapping, self._now, secret=self._secret, file=self._source.digest
        )
        if len({entry.stream for entry in entries}) < len(entries):
            raise ImportNotPossible(_handover_refused(ReferredToItself(field="to")))
        for entry in entries:
            refusal = carrier.register(entry)
            # Under another description: that is the directory's business.
            if refusal and not isinstance(refusal, InstitutionAlreadyRegistered):
                raise ImportNotPossible(_institution_refused(refusal))

    # --- how rows end -----------------------------------------------------------------------

    def arrived(self, row: RowCommands) -> None:
        """Count a row all of whose commands were carried out."""
        self._summary.imported += 1
        self._is_there(row)

    def refused(self, row: RowCommands, refusal: Refusal) -> None:
        """Reject a row for a refusal; the next row of its key, if there is one, is sent."""
        if isinstance(refusal, CaseAlreadyRegistered):
            self._differs(row)
            return
        self._reject(row.row, rejection_of(refusal, row.row, self._mapping))
        if following := self._keys.rejected(row):
            self._released.append(following)

    def parked(self, row: RowCommands, service: str) -> None:
        """Reject a row that waits for a parked message."""
        self._rejected.add(row.row.number, parked_at(service))
        self._summary.rejected += 1
        self._counts(row)

    def _is_there(self, row: RowCommands) -> None:
        """Count what is odd in a row that is a case."""
        self._summary.odd.update(oddities_of(row.case, self._now))
        self._counts(row)

    def _differs(self, row: RowCommands) -> None:
        self._rejected.add(row.row.number, DIFFERS)
        self._summary.differing += 1
        self._counts(row)

    def _counts(self, row: RowCommands) -> None:
        """Have later rows of the row's key repeat it."""
        self._summary.duplicates += self._keys.ended(row)
        self._show_progress()

    def _reject(self, row: Row, *rejections: Rejection) -> None:
        self._rejected.add(row.number, *rejections)
        self._summary.rejected += 1
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress(self._summary.done, self._source.estimated_rows)


def _reported(services: Mapping[str, Service], stop: threading.Event) -> bool:
    """Wait until reporting has read all that was imported; return whether it has."""
    reporting = services["reporting"]

    def going_on() -> bool:
        return not stop.is_set()

    try:
        # A closed follow-up closes its referral, which reporting is told as well.
        wait_until_read(services["referral"], services["followup"], alive=going_on)
        for name in SERVICES:
            if name != reporting.name:
                wait_until_read(reporting, services[name], alive=going_on)
    except NotCaughtUp:
        return False
    return True


def _not_read(service: str) -> Text:
    return Text(
        f"Un servicio dejó de leer ({service}). Lo ya importado está a salvo. Vea «canaliza doctor»"
        " y repita la misma orden: sigue donde quedó.",
        f"A service stopped reading ({service}). What was imported is safe. See “canaliza doctor”"
        " and give the same command again: it goes on where it was.",
    )


def _handover_refused(refusal: Refusal) -> Text:
    return Text(
        f"Nadie puede canalizar según el mapeo. {refusal.sentence()}",
        f"Nobody can refer as the mapping has it. {refusal.sentence('en')}",
    )


def _institution_refused(refusal: Refusal) -> Text:
    return Text(
        f"El directorio no admite una institución del mapeo. {refusal.sentence()}",
        f"The directory refuses one of the mapping's institutions. {refusal.sentence('en')}",
    )


_KEPT = Text(
    "Lo que se leyó antes ya se importó. Después, repita la misma orden.",
    "What was read before was imported. Then give the same command again.",
)
