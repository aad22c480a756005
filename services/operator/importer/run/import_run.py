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
from services.intake.case import DECIDER as CASE
from services.intake.case import CaseAlreadyRegistered, InError
from services.operator.importer.errors import FileNotUsable, ImportNotPossible
from services.operator.importer.run.csv_source import CsvSource, Row
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.oddities import oddities_of
from services.operator.importer.run.pipeline import BATCH, Pipeline
from services.operator.importer.run.rehearsal import Trial
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import (
    DIFFERS,
    VOIDED,
    Rejection,
    RowRejected,
    contested_at,
    parked_at,
    rejection_of,
)
from services.operator.importer.run.repeated_keys import RepeatedKeys
from services.operator.importer.run.row_commands import RowCommands, directory_entries
from services.operator.importer.run.row_status import RowStatus, row_statuses
from services.operator.importer.run.strands import records_of
from services.operator.importer.run.summary import ImportSummary
from services.operator.importer.run.thought_through import RuleRefuses
from services.operator.importer.run.update import (
    AnyCommands,
    Contested,
    UpdateCommands,
    updated,
)
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

    def run(self, batches: Iterator[Sequence[AnyCommands]]) -> None:
        """Carry the rows; the listener is called with how each ended."""


def run_import(  # noqa: PLR0913 - the operator's options, one for one
    installation: Installation | None,
    source: CsvSource,
    *,
    rejected: Path | None = None,
    progress: Progress = lambda _done, _rows: None,
    check: bool = False,
    update: bool = False,
    stop: threading.Event | None = None,
    lang: str = "es",
) -> ImportSummary:
    """Import a file's rows; a row that an earlier run has imported adds nothing.

    installation: None only with ``check``, if there is none yet. rejected: where to write the
    rejected rows, in ``lang``; None: nowhere. check: a trial, which writes nothing into the
    installation. update: bring the cases of earlier rows up to date. stop: once set, the rows at
    hand are finished and no more begun.

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
        run = ImportRun(source, services, summary, rejected_file, progress, update=update)
        if check:
            run.carry(Trial(run, stop), stop)
        else:
            run.carry(Pipeline(services, run, stop), stop)
            summary.reported = reported(services, stop)
    summary.rows = source.read
    summary.interrupted = stop.is_set() and run.is_unfinished()
    summary.seconds = time.monotonic() - began
    return summary


class ImportRun:
    """Reads a file's rows, has them carried, and counts how each ended."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        source: CsvSource,
        services: Mapping[str, Service],
        summary: ImportSummary,
        rejected: RejectedFile,
        progress: Progress,
        *,
        update: bool = False,
    ) -> None:
        """services: where to look for what earlier runs have done; empty if there is none.

        update: bring the cases of earlier rows up to date, instead of leaving them as they are.
        """
        self._update = update
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
            raise ImportNotPossible(not_read(str(error))) from None
        except FileNotUsable as error:
            if self._summary.check or not self._summary.done:
                raise
            raise FileNotUsable(joined([error.text, _KEPT], " ")) from None

    def is_unfinished(self) -> bool:
        """Tell whether rows are left, by reading one more."""
        return bool(self._released) or self._source.has_more()

    # --- rows to send -----------------------------------------------------------------------

    def _batches(self, carrier: Carrier) -> Iterator[Sequence[AnyCommands]]:
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
        if self._keys.is_done(case.key):
            self._summary.duplicates += 1
            self._show_progress()
            return None
        commands = RowCommands(
            row, case, self._mapping, self._now, secret=self._secret, file=self._source.digest
        )
        return commands if self._keys.starts(commands) else None

    def _without_finished(self, batch: list[RowCommands]) -> Sequence[AnyCommands]:
        """Return what is left to do for these rows."""
        if not self._services:
            return batch
        statuses = dict(zip(batch, row_statuses(self._services, batch), strict=True))
        old = [row.case_id for row, status in statuses.items() if status is not RowStatus.NEW]
        facts = self._services["intake"].log.facts_of(old)
        voided = {c for c in old if isinstance(CASE.fold(f.fact for f in facts[c]), InError)}
        left: list[AnyCommands] = []
        known = []
        for row, status in statuses.items():
            if row.case_id in voided:
                self._is_voided(row)
            elif status in {RowStatus.NEW, RowStatus.BEGUN}:
                left.append(row)
            elif self._update:
                known.append(row)
            elif status is RowStatus.DONE:
                self._is_already_there(row)
            else:
                self._differs(row)
        return [*left, *self._updates(known)]

    def _updates(self, rows: Sequence[RowCommands]) -> Iterator[UpdateCommands]:
        """Yield what brings these rows' cases up to date."""
        records = records_of(self._services, [row.case_id for row in rows])
        for row in rows:
            try:
                found = updated(row, records[row.case_id], self._services, self._now)
            except RuleRefuses as error:
                self.refused(row, error.refusal)
                continue
            match found:
                case UpdateCommands():
                    yield found
                case Contested(fields=fields):
                    at = (contested_at(field, row.row, self._mapping) for field in fields)
                    self._differs(row, *dict.fromkeys(at))
                case None:
                    self._is_already_there(row)

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

    def arrived(self, row: AnyCommands) -> None:
        """Count a row all of whose commands were carried out."""
        if isinstance(row, UpdateCommands):
            self._summary.updated += 1
            self._summary.changes.update(row.changes)
        else:
            self._summary.imported += 1
        self._is_there(row)

    def refused(self, row: AnyCommands, refusal: Refusal) -> None:
        """Reject a row for a refusal; the next row of its key, if there is one, is sent."""
        if isinstance(refusal, CaseAlreadyRegistered):
            self._differs(row)
            return
        self._reject(row.row, rejection_of(refusal, row.row, self._mapping))
        if following := self._keys.rejected(row):
            self._released.append(following)

    def parked(self, row: AnyCommands, service: str) -> None:
        """Reject a row that waits for a parked message."""
        self._rejected.add(row.row.number, parked_at(service))
        self._summary.rejected += 1
        self._counts(row)

    def _is_already_there(self, row: RowCommands) -> None:
        self._summary.already_there += 1
        self._is_there(row)

    def _is_there(self, row: AnyCommands) -> None:
        """Count what is odd in a row that is a case."""
        self._summary.odd.update(oddities_of(row.case, self._now))
        self._counts(row)

    def _is_voided(self, row: RowCommands) -> None:
        self._rejected.add(row.row.number, VOIDED)
        self._summary.voided += 1
        self._counts(row)

    def _differs(self, row: AnyCommands, *why: Rejection) -> None:
        self._rejected.add(row.row.number, *(why or (DIFFERS,)))
        self._summary.differing += 1
        self._counts(row)

    def _counts(self, row: AnyCommands) -> None:
        """Have later rows of the row's key repeat it."""
        self._summary.duplicates += self._keys.ended(row)
        self._show_progress()

    def _reject(self, row: Row, *rejections: Rejection) -> None:
        self._rejected.add(row.number, *rejections)
        self._summary.rejected += 1
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress(self._summary.done, self._source.estimated_rows)


def reported(services: Mapping[str, Service], stop: threading.Event) -> bool:
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


def not_read(service: str) -> Text:
    """Return why an import cannot go on: this service stopped reading."""
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
    "Lo que se leyó antes ya se importó. Corrija el archivo y repita la misma orden.",
    "What was read before was imported. Mend the file and give the same command again.",
)
