"""The rows of agreements. Each column is set by one kind of row, as in ``batch``."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row


class Agreement(Row):
    """The terms of an agreement as they are now."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    kind: str
    title: str
    parties: tuple[str, ...]
    programme: str
    services: tuple[str, ...]
    data_categories: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    document_id: UUID | None
    terms: int


class AgreementBegun(Row):
    """Since when an agreement is in force: all parties have signed. None changes nothing."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    begins: date | None = None


class AgreementRenewal(Row):
    """That an agreement was renewed, and until when; None: without end."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    renewed: bool
    renewed_until: date | None


class AgreementSuspension(Row):
    """Since when an agreement is suspended; None: it is not."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    suspended_on: date | None


class AgreementEnd(Row):
    """Since when an agreement is over."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    terminated_on: date


class AgreementNotice(Row):
    """What its parties were told last: that it ends on a day, and how many days before."""

    table: ClassVar[str] = "agreements"
    key: ClassVar[tuple[str, ...]] = ("agreement_id",)
    agreement_id: UUID
    announced_days: int
    announced_until: date


class AgreementSignature(Row):
    """A party's signature of the terms with a number."""

    table: ClassVar[str] = "agreement_signatures"
    key: ClassVar[tuple[str, ...]] = ("agreement_id", "terms", "institution")
    agreement_id: UUID
    terms: int
    institution: str
    signed_on: date
    signatory_role: str
    document_id: UUID | None


class AgreementPolicy(Row):
    """Whether every referral of a programme needs an agreement."""

    table: ClassVar[str] = "agreement_policies"
    key: ClassVar[tuple[str, ...]] = ("programme",)
    programme: str
    required: bool


KINDS: tuple[type[Row], ...] = (
    Agreement,
    AgreementBegun,
    AgreementRenewal,
    AgreementSuspension,
    AgreementEnd,
    AgreementNotice,
    AgreementSignature,
    AgreementPolicy,
)
"""All kinds of rows of agreements, in the order in which they are written."""
