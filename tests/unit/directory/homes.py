"""A directory in memory: referral's log and documents, and imports into them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from services.referral.exchange.exporting import exported
from services.referral.exchange.importing import DirectoryImport, Home, Imported
from services.referral.exchange.planning import Importer, Outcome
from services.referral.wiring import SERVICE
from shared.documents.memory import MemoryDocuments
from shared.hsds.directory_file import DirectoryFile
from shared.hsds.packages import read_bytes
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import InstallationSecret
from shared.kernel.record import Source
from tests.personas import AT, STEWARD
from tests.services_in_memory import Running, in_memory

SOURCE = Source("hsds:1", "public-source", "0" * 64)


@dataclass
class Directory:
    """Referral in memory, with its documents."""

    referral: Running
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)

    @property
    def home(self) -> Home:
        return Home(InstallationSecret(b"directory" * 4), self.referral.log, self.documents)

    def imports(
        self,
        file: DirectoryFile,
        *,
        update: bool = False,
        check: bool = False,
        by: Actor = STEWARD,
        home: Home | None = None,
    ) -> Imported:
        importer = Importer(by=by, at=AT, source=SOURCE, update=update)
        run = DirectoryImport(home or self.home, importer, check=check)
        assert list(run.carry(file.organizations))[-1:] in ([], [run.imported.done])
        return run.imported

    def exports(self) -> list[dict[str, Any]]:
        return list(exported(self.referral.log, self.documents))

    def does(self, decider: Decider[Any], stream: Any, command: Command) -> None:
        self.referral.when(decider, stream, command)

    @property
    def position(self) -> int:
        return self.referral.log.position()


@contextmanager
def directory_in_memory() -> Iterator[Directory]:
    with in_memory(SERVICE, clock=lambda: AT) as services:
        yield Directory(services["referral"])


def file_of(*records: dict[str, Any]) -> DirectoryFile:
    """Read these records as a file of them is read."""
    return read_bytes(json.dumps(records).encode())


def outcomes(imported: Imported) -> tuple[dict[Outcome, int], dict[Outcome, int]]:
    return dict(imported.institutions), dict(imported.services)
