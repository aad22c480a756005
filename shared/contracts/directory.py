"""What referral publishes of the directory beyond its entries: profiles, networks, commissions.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import (
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Programme,
    Subdivision,
    coded,
)
from shared.kernel.documents import DocumentRef

PART_OF = "referral"
"""The service whose contracts these are."""

Municipality = Annotated[str, coded("municipalities", "Official code")]
EntryCode = Annotated[str, Meta(description="An entry of the register of norms, by its id")]
Texts = Annotated[
    DocumentRef | None,
    Meta(description="The document with what is said in words; null: there is none"),
]
FocalPointRole = Annotated[str, coded("focal_point_roles", "In which function it answers")]
Stake = Annotated[str, coded("stake_levels", "To what degree")]


class InstitutionDescribedV1(Contract, frozen=True, kw_only=True):
    """What an institution is: all values as they are now.

    jurisdiction: where it is competent; an empty list: not stated. mandate: on what it rests.
    """

    key = Key.INSTITUTION
    institution: InstitutionCode
    level: Annotated[str, coded("institution_levels", "Its level")]
    sector: Annotated[str, coded("institution_sectors", "Its sector")]
    jurisdiction: tuple[Subdivision, ...]
    municipality: Municipality | None
    mandate: tuple[EntryCode, ...]
    texts: Texts
    changed: Changed


class FocalPointNamedV1(Contract, frozen=True, kw_only=True):
    """In a programme the institution answers through a role, by a channel."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    programme: Programme
    role: FocalPointRole
    channel: Annotated[str, coded("contact_channels", "By which channel")]


class FocalPointRemovedV1(Contract, frozen=True, kw_only=True):
    """It does not answer through that role any more."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    programme: Programme
    role: FocalPointRole


class StakeStatedV1(Contract, frozen=True, kw_only=True):
    """How much the institution is interested in a programme, and how much it can move there."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    programme: Programme
    interest: Stake
    influence: Stake


class InstitutionValidatedV1(Contract, frozen=True, kw_only=True):
    """The institution itself found its entry to be right, as it was at ``version``."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    version: Annotated[int, Meta(ge=1, description="Version of the entry that was looked at")]
    validated_on: Annotated[date, Meta(description="The day there")]
