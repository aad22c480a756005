"""``canaliza import undo``: takes a file back, case by case, each by facts of its own.

The cases are found on the services' logs, by the digest of the file that their facts name; so the
file itself need not be there any more. Interrupted, it is finished by being given again.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.installation import Installation
from services.operator.connecting import connected
from services.operator.importer.errors import ImportNotPossible
from services.operator.importer.run.case_record import UNDOING, records_of
from services.operator.importer.run.caught_up import cut_short_if_not_read, reported
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.pipeline import BATCH, ROUTE, Pipeline
from services.operator.importer.run.summary import Progress, Summary
from services.operator.importer.run.three_way_merge import Importer
from services.operator.importer.run.trial import NothingSent
from services.operator.importer.run.undone_case import LeftAlone, UndoCommands, says, undone
from shared.kernel.clock import now
from shared.kernel.record import Source
from shared.kernel.refusals import Refusal, VersionMoved
from shared.kernel.text import Text
from shared.service.service import Service
from shared.service.settings import SERVICES


@dataclass(kw_only=True)
class UndoSummary(Summary):
    """What became of a file's cases.

    file: its digest. mapping: with which it was imported. cases: how many have anything of it.
    voided: entered in error. restored: as they were before. already: nothing of it was left. left:
    as they are, by folio, with the reason (``undone_case.LEFT``). changes: of what was restored.
    """

    file: str
    mapping: str = ""
    cases: int = 0
    voided: int = 0
    restored: int = 0
    already: int = 0
    left: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many cases have ended, one way or another."""
        return self.voided + self.restored + self.already + len(self.left)

    @property
    def clean(self) -> bool:
        """Whether nothing of the file is left, and is reported."""
        return self.in_full and not self.left


@dataclass(frozen=True)
class Traces:
    """What a mapping's import of the file left: its source, and the cases, first to last."""

    source: Source
    cases: dict[UUID, None] = field(default_factory=dict)


def run_undo(  # noqa: PLR0913 - the operator's options, one for one
    installation: Installation,
    digest: str,
    only: str | None = None,
    *,
    progress: Progress = lambda _done, _cases: None,
    check: bool = False,
    stop: threading.Event | None = None,
) -> UndoSummary:
    """Take the file of this digest back.

    only: the mapping with which it was imported; None: that which was used, of which there must be
    one. check: a trial, which writes nothing. stop: once set, the cases at hand are finished.

    Raises ImportNotPossible: nothing on the logs names such a file, or several mappings did; else
    as ``run_import``.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    summary = UndoSummary(file=digest, check=check)
    with connected(installation, *SERVICES) as connections:
        found = _traces(dict(zip(SERVICES, connections, strict=True)), digest)
    mapping, traces = _chosen(found, only)
    summary.mapping, summary.cases = mapping, len(traces.cases)
    with import_services(installation, mapping, stop, check=check) as services:
        importer = Importer(traces.source, f"{UNDOING}{mapping}", now(), services["intake"].secret)
        undo = _Undo(services, importer, digest, summary, progress)
        cases = list(traces.cases)
        starts = range(0, len(cases), BATCH)
        batches = (undo.planned(cases[start : start + BATCH]) for start in starts)
        if check:
            NothingSent(undo, stop).run(batches)
        else:
            with cut_short_if_not_read():
                Pipeline(services, undo, stop).run(batches)
            summary.reported = reported(services, stop)
    summary.interrupted = summary.done < summary.cases
    summary.seconds = time.monotonic() - began
    return summary


def _traces(services: Mapping[str, Service], digest: str) -> Mapping[str, Traces]:
    """Return the traces of a file by mapping, from the first fact of each log to its last."""
    found: dict[str, Traces] = {}
    for name in ROUTE:
        for fact in services[name].log.facts_with(digest):
            source, about = fact.meta.imported, _case_of(fact.meta.correlation)
            if source is not None and about is not None and says(fact, digest):
                mapping = source.mapping.rpartition("/")[0]
                found.setdefault(mapping, Traces(source)).cases[about] = None
    return found


def _case_of(correlation: str) -> UUID | None:
    try:
        return UUID(correlation)
    except ValueError:  # an institution of the directory, which stays
        return None


def _chosen(found: Mapping[str, Traces], only: str | None) -> tuple[str, Traces]:
    wanted = {name: one for name, one in found.items() if only in {None, name}}
    if len(wanted) > 1:
        raise ImportNotPossible(_several(", ".join(sorted(wanted))))
    for name, one in wanted.items():
        return name, one
    raise ImportNotPossible(_NOTHING)


class _Undo:
    """Plans what takes the file back, and counts how each case ended."""

    def __init__(
        self,
        services: Mapping[str, Service],
        importer: Importer,
        digest: str,
        summary: UndoSummary,
        progress: Progress,
    ) -> None:
        self._services = services
        self._deciding = Deciding(services)
        self._importer = importer
        self._digest = digest
        self._summary = summary
        self._progress = progress

    def planned(self, cases: Sequence[UUID]) -> Sequence[UndoCommands]:
        """Return what is to be done for these cases; the others have ended."""
        commands = []
        for record in records_of(self._services, cases).values():
            match undone(record, self._digest, self._importer, self._deciding):
                case UndoCommands() as todo:
                    commands.append(todo)
                case LeftAlone(folio=folio, why=why):
                    self._summary.left[folio] = why
                case None:
                    self._summary.already += 1
        self._show_progress()
        return commands

    def arrived(self, row: UndoCommands) -> None:
        """Count a case from which the file was taken back."""
        if row.voids:
            self._summary.voided += 1
        else:
            self._summary.restored += 1
            self._summary.changes.update(row.changes)
        self._show_progress()

    def refused(self, row: UndoCommands, refusal: Refusal) -> None:
        """Note a case that somebody else changed at the same moment, or that a rule holds."""
        self._left(row, "meanwhile" if isinstance(refusal, VersionMoved) else "refused")

    def parked(self, row: UndoCommands, service: str) -> None:
        """Note a case with a parked message."""
        del service
        self._left(row, "parked")

    def _left(self, row: UndoCommands, why: str) -> None:
        self._summary.left[row.folio] = why
        self._show_progress()

    def _show_progress(self) -> None:
        self._progress(self._summary.done, self._summary.cases)


_NOTHING = Text(
    "Ningún hecho nombra ese archivo: no se importó aquí, o no con ese contenido ni ese mapeo.",
    "No fact names that file: it was not imported here, or not with this content or mapping.",
)


def _several(mappings: str) -> Text:
    return Text(
        f"Ese archivo se importó con varios mapeos; indique --mapping con uno: {mappings}",
        f"That file was imported with several mappings; give --mapping one of them: {mappings}",
    )
