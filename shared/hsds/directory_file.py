"""What a directory's file says: organisations, the services of each, and what did not come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.hsds.problems import Problem
from shared.hsds.vocabulary import Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a file, and where it stands there.

    row: as a spreadsheet counts it; in JSON which of the file's records. column: what comes before
    a field's name to tell where it is: a file's name, or a path. headings: of the columns that
    fields came from, if those are called otherwise.
    """

    row: int
    column: str
    record: Record
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id that it has in its file."""
        return str(self.record["id"])

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.record["name"])

    def column_of(self, name: str) -> str:
        """Return where a field of it stands; without a name, where it stands itself."""
        if not name:
            return self.column.rstrip(".: ")
        return self.headings.get(name, f"{self.column}{name}")


@dataclass(frozen=True, slots=True)
class Organization:
    """An organisation and its services; neither record holds the other."""

    entry: Entry
    services: tuple[Entry, ...] = ()


@dataclass(slots=True)
class DirectoryFile:
    """All of a file. records: how many organisations and services it has, with those skipped."""

    organizations: list[Organization] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    records: int = 0
