"""What the doctor found: one look, how it came out, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

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
    es: str
    en: str
    mend_es: str = ""
    mend_en: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around the database. running: whether the services should be at work now."""

    running: bool
    settings: Settings


def fine(check: str, es: str, en: str) -> Finding:
    """All is well there."""
    return Finding(check, FindingStatus.FINE, es, en)


def warning(check: str, es: str, en: str, *, mend_es: str, mend_en: str) -> Finding:
    """It works, and will not for ever."""
    return Finding(check, FindingStatus.WARNING, es, en, mend_es, mend_en)


def wrong(check: str, es: str, en: str, *, mend_es: str, mend_en: str) -> Finding:
    """It must be mended."""
    return Finding(check, FindingStatus.WRONG, es, en, mend_es, mend_en)


def one_or_each(check: str, es: str, en: str, found: Iterable[Finding | None]) -> list[Finding]:
    """One line where all is well, else a line for each trouble."""
    return [finding for finding in found if finding is not None] or [fine(check, es, en)]
