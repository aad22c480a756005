"""A record of HSDS's JSON as we keep it, with what hangs on it; each field is checked."""

from collections.abc import Callable
from typing import Any

from shared.hsds import persons
from shared.hsds.checking import checked
from shared.hsds.problems import NOT_A_LIST, NOT_A_RECORD, Outcome, Problem
from shared.hsds.vocabulary import KINDS, Record, kind_column, link_of, lists_of
from shared.kernel.text import Text

Note = Callable[[Problem], None]


class Nesting:
    """Reads one record of a file. row: which of the file's records it is."""

    def __init__(self, row: int, note: Note) -> None:
        self._row = row
        self._note = note

    def read(
        self, kind: str, given: Any, path: str = "", parent: tuple[str, str] | None = None
    ) -> Record | None:
        """Return the record; None if it is none of its kind. parent: whose it is, kind and id."""
        if not isinstance(given, dict):
            self._problem(path.rstrip("."), "", NOT_A_RECORD, Outcome.SKIPPED)
            return None
        lists, ones = lists_of(kind), KINDS[kind].one
        own = {name: value for name, value in given.items() if name not in lists.keys() | ones}
        record = checked(kind, own, lambda name, *told: self._problem(f"{path}{name}", *told))
        if record is None or persons.says_nothing(kind, record):
            return None
        if parent is not None:
            _without_links(kind, record, parent[0])
        here = (kind, str(record["id"]))
        for name, of in lists.items():
            if children := self._children(of, given.get(name), f"{path}{name}", here):
                record[name] = children
        for name, (link, of) in ones.items():
            child = self.read(of, given[name], f"{path}{name}.", here) if given.get(name) else None
            if child is not None:
                record[name] = child
                record.pop(link, None)
        return record

    def _children(self, kind: str, given: Any, path: str, parent: tuple[str, str]) -> list[Record]:
        if given in (None, ""):
            return []
        if not isinstance(given, list):
            self._problem(path, "", NOT_A_LIST, Outcome.LEFT_OUT)
            return []
        read = (self.read(kind, one, f"{path}[{n}].", parent) for n, one in enumerate(given))
        return [record for record in read if record is not None]

    def _problem(self, column: str, value: str, reason: Text, outcome: Outcome) -> None:
        self._note(Problem(self._row, column, value, reason, outcome))


def _without_links(kind: str, record: Record, parent: str) -> None:
    """Take out of a record what its place says already: on what it hangs."""
    record.pop(link_of(kind, parent), None)
    column = kind_column(kind)
    if column is not None and record.get(column) == parent:
        del record[column]
