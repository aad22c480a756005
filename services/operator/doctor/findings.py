"""What the doctor found: one look, how it came out, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.text import Text
from shared.service.settings import Settings


class FindingStatus(StrEnum):
    """How one look came out."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: what was looked at (a word that never changes), how it is, and how to mend it."""

    check: str
    status: FindingStatus
    says: Text
    mend: Text | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the database. running: whether the services should be at work now."""

    running: bool
    settings: Settings


def fine(check: str, says: Text) -> Finding:
    """Make a finding of what needs nobody."""
    return Finding(check, FindingStatus.FINE, says)


def warning(check: str, says: Text, *, mend: Text | None = None) -> Finding:
    """Make a finding of what works now, and may not for ever."""
    return Finding(check, FindingStatus.WARNING, says, mend)


def wrong(check: str, says: Text, *, mend: Text | None = None) -> Finding:
    """Make a finding of what must be mended."""
    return Finding(check, FindingStatus.WRONG, says, mend)


def one_or_each(check: str, says: Text, found: Iterable[Finding | None]) -> list[Finding]:
    """Return what was found, or that all is well if it is nothing."""
    return [finding for finding in found if finding is not None] or [fine(check, says)]
