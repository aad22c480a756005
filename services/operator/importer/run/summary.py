"""What became of a file's rows."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(kw_only=True)
class Summary:
    """How many rows there are, and how many ended how.

    imported: taken in now, or finished now after an interruption. already_there: every step was
    carried out before. duplicates: the key of an earlier row of the same file; the earlier one
    counts. differing: a case of this key is here and was told otherwise; it was left as it is.
    rejected: see the file of rejected rows. seconds: how long it took. interrupted: stopped before
    the last row. reported: reporting has read all of it. check: nothing was written; imported then
    counts what would have been.
    """

    rows: int = 0
    imported: int = 0
    already_there: int = 0
    duplicates: int = 0
    differing: int = 0
    rejected: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    reported: bool = True
    check: bool = False

    @property
    def done(self) -> int:
        """The rows of which something is known."""
        return self.imported + self.already_there + self.duplicates + self.differing + self.rejected

    @property
    def clean(self) -> bool:
        """Whether every row is in, as the file tells it."""
        return not (self.differing or self.rejected or self.interrupted or not self.reported)

    def as_dict(self) -> dict[str, Any]:
        """The figures by name."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}
