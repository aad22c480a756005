"""Three services in memory, into which rows are imported, and brought up to date, one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.followup import life
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case as intake
from services.intake.details import described_by
from services.intake.wiring import SERVICE as INTAKE
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.case_record import CaseRecord, item_of, records_of, values_of
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.pipeline import ROUTE, awaited
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import Row
from services.operator.importer.run.three_way_merge import Importer
from services.operator.importer.run.undone_case import LeftAlone, UndoCommands, undone
from services.operator.importer.run.updated_case import Contested, UpdateCommands, updated
from services.referral import custody, directory
from services.referral.wiring import SERVICE as REFERRAL
from shared.kernel.decider import Actor, Command
from shared.kernel.record import Recorded
from shared.kernel.refusals import Refusal
from shared.kernel.roles import OPERATOR
from shared.service.command_client import KeyedCommand, submit
from tests.installation_secret import SECRET
from tests.services_in_memory import Services, in_memory
from tests.unit.importing.mapping_files import wage_row, wages

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
SOMEBODY = "subject-5"


@dataclass
class Imported:
    """The office into which claims of the publisher are imported."""

    services: Services
    mapping: ImportMapping
    row_of: Callable[..., Row]
    file: str = "first"

    def row(self, **cells: str) -> RowCommands:
        """A row's commands, of the file that is at hand."""
        row = self.row_of(**cells)
        case = read_case(row, self.mapping)
        return RowCommands(row, case, self.mapping, NOW, secret=SECRET, file=self.file)

    def imports(self, **cells: str) -> RowCommands:
        """Import a row."""
        row = self.row(**cells)
        for one in row.case.institutions:
            self.send(row.directory_entry(one))
        self.carry(row.by_service)
        return row

    def updates(self, **cells: str) -> UpdateCommands | Contested | None:
        """Bring a row's case up to date, with a newer file."""
        found = self.thinks(**cells)
        if isinstance(found, UpdateCommands):
            self.carry(found.by_service)
        return found

    def thinks(self, **cells: str) -> UpdateCommands | Contested | None:
        """Return what would bring a row's case up to date, with a newer file."""
        self.file = "second" if self.file == "first" else self.file
        row = self.row(**cells)
        return updated(row, self.record(row), Deciding(self.services), NOW)  # type: ignore[arg-type]

    def undoes(self, row: RowCommands, file: str) -> UndoCommands | LeftAlone | None:
        """Take a file back from a row's case."""
        source = self.mapping.source(file)
        importer = Importer(source, f"undo:{self.mapping.name}", NOW, SECRET)
        found = undone(self.record(row), file, importer, Deciding(self.services))  # type: ignore[arg-type]
        if isinstance(found, UndoCommands):
            self.carry(found.by_service)
        return found

    def record(self, row: RowCommands) -> CaseRecord:
        """All that is recorded of a row's case."""
        return records_of(self.services, [row.case_id])[row.case_id]  # type: ignore[arg-type]

    def carry(self, by_service: Mapping[str, Sequence[KeyedCommand]]) -> None:
        """Have commands carried out as a pipeline does, which waits for one stream, and no more."""
        for name in ROUTE:
            commands = by_service[name]
            if (
                commands
                and name != ROUTE[0]
                and not self.services[name].recorded(awaited(commands))
            ):
                self.services.deliver()
            for keyed in commands:
                assert not isinstance(answer := self.send(keyed), Refusal), answer
        self.services.deliver()

    def send(self, keyed: KeyedCommand) -> object:
        """Have one command carried out."""
        return submit(self.services, keyed).result(10)  # type: ignore[arg-type]

    def does(
        self,
        service: str,
        asked: type[Command],
        row: RowCommands,
        office: str = "us-ks-wage-claims",
        **fields: Any,
    ) -> None:
        """Somebody of the deciding office, or of another, gives a command about the row's case."""
        by = Actor(office, "caseworker", SOMEBODY)
        decider = {"intake": intake, "referral": custody, "followup": life}[service].DECIDER
        stream = row.referral_id if service == "followup" else row.case_id
        command = asked(by=by, at=NOW, **fields)
        answer = self.services[service].when(decider, stream, command, str(row.case_id)).decision
        assert not isinstance(answer, Refusal), answer
        self.services.deliver()

    def reaches(self, code: str) -> None:
        """An institution has a way to answer from now on."""
        by = Actor("operator", OPERATOR, "operator")
        self.services["referral"].when(
            directory.DECIDER,
            directory.stream_of(code),
            directory.MakeReachable(by=by, at=NOW),
            code,
        )

    def as_it_stands(self, row: RowCommands) -> object:
        """How a row's case stands, without its ids, its versions and its history."""
        described = self.services["intake"].state(intake.DECIDER, row.case_id)
        held = self.services["referral"].state(custody.DECIDER, row.case_id)
        return (
            dict(values_of(described_by(described))),
            type(held),
            getattr(held, "outcome", None),
            [r.status for r in held.referrals.values()],
            [self._work(referral) for referral in self.record(row).followed],
        )

    def _work(self, referral: UUID) -> object:
        """What was done in a follow-up, and what came of it."""
        done = self.services["followup"].state(life.DECIDER, referral)
        items = done.work.items.values()
        return done.status, getattr(done, "outcome", None), sorted(repr(item_of(o)) for o in items)

    def names(self, row: RowCommands) -> list[str]:
        """The names of all facts of a row's case, service by service."""
        return [fact.name for fact in self.record(row).all()]


@contextmanager
def importing(
    mapping: ImportMapping | None = None, row_of: Callable[..., Row] = wage_row
) -> Iterator[Imported]:
    with in_memory(INTAKE, REFERRAL, FOLLOWUP, clock=lambda: NOW) as services:
        yield Imported(services, mapping or wages(), row_of)


def file_of(fact: Recorded) -> str | None:
    """The digest of the file that says so."""
    return fact.meta.imported.file if fact.meta.imported else None
