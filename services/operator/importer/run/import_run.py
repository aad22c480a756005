"""One import, from the first row of a file to its last."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from services.installation import Installation
from services.operator.importer.errors import (
    FileNotUsable,
    ImportCutShort,
    ImportNotPossible,
)
from services.operator.importer.run.cases_of_rows import CaseOfRows, cases_of
from services.operator.importer.run.caught_up import cut_short_if_not_read, reported
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.pipeline import BATCH, Pipeline
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import (
    DIFFERS,
    Rejection,
    contested_at,
    rejection_at,
    rejection_of,
)
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_endings import RowEndings
from services.operator.importer.run.row_source import Row, RowSource
from services.operator.importer.run.row_status import Reached, RowStatus, row_statuses
from services.operator.importer.run.summary import ImportSummary, Progress
from services.operator.importer.run.trial import NothingSent, Trial
from services.operator.importer.run.updated_case import (
    AnyCommands,
    Contested,
    UpdateCommands,
)
from services.referral.directory_refusals import InstitutionAlreadyRegistered
from services.referral.refusals import ReferredToItself
from shared.kernel.clock import now
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import KeyUsedForAnother, Refusal
from shared.kernel.text import Text, joined
from shared.service.command_client import KeyedCommand
from shared.service.service import Service


class Carrier(Protocol):
    """Carries rows through the services, or would: a ``Pipeline``, or ``NothingSent``."""

    def register(self, entry: KeyedCommand) -> Refusal | None:
        """Register an institution before the first row that needs it; return a refusal."""

    def run(self, batches: Iterator[Sequence[AnyCommands]]) -> None:
        """Carry the rows; the listener is called with how each ended."""


def run_import(  # noqa: PLR0913 - the operator's options, one for one
    installation: Installation | None,
    source: RowSource,
    *,
    rejected: Path | None = None,
    details: Path | None = None,
    progress: Progress = lambda _done, _rows: None,
    check: bool = False,
    update: bool = False,
    stop: threading.Event | None = None,
    lang: str = "es",
) -> ImportSummary:
    """Import a file's rows; a row that an earlier run has imported adds nothing.

    installation: None only with ``check``, if there is none yet. rejected: where to write the
    rejected rows, in ``lang``; None: nowhere. details: where to write what is changed, and what is
    odd in rows that come in. check: a trial, which writes nothing into the
    installation. update: bring the cases of earlier rows up to date. stop: once set, the rows on
    their way are finished, and no more is read.

    Raises ImportNotPossible: ImportUnderWay before anything was written; FileNotUsable if the file
    cannot be read to its end, once the rows before are finished; else with how to go on. An outage
    that lasts raises what ``shared.postgres.database.OUTAGES`` names.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    summary = ImportSummary(file=source.digest, check=check)
    with (
        RejectedFile(rejected, lang) as rejected_file,
        RejectedFile(details, lang) as details_file,
        ExitStack() as stack,
    ):
        services: Mapping[str, Service] = {}
        if installation is not None:
            connection = import_services(installation, source.mapping.name, stop, check=check)
            services = stack.enter_context(connection)
        at = now()
        endings = RowEndings(source, summary, rejected_file, details_file, progress, at)
        run = ImportRun(source, services, endings, at, stop, update=update)
        if check:
            run.carry(NothingSent(endings, stop))
        else:
            run.carry(Pipeline(services, endings, stop))
            summary.reported = reported(services, stop)
    summary.rows, summary.last_line_ended = source.read, source.ended
    summary.interrupted = stop.is_set() and run.is_unfinished()
    summary.seconds = time.monotonic() - began
    return summary


class _Stopped(Exception):
    """No more is to be read."""


class ImportRun:
    """Reads a file's rows, and has those carried of which anything is left to do."""

    def __init__(  # noqa: PLR0913 - what is read, where it is looked up, where it is told
        self,
        source: RowSource,
        services: Mapping[str, Service],
        endings: RowEndings,
        now: datetime,
        stop: threading.Event,
        *,
        update: bool = False,
    ) -> None:
        """services: where to look for what earlier runs have done; empty if there is none.

        now: when the rows are imported. stop: looked at with every row that is read, whatever
        becomes of it. update: bring the cases of earlier rows up to date, instead of leaving them
        as they are.
        """
        self._update = update
        self._stop = stop
        self._source = source
        self._mapping = source.mapping
        self._services = services
        self._endings = endings
        self._now = now
        first = next(iter(services.values()), None)
        # Without an installation nothing is recognised, and nothing is kept.
        self._secret = first.secret if first else InstallationSecret(token_bytes())
        self._directory: dict[str, Refusal | None] = {}
        self._deciding = Deciding(services)
        self._trial = Trial(self._deciding, self._now)

    def carry(self, carrier: Carrier) -> None:
        """Have all rows carried. Raises ImportNotPossible."""
        summary = self._endings.summary
        try:
            with cut_short_if_not_read():
                carrier.run(self._batches(carrier))
                while self._endings.released and not self._stop.is_set():
                    carrier.run(self._batches(carrier))
        except FileNotUsable as error:
            if summary.check or not summary.kept:
                raise
            raise ImportCutShort(joined([error.text, _KEPT], " ")) from None

    def is_unfinished(self) -> bool:
        """Tell whether rows are left: read and not ended, or not read; one more is read for it."""
        return self._endings.summary.done < self._source.read or self._source.has_more()

    # --- rows to send -----------------------------------------------------------------------

    def _batches(self, carrier: Carrier) -> Iterator[Sequence[AnyCommands]]:
        """Yield the rows to send, by batches; what was read before a failure is sent before it."""
        rows = self._rows(carrier)
        failure: ImportNotPossible | None = None
        while failure is None:
            batch: list[RowCommands | None] = []
            try:
                batch.extend(islice(rows, BATCH))
            except ImportNotPossible as error:
                failure = error
            except _Stopped:
                return
            if not batch and failure is None:
                return
            yield self._without_finished([row for row in batch if row is not None])
        raise failure

    def _rows(self, carrier: Carrier) -> Iterator[RowCommands | None]:
        """Yield the rows that can be sent now, and None for each that cannot.

        So a batch has an end whatever its rows are, and those on their way go on beside it.
        """
        endings = self._endings
        cases = cases_of(self._until_stopped(), self._mapping, endings.reject, endings.skip)
        for case in chain([None], cases):  # first those that are released, without a case
            if case is not None and (commands := self._commands(case)):
                endings.released.append(commands)
            yield from self._released(carrier)
            yield None
            while endings.keys.hold_many:
                yield from self._released(carrier)
                yield None

    def _released(self, carrier: Carrier) -> Iterator[RowCommands]:
        """Yield those that can be sent of the rows that wait for nothing any more."""
        while self._endings.released:
            self._look_whether_stopped()
            commands = self._endings.released.popleft()
            if rejection := self._prepare(commands, carrier):
                self._endings.reject_case(commands, rejection)
            else:
                yield commands

    def _until_stopped(self) -> Iterator[Row]:
        """Yield the file's rows. Raises _Stopped, so that no case is made of some of its rows."""
        for row in self._source:
            self._look_whether_stopped()
            yield row

    def _look_whether_stopped(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _commands(self, one: CaseOfRows) -> RowCommands | None:
        """Return a case's commands; None if it repeats another row, or must wait."""
        commands = RowCommands(
            *(one.row, one.case, self._mapping, self._now),
            secret=self._secret,
            file=self._source.digest,
            also=one.also,
        )
        keys = self._endings.keys
        if counted := keys.counted(one.case.key):
            self._endings.repeats(commands, counted)
            return None
        return commands if keys.starts(commands) else None

    def _without_finished(self, batch: list[RowCommands]) -> Sequence[AnyCommands]:
        """Return what is left to do for these rows."""
        if not self._services or not batch:
            return batch
        found = row_statuses(batch, self._services, self._deciding, self._now, update=self._update)
        todo = (self._left_to_do(row, status) for row, status in found)
        return [commands for commands in todo if commands is not None]

    def _left_to_do(self, row: RowCommands, status: RowStatus) -> AnyCommands | None:
        """Return what is to be sent for a row; None if it ends here."""
        match status:
            case UpdateCommands():
                return status
            case Reached.NEW | Reached.BEGUN:
                return row
            case Reached.DONE:
                self._endings.already_there(row)
            case Reached.DIFFERENT:
                self._endings.differs(row, DIFFERS)
            case Reached.VOIDED:
                self._endings.voided(row)
            case Contested(fields=fields):
                at = (contested_at(field, row.row, self._mapping) for field in fields)
                self._endings.differs(row, *dict.fromkeys(at))
            case Refusal():
                self._endings.refused(row, status)
        return None

    def _prepare(self, row: RowCommands, carrier: Carrier) -> Rejection | None:
        """Try a row, and have the institutions of its case registered, before its first row.

        Return why the row is rejected: a rule refuses one of its commands, or the directory one of
        its institutions. Raises ImportNotPossible if that is the mapping's doing alone.
        """
        for referral in row.referrals:
            if referral.handover.to == referral.sender:
                return self._not_possible(row, referral.handover.to, ReferredToItself(field="to"))
        new = [one for one in row.case.institutions if one.code not in self._directory]
        for one in new:
            if refusal := _registered(self._deciding.enter(row.directory_entry(one))):
                return self._not_possible(row, one.code, refusal)
        if refusal := self._trial.refusal(row):
            return rejection_of(refusal, row.row, self._mapping)
        for one in new:
            self._directory[one.code] = _registered(carrier.register(row.directory_entry(one)))
        refused = (one.code for one in row.case.institutions if self._directory[one.code])
        if (code := next(refused, None)) and (refusal := self._directory[code]):
            return self._not_possible(row, code, refusal)
        return None

    def _not_possible(self, row: RowCommands, institution: str, refusal: Refusal) -> Rejection:
        """Return a refusal about an institution at the cell that names it."""
        named = (one.value for one in row.case.institutions if one.code == institution)
        value = next(named, None)
        if value is None and len(self._mapping.handovers) <= 1:
            itself = isinstance(refusal, ReferredToItself)
            raise ImportNotPossible(
                (_handover_refused if itself else _institution_refused)(refusal)
            )
        column = self._mapping.heading(value) if value else ""
        return rejection_at(column, row.row, refusal.full_text)


def _registered(answer: Refusal | None) -> Refusal | None:
    """Return why an institution could not be registered; under another description it could."""
    there = isinstance(answer, InstitutionAlreadyRegistered | KeyUsedForAnother)
    return None if there else answer


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
