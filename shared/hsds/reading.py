"""The organisations of a file while it is read: each once, with its services, in order."""

from shared.hsds.directory_file import DirectoryFile, Entry, Organization
from shared.hsds.problems import SAME_ID, Problem
from shared.hsds.vocabulary import Record
from shared.kernel.text import Text


class Reading:
    """Gathers them; a service may come before its organisation."""

    def __init__(self) -> None:
        self.records = 0
        self._problems: list[Problem] = []
        self._organizations: dict[str, Entry] = {}
        self._services: dict[str, list[Entry]] = {}
        self._ids: set[str] = set()

    def note(self, problem: Problem) -> None:
        """Take note of what did not come in."""
        self._problems.append(problem)

    def has(self, organization: str) -> bool:
        """Whether the organisation of this id was read."""
        return organization in self._organizations

    def organization(self, row: int, column: str, record: Record | None) -> None:
        """Add an organisation; None: it was none, and that was noted."""
        self.records += 1
        if record is None:
            return
        entry = Entry(row, column, record)
        if entry.id in self._organizations:
            self.note(Problem(row, entry.column_of("id"), entry.id, SAME_ID))
            return
        self._organizations[entry.id] = entry

    def service(self, row: int, column: str, record: Record | None, organization: str) -> None:
        """Add a service. organization: the id of whose it is; empty: as the record says."""
        self.records += 1
        if record is None:
            return
        entry = Entry(row, column, record)
        if entry.id in self._ids:
            self.note(Problem(row, entry.column_of("id"), entry.id, SAME_ID))
            return
        self._ids.add(entry.id)
        whose = organization or str(record.get("organization_id", ""))
        record.pop("organization_id", None)
        self._services.setdefault(whose, []).append(entry)

    def finished(self) -> DirectoryFile:
        """Return all of them. A service of nobody is noted as skipped."""
        for whose in self._services.keys() - self._organizations.keys():
            for entry in self._services[whose]:
                at = entry.column_of("organization_id")
                self.note(Problem(entry.row, at, whose, _NO_ORGANIZATION))
        organizations = [
            Organization(entry, tuple(self._services.get(id_, ())))
            for id_, entry in self._organizations.items()
        ]
        problems = sorted(self._problems, key=lambda one: one.row)
        return DirectoryFile(organizations, problems, self.records)


_NO_ORGANIZATION = Text(
    "su organización no está en el archivo, o no entró",
    "its organization is not in the file, or did not come in",
)
