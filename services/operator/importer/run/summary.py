"""How many rows of a file ended how."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class ImportSummary:
    """What became of a file's rows.

    rows: how many were read; all of the file's, unless interrupted. imported: now, or completed now
    after an interruption; in a trial: would be. already_there: all commands were carried out by an
    earlier run. updated: the case says now what the row says; changes: by kind, how many
    (``merging.CHANGES``). duplicates: an earlier row of the file has the key, and counts.
    differing: there is a case of the key with other values, which was left as it is. voided: its
    case was entered in error. rejected: see the file of rejected rows. skipped: no cases, as the
    mapping has it. odd: by kind, how many of the rows that are cases say what a live command could
    not (see ``oddities``). seconds: how long it took. interrupted: stopped before the last row.
    reported: reporting has read all of it. check: a trial, nothing was written. last_line_ended:
    false if the file's last line has no end, as if its writer had not finished.
    """

    rows: int = 0
    imported: int = 0
    already_there: int = 0
    updated: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    differing: int = 0
    voided: int = 0
    rejected: int = 0
    skipped: int = 0
    odd: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    interrupted: bool = False
    reported: bool = True
    check: bool = False
    last_line_ended: bool = True

    @property
    def kept(self) -> int:
        """How many rows are cases, since this run or an earlier one."""
        return self.imported + self.already_there + self.updated

    @property
    def done(self) -> int:
        """How many rows have ended, one way or another."""
        return self.kept + self.duplicates + self.left + self.skipped

    @property
    def left(self) -> int:
        """How many rows are not as the file has them; each is in the file of rejected rows."""
        return self.differing + self.voided + self.rejected

    @property
    def clean(self) -> bool:
        """Whether every row of the file is a case with that row's values, and is reported."""
        return not (self.left or self.interrupted or not self.reported)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, as JSON shows them."""
        return {
            **vars(self),
            "odd": dict(self.odd),
            "changes": dict(self.changes),
            "seconds": round(self.seconds, 3),
        }
