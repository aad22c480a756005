"""How each row of an import ended: counted, and told to the operator in files of rows."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from services.intake.case import CaseAlreadyRegistered
from services.operator.importer.run.oddities import noted_of, oddities_of
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import (
    CHANGED,
    DIFFERS,
    VOIDED,
    Rejection,
    parked_at,
    rejected_with,
    rejection_of,
    same_key,
    value_at,
)
from services.operator.importer.run.repeated_keys import Counted, RepeatedKeys
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.summary import ImportSummary, Progress
from services.operator.importer.run.three_way_merge import CHANGES
from services.operator.importer.run.updated_case import AnyCommands, UpdateCommands, row_of
from shared.kernel.refusals import Refusal


class RowEndings:
    """Takes note of how each row ended, as a ``RowListener`` and from the run itself.

    summary: the counts so far. keys: which rows of one key count. released: the rows that were held
    back, and may be sent now.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - where it is counted, and where it is told
        self,
        source: RowSource,
        summary: ImportSummary,
        rejected: RejectedFile,
        details: RejectedFile,
        progress: Progress,
        now: datetime,
    ) -> None:
        """rejected, details: the operator's files. now: when the rows are imported."""
        self.summary = summary
        self.keys = RepeatedKeys()
        self.released: deque[RowCommands] = deque()
        self._source = source
        self._mapping = source.mapping
        self._rejected = rejected
        self._details = details
        self._progress = progress
        self._now = now

    def arrived(self, row: AnyCommands) -> None:
        """Count a row all of whose commands were carried out."""
        of = row_of(row)
        if isinstance(row, UpdateCommands):
            self.summary.updated += of.size
            self.summary.changes.update(row.changes)
            self._tell(row)
        else:
            self.summary.imported += of.size
        self.summary.cases += 1
        self._is_there(of)

    def refused(self, row: AnyCommands, refusal: Refusal) -> None:
        """Reject a row for a refusal; the next row of its key, if there is one, is sent."""
        row = row_of(row)
        if isinstance(refusal, CaseAlreadyRegistered):
            self.differs(row, DIFFERS)
            return
        self.reject_case(row, rejection_of(refusal, row.row, self._mapping))

    def reject_case(self, row: RowCommands, rejection: Rejection) -> None:
        """Reject all rows of a case; the next row of its key, if there is one, is sent."""
        self.reject(row.row.number, [rejection])
        for number in row.also:
            self.reject(number, [rejected_with(row.row.number)])
        if following := self.keys.rejected(row):
            self.released.append(following)

    def parked(self, row: AnyCommands, service: str) -> None:
        """Reject a row that waits for a parked message; it counts, as its case may be there."""
        row = row_of(row)
        self.summary.rejected += row.size
        self._is_left(row, parked_at(service))

    def already_there(self, row: RowCommands) -> None:
        """Count a row that an earlier run has imported, and that says the same."""
        self.summary.already_there += row.size
        self._is_there(row)

    def differs(self, row: RowCommands, *why: Rejection) -> None:
        """Count a row whose case has other values and is left as it is."""
        self.summary.differing += row.size
        self._is_left(row, *why)

    def voided(self, row: RowCommands) -> None:
        """Count a row whose case was entered in error."""
        self.summary.voided += row.size
        self._is_left(row, VOIDED)

    def repeats(self, row: RowCommands, counted: Counted) -> None:
        """End a row whose key an earlier one has: it says the same, or is rejected."""
        if counted.is_repeated_by(row):
            self.summary.duplicates += 1
            self._show_progress()
        else:
            self.reject(row.row.number, [same_key(counted.number, row.row, self._mapping)])

    def reject(self, number: int, rejections: Iterable[Rejection]) -> None:
        """Reject one row, of this number, for these reasons."""
        self._rejected.add(number, *rejections)
        self.summary.rejected += 1
        self._show_progress()

    def skip(self) -> None:
        """Count a row that is no case, as the mapping has it."""
        self.summary.skipped += 1
        self._show_progress()

    def _tell(self, row: UpdateCommands) -> None:
        """Tell each change at its row's cell."""
        of = row.of.row
        for change in row.told:
            reason = CHANGED.filled(CHANGES[change.kind], change.before, change.after, row.folio)
            told = value_at(change.field, of, self._mapping, reason)
            self._details.add(of.number, told)
            self.summary.show(of.number, told.column, reason)

    def _is_there(self, row: RowCommands) -> None:
        """Count what is odd in a row that is a case."""
        odd = oddities_of(row.case, self._now)
        for number, noted in noted_of(row.case, odd, row.row.number):
            self._details.add(number, noted)
        self.summary.odd.update(odd)
        self._counts(row)

    def _is_left(self, row: RowCommands, *why: Rejection) -> None:
        """Tell why the case of these rows is left as it is."""
        for number in (row.row.number, *row.also):
            self._rejected.add(number, *why)
        self._counts(row)

    def _counts(self, row: RowCommands) -> None:
        """Hold the other rows of the row's key to it."""
        for held in self.keys.ended(row):
            self.repeats(held, Counted(row.row.number, row.digest))
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress(self.summary.done, self._source.estimated_rows)
