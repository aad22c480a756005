"""What referral publishes about the rules of a programme."""

from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import Contract, InstitutionCode, Key, Programme, Subdivision

PART_OF = "referral"
"""The service whose contracts these are."""


class CoordinatorAppointedV1(Contract, frozen=True, kw_only=True):
    """The institution coordinates the programme there, in place of any other.

    subdivision: null for all subdivisions that have no coordinator of their own.
    """

    key = Key.PROGRAMME
    programme: Programme
    subdivision: Subdivision | None
    institution: InstitutionCode
    institution_version: Annotated[
        int, Meta(ge=1, description="Version of its directory entry it leaned on")
    ]


class CoordinatorRelievedV1(Contract, frozen=True, kw_only=True):
    """The institution does not coordinate the programme there any more; nobody does in its place.

    subdivision: null for all subdivisions that have no coordinator of their own.
    """

    key = Key.PROGRAMME
    programme: Programme
    subdivision: Subdivision | None
    institution: InstitutionCode


class DeclineConfirmationRequiredV1(Contract, frozen=True, kw_only=True):
    """Declines in the programme take effect once its coordinator confirms them."""

    key = Key.PROGRAMME
    programme: Programme


class DeclineConfirmationWaivedV1(Contract, frozen=True, kw_only=True):
    """Declines in the programme take effect at once."""

    key = Key.PROGRAMME
    programme: Programme


class RecordedConsentRequiredV1(Contract, frozen=True, kw_only=True):
    """A case of the programme is referred only on a consent, or an override, that is recorded."""

    key = Key.PROGRAMME
    programme: Programme


class RecordedConsentWaivedV1(Contract, frozen=True, kw_only=True):
    """In the programme the sender's word is enough again."""

    key = Key.PROGRAMME
    programme: Programme
