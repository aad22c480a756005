"""How many rows of a file, or cases, ended how."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from shared.kernel.text import Text

Progress = Callable[[int, int | None], None]
"""Called with how many have ended, and about how many there are if that is known."""


@dataclass(kw_only=True)
class Summary:
    """How a run ended that imports a file, or takes it back.

    changes: how many, by kind (``three_way_merge.CHANGES``). seconds: how long it took.
    interrupted: stopped before the last one. reported: reporting has read all of it. check: a
    trial, nothing was written.
    """

    changes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    interrupted: bool = False
    reported: bool = True
    check: bool = False

    @property
    def in_full(self) -> bool:
        """Whether it came to its end, and is reported."""
        return self.reported and not self.interrupted

    def as_dict(self) -> dict[str, Any]:
        """Return the figures by name, as JSON shows them."""
        return {**vars(self), "changes": dict(self.changes), "seconds": round(self.seconds, 3)}


@dataclass(kw_only=True)
class ImportSummary(Summary):
    """What became of a file's rows.

    file: its digest. rows: how many were read; all of the file's, unless interrupted. imported:
    now, or completed now after an interruption; in a trial: would be. already_there: all commands
    were carried out by an earlier run. updated: the case says now what the row says. duplicates: an
    earlier row of the file has the key, and counts. cases: how many the imported and updated rows
    are. differing: there is a case of the key with other values, which was left as it is. voided:
    its case was entered in error. rejected: see the file of rejected rows. skipped: no cases, as
    the mapping has it. odd: by kind, how many of the rows that are cases say what a live command
    could not (see ``oddities``). last_line_ended: false if the file's last line has no end, as if
    its writer had not finished. shown: the first changes, by row and heading.
    """

    file: str = ""
    rows: int = 0
    imported: int = 0
    already_there: int = 0
    updated: int = 0
    cases: int = 0
    duplicates: int = 0
    differing: int = 0
    voided: int = 0
    rejected: int = 0
    skipped: int = 0
    odd: Counter[str] = field(default_factory=Counter)
    last_line_ended: bool = True
    shown: list[tuple[int, str, Text]] = field(default_factory=list)

    def show(self, row: int, column: str, change: Text) -> None:
        """Keep a change to be shown, if not many are kept."""
        if len(self.shown) < _SHOWN:
            self.shown.append((row, column, change))

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
        return self.in_full and not self.left

    @override
    def as_dict(self) -> dict[str, Any]:
        shown = [
            {"row": row, "column": column, "change": {"es": change.es, "en": change.en}}
            for row, column, change in self.shown
        ]
        return {**super().as_dict(), "odd": dict(self.odd), "shown": shown}


_SHOWN = 20
"""How many changes are shown; all are in the file of details."""
