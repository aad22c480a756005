"""Findings of the doctor: what was checked, the result, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.text import Text
from shared.service.settings import Settings


class FindingStatus(StrEnum):
    """The result of a check."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    check: its name, which never changes. says: what was found. mend: how to mend it.
    """

    check: str
    status: FindingStatus
    says: Text
    mend: Text | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the database.

    running: whether the services should be at work now.
    """

    running: bool
    settings: Settings


def fine(check: str, says: Text) -> Finding:
    """Make a finding that needs nobody."""
    return Finding(check, FindingStatus.FINE, says)


def warning(check: str, says: Text, *, mend: Text | None = None) -> Finding:
    """Make a finding about what works now, and may not for ever."""
    return Finding(check, FindingStatus.WARNING, says, mend)


def wrong(check: str, says: Text, *, mend: Text | None = None) -> Finding:
    """Make a finding about what must be mended."""
    return Finding(check, FindingStatus.WRONG, says, mend)


def one_or_each(check: str, says: Text, found: Iterable[Finding | None]) -> list[Finding]:
    """Return the findings, or one that says that all is well if there are none."""
    return [finding for finding in found if finding is not None] or [fine(check, says)]
