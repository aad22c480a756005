"""One import of a directory, from its file to what became of each record."""

import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Any

from services.installation import Installation
from services.operator.directory.opened import Opened
from services.operator.importer.run.caught_up import reported
from services.operator.importer.run.import_services import import_services
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import Rejection
from services.operator.importer.run.summary import Progress
from services.referral.exchange.importing import DirectoryImport, Home, Imported
from services.referral.exchange.planning import Importer, Outcome
from shared.hsds import problems
from shared.hsds.problems import Problem
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import InstallationSecret
from shared.kernel.record import Source

IMPORT = "directory"
"""How the lease of an import of directories is called: one at a time."""


@dataclass
class DirectorySummary:
    """What became of a directory. records: how many the file has. seconds: how long it took.

    skipped: records of the file that could not be read. left_out: what of the others did not come
    in; persons: for naming a person. reported: reporting has read all of it.
    """

    imported: Imported
    file: str
    records: int = 0
    skipped: int = 0
    left_out: int = 0
    persons: int = 0
    check: bool = False
    interrupted: bool = False
    reported: bool = True
    seconds: float = 0.0
    problems: list[Problem] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every record is in the directory as the file has it."""
        of_all = self.imported.institutions + self.imported.services
        bad = self.skipped + of_all[Outcome.REJECTED] + of_all[Outcome.DIFFERS]
        return not bad and self.reported and not self.interrupted

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, as JSON shows them."""
        return {
            "file": self.file,
            "records": self.records,
            **{
                name: {one.value: getattr(self.imported, name)[one] for one in Outcome}
                for name in ("institutions", "services")
            },
            "skipped": self.skipped,
            "left_out": self.left_out,
            "persons_left_out": self.persons,
            "check": self.check,
            "interrupted": self.interrupted,
            "reported": self.reported,
            "seconds": round(self.seconds, 3),
        }


def import_directory(  # noqa: PLR0913 - the operator's options, one for one
    installation: Installation | None,
    opened: Opened,
    by: Actor,
    *,
    rejected: Path | None = None,
    progress: Progress = lambda _done, _rows: None,
    check: bool = False,
    update: bool = False,
    stop: threading.Event | None = None,
    lang: str = "es",
) -> DirectorySummary:
    """Bring a directory in; a record that is there already adds nothing.

    installation: None only with ``check``, if there is none yet. rejected: where to write what did
    not come in. check: a trial, which records nothing. update: bring entries up to date that say
    otherwise. stop: once set, the batch at hand is finished, and no other is begun.

    Raises ImportNotPossible: ImportUnderWay, or what ``shared.postgres.database.OUTAGES`` names.
    """
    began = time.monotonic()
    stop = stop or threading.Event()
    moment = now()
    source = Source(opened.mapping, opened.legal_basis, opened.digest)
    importer = Importer(by=by, at=moment, source=source, update=update)
    with RejectedFile(rejected, lang) as rejected_file, ExitStack() as stack:
        home = Home(InstallationSecret(token_bytes()))
        services = {}
        if installation is not None:
            connection = import_services(installation, IMPORT, stop, check=check)
            services = dict(stack.enter_context(connection))
            referral = services["referral"]
            home = Home(referral.secret, referral.log, referral.documents)
        run = DirectoryImport(home, importer, check=check)
        for done in run.carry(opened.file.organizations, stop.is_set):
            progress(done, opened.file.records)
        summary = _summary(opened, run.imported, check=check)
        for each in summary.problems:
            rejected_file.add(each.row, Rejection(each.column, each.value, each.reason))
        if services and not check:
            summary.reported = reported(services, stop)
    summary.interrupted = stop.is_set() and run.imported.done < _readable(opened)
    summary.seconds = time.monotonic() - began
    return summary


def _summary(opened: Opened, imported: Imported, *, check: bool) -> DirectorySummary:
    of_file = opened.file.problems
    return DirectorySummary(
        imported,
        file=opened.digest,
        records=opened.file.records,
        skipped=opened.file.records - _readable(opened),
        left_out=sum(one.outcome is problems.Outcome.LEFT_OUT for one in of_file),
        persons=sum(one.outcome is problems.Outcome.PERSON for one in of_file),
        check=check,
        problems=[*of_file, *imported.problems],
    )


def _readable(opened: Opened) -> int:
    return sum(1 + len(one.services) for one in opened.file.organizations)
