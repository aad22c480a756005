"""A cell that does not hold what its column should."""

from typing import Literal

from shared.kernel.text import Text

RejectOrMissing = Literal["reject", "missing"]
"""What to do with what cannot be read: reject the row, or take the cell for an empty one."""


class CellNotReadable(ValueError):
    """The cell does not hold what its column should; ``reason`` tells what it should hold."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.es)
        self.reason = reason
