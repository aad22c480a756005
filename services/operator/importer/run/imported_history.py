"""What happened in a row's case: hand-overs, what was done, and what came of it.

Rows of two runs are compared by the encoded form, so fields are only ever added, with a default.
"""

from datetime import date, datetime
from decimal import Decimal

import msgspec

from services.operator.importer.mapping.import_mapping import ACCEPTED


class ImportedOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """An outcome of the case. on: the day it took effect. happened: when; None: no own date."""

    outcome: str
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None
    happened: datetime | None = None


class ImportedDeed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A contact or a service, by its code. happened: when; None: no own date."""

    code: str
    happened: datetime | None = None


class ImportedWork(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one institution did, and how it ended.

    closed: when; None if that is not known. closing: the outcome it closed with, None while it is
    open. undated: it closed, and nobody knows when.
    """

    outcomes: tuple[ImportedOutcome, ...] = ()
    contacts: tuple[ImportedDeed, ...] = ()
    services: tuple[ImportedDeed, ...] = ()
    closed: datetime | None = None
    closing: str | None = None
    undated: bool = False


NOTHING_DONE = ImportedWork()


class ImportedHandover(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hand-over to an institution. n: which of the mapping's it is.

    referred, acknowledged, answered: when; None: no own date. answer, reason: what became of it.
    work: what the addressee did before it handed the case on.
    """

    to: str
    kind: str
    n: int = 0
    referred: datetime | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None
    answer: str = ACCEPTED
    reason: str | None = None
    work: ImportedWork = NOTHING_DONE

    @property
    def is_accepted(self) -> bool:
        """Whether the addressee took it on."""
        return self.answer == ACCEPTED
