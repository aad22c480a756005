"""Rows of one key in one file: the first that is not rejected counts; the others are held to it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.operator.importer.run.row_commands import RowCommands


class Counted(NamedTuple):
    """The row of its key that counts: its number, and the digest of what it says."""

    number: int
    digest: str

    def is_repeated_by(self, row: RowCommands) -> bool:
        """Whether another row of the key says the same."""
        return row.digest == self.digest


@dataclass
class RepeatedKeys:
    """Holds a row back while an earlier row of its key is on its way.

    So no two rows of one key are ever on their way at once; and if the earlier one is rejected, the
    next may be sent, as if the earlier one were not in the file.
    """

    _held: dict[str, deque[RowCommands]] = field(default_factory=dict)
    _many: int = 0
    _counted: dict[str, Counted] = field(default_factory=dict)

    @property
    def hold_many(self) -> bool:
        """Whether so many rows are held back that no more should be read until some are not."""
        return self._many >= _MANY

    def counted(self, key: str) -> Counted | None:
        """Return the earlier row of this key that has ended and counts, if there is one."""
        return self._counted.get(key)

    def starts(self, row: RowCommands) -> bool:
        """Return true if the row may be sent now; else it is held back."""
        held = self._held.get(row.case.key)
        if held is None:
            self._held[row.case.key] = deque()
            return True
        held.append(row)
        self._many += 1
        return False

    def ended(self, row: RowCommands) -> Sequence[RowCommands]:
        """Note that the row counts; return those of its key that were held back until now."""
        self._counted[row.case.key] = Counted(row.row.number, row.digest)
        held = self._held.pop(row.case.key)
        self._many -= len(held)
        return held

    def rejected(self, row: RowCommands) -> RowCommands | None:
        """Note that the row was rejected; return the next row of its key, which may be sent now."""
        held = self._held[row.case.key]
        if not held:
            del self._held[row.case.key]
            return None
        self._many -= 1
        return held.popleft()


_MANY = 2_000
"""With their commands, a few megabytes; a batch on its way meets as many within its second."""
