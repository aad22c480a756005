"""The rows of consents. Each column is set by one kind of row, as in ``batch``."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row


class ConsentGiven(Row):
    """Who obtained a consent, and for what."""

    table: ClassVar[str] = "consents"
    key: ClassVar[tuple[str, ...]] = ("consent_id",)
    consent_id: UUID
    case_id: UUID
    institution: str
    subdivision: str
    purpose: str


class ConsentVersion(Row):
    """What a consent says in its last version."""

    table: ClassVar[str] = "consents"
    key: ClassVar[tuple[str, ...]] = ("consent_id",)
    consent_id: UUID
    case_id: UUID
    recipients: tuple[str, ...]
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    services: tuple[str, ...]
    valid_from: date
    valid_until: date
    language: str
    mode: str
    version: int
    expires_at: datetime


class ConsentStatus(Row):
    """How a consent stands."""

    table: ClassVar[str] = "consents"
    key: ClassVar[tuple[str, ...]] = ("consent_id",)
    consent_id: UUID
    case_id: UUID
    status: str


class ConsentCut(Row):
    """Whether a part of a consent was taken back since it was given or renewed."""

    table: ClassVar[str] = "consents"
    key: ClassVar[tuple[str, ...]] = ("consent_id",)
    consent_id: UUID
    case_id: UUID
    partly_withdrawn: bool


KINDS: tuple[type[Row], ...] = (ConsentGiven, ConsentVersion, ConsentStatus, ConsentCut)
"""All kinds of rows of consents, in the order in which they are written."""
