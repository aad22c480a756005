"""Several cases of a file are referred to one institution, each on behalf of its custodian.

A referral's id follows from the file's bytes, its case and what is asked, so a run that was cut
short is finished by running it again, and nothing is referred twice.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.layout import Layout
from services.operator.importer.run.csv_records import UNREADABLE, CsvRecords
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.opened_file import OpenedFile
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import Rejection
from services.referral import custody
from services.referral.custody_states import InCustody
from services.referral.decisions import ReferCase
from services.reporting.views import Reports
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service

HEADINGS = ("caso", "case", "folio")
"""The headings under which a file may have its cases; any other column is left alone."""
_AT_ONCE = 100
_SEPARATORS = ",;\t|"
_NO_SUCH = Text(
    "No hay tal caso. Escriba su folio o su id.", "There is no such case. Write its folio or id."
)
_NOBODY = Text("Nadie responde por el caso.", "Nobody answers for the case.")
_NO_COLUMN = Text(
    "El archivo no tiene una columna «caso» o «folio». Póngala en la primera línea.",
    "The file has no column “case” or “folio”. Put one into its first line.",
)
_NOT_UTF_8 = Text(
    "tiene un byte que no es un carácter en la codificación del archivo: guárdelo como CSV UTF-8 y"
    " repita la orden",
    "has a byte that is no character in the file's encoding: save it as CSV UTF-8 and give the"
    " command again",
)
_NUL = Text(
    "tiene un carácter nulo (NUL): bórrelo, o guarde el archivo como CSV UTF-8, y repita la orden",
    "has a null character (NUL): remove it, or save the file as CSV UTF-8, and give the command"
    " again",
)


class CaseOfRow(NamedTuple):
    """A row's number, the heading of its case, and how that is written there."""

    number: int
    heading: str
    written: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the institution ``to`` for every case."""

    to: str
    kind: str
    services: tuple[str, ...]
    priority: str


@dataclass(slots=True)
class Summary:
    """What came of the rows. referred: with ``check``, those that could be.

    already: by an earlier run. repeated: the case of an earlier row, and not rejected with it.
    """

    rows: int = 0
    referred: int = 0
    already: int = 0
    repeated: int = 0
    rejected: int = 0
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """The services that a run needs: cases are found in reporting, and referred in referral."""

    referral: Service
    reports: Reports


@dataclass(slots=True)
class BulkRun:
    """One run over a file. answers: why a referral was refused, None if it is there, by its id."""

    parts: Parts
    asked: Asked
    rejected: RejectedFile
    check: bool
    stop: threading.Event
    progress: Callable[[int, int], None]
    summary: Summary = field(default_factory=Summary)
    answers: dict[UUID, Refusal | None] = field(default_factory=dict)

    def over(self, file: OpenedFile) -> Summary:
        """Refer the cases of a file, many at a time. Raises FileNotUsable."""
        records = CsvRecords(file, Layout(delimiter=_separator(file)))
        rows = iter(_cases(records, self._reject))
        while not self.stop.is_set() and (some := list(islice(rows, _AT_ONCE))):
            self._refer(file.digest, some)
            self.progress(self.summary.rows, records.estimated(self.summary.rows) or 0)
        self.summary.interrupted = self.stop.is_set()
        return self.summary

    def _refer(self, digest: str, rows: Sequence[CaseOfRow]) -> None:
        asked: dict[UUID, Callable[[], object]] = {}
        waiting = []
        for row in rows:
            self.summary.rows += 1
            made = self._command(digest, row)
            if isinstance(made, Rejection):
                self._reject(row.number, made)
                continue
            case_id, command, there = made
            referral_id = command.referral_id
            repeated = referral_id in asked or referral_id in self.answers
            if there and not repeated:
                self.summary.already += 1
                self.answers[referral_id] = None
                continue
            if not repeated:
                asked[referral_id] = self._ask(case_id, command)
            waiting.append((row, referral_id, repeated))
        for referral_id, answered in asked.items():
            answer = answered()
            self.answers[referral_id] = answer if isinstance(answer, Refusal) else None
        for row, referral_id, repeated in waiting:
            self._count(row, self.answers[referral_id], repeated=repeated)

    def _command(self, digest: str, row: CaseOfRow) -> tuple[UUID, ReferCase, bool] | Rejection:
        """Return a row's case, its command and whether that was carried out; or why not."""
        try:
            case_id = self.parts.reports.named(row.written)
        except Refused as refused:
            return Rejection(row.heading, row.written, refused.refusal.full_text)
        if case_id is None:
            return Rejection(row.heading, row.written, _NO_SUCH)
        referral, asked = self.parts.referral, self.asked
        state = referral.log.read(custody.DECIDER, case_id).state
        if not isinstance(state, InCustody):
            return Rejection(row.heading, row.written, _NOBODY)
        said = (digest, str(case_id), asked.to, asked.kind, asked.priority, *asked.services)
        referral_id = referral.secret.id_of("bulk-referral", *said)
        command = ReferCase(
            by=Actor(state.held.custodian, CASEWORKER, "cli"),
            at=now(),
            referral_id=referral_id,
            to=asked.to,
            kind=asked.kind,
            services=asked.services,
            priority=asked.priority,
        )
        return case_id, command, referral_id in state.referrals

    def _ask(self, case_id: UUID, command: ReferCase) -> Callable[[], object]:
        """Have a command carried out, or with ``check`` decided; return what waits for its end."""
        referral = self.parts.referral
        if self.check:
            return partial(self._decided, case_id, command)
        keyed = KeyedCommand(
            referral.name,
            custody.DECIDER,
            case_id,
            command,
            str(case_id),
            f"bulk-{command.referral_id}",
            referral.secret,
        )
        return submit({referral.name: referral}, keyed).result

    def _decided(self, case_id: UUID, command: ReferCase) -> object:
        """Decide a command without carrying it out."""
        referral = self.parts.referral
        state = referral.log.read(custody.DECIDER, case_id).state
        return Deciding({referral.name: referral}).decide(custody.DECIDER, command, state)

    def _count(self, row: CaseOfRow, refusal: Refusal | None, *, repeated: bool) -> None:
        if refusal is not None:
            self._reject(row.number, Rejection(row.heading, row.written, refusal.full_text))
        elif repeated:
            self.summary.repeated += 1
        else:
            self.summary.referred += 1

    def _reject(self, row: int, rejection: Rejection) -> None:
        self.summary.rejected += 1
        self.rejected.add(row, rejection)


def refer_cases(parts: Parts, path: Path, asked: Asked, out: RejectedFile, **how: Any) -> Summary:
    """Refer the cases of a file. how: check, stop and progress. Raises FileNotUsable."""
    file = OpenedFile(path)
    try:
        with out:
            return BulkRun(parts, asked, out, **how).over(file)
    finally:
        file.close()


def _separator(file: OpenedFile) -> str:
    """Return which of the usual separators the first line has most of."""
    first = file.head(4_096).split(b"\n", 1)[0].decode("utf-8", "replace")
    return max(_SEPARATORS, key=first.count)


def _cases(records: CsvRecords, reject: Callable[[int, Rejection], None]) -> Iterator[CaseOfRow]:
    """Yield the rows' cases, as they are written; reject what cannot be one."""
    column: tuple[int, str] | None = None
    for record in records:
        if record.flaw is not None:
            reject(record.number, Rejection("", "", record.flaw))
        elif column is None:
            column = _column_of(record.cells)
        elif not any(cell.strip() for cell in record.cells):
            continue
        else:
            at, heading = column
            written = record.cells[at].strip() if at < len(record.cells) else ""
            if (flaw := _flaw_of(written)) is not None:
                reject(record.number, Rejection(heading, "", flaw))
            else:
                yield CaseOfRow(record.number, heading, written)
    if column is None:
        raise FileNotUsable(_NO_COLUMN)


def _flaw_of(written: str) -> Text | None:
    """Return why a cell cannot even be looked for; it is not told, as nothing could show it."""
    if UNREADABLE in written:
        return _NOT_UTF_8
    return _NUL if "\0" in written else None


def _column_of(headings: Sequence[str]) -> tuple[int, str]:
    for at, heading in enumerate(headings):
        if heading.strip().casefold() in HEADINGS:
            return at, heading.strip()
    raise FileNotUsable(_NO_COLUMN)
