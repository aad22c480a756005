"""Rows of one key in one file: the first that is not rejected counts, the others repeat it."""

from dataclasses import dataclass, field

from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.update import AnyCommands


@dataclass
class RepeatedKeys:
    """Holds a row back while an earlier row of its key is on its way.

    So no two rows of one key are ever on their way at once; and if the earlier one is rejected, the
    next may be sent, as if the earlier one were not in the file.
    """

    _held: dict[str, list[RowCommands]] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)

    def is_done(self, key: str) -> bool:
        """Tell whether an earlier row of this key has ended and counts."""
        return key in self._done

    def starts(self, row: RowCommands) -> bool:
        """Return true if the row may be sent now; else it is held back."""
        held = self._held.get(row.case.key)
        if held is None:
            self._held[row.case.key] = []
            return True
        held.append(row)
        return False

    def ended(self, row: AnyCommands) -> int:
        """Note that the row counts; return how many rows, held back until now, repeat it."""
        self._done.add(row.case.key)
        return len(self._held.pop(row.case.key))

    def rejected(self, row: AnyCommands) -> RowCommands | None:
        """Note that the row was rejected; return the next row of its key, which may be sent now."""
        held = self._held.pop(row.case.key)
        if not held:
            return None
        self._held[row.case.key] = held[1:]
        return held[0]
