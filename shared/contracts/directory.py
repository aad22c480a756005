"""What referral publishes of the directory beyond its entries: profiles, networks, commissions.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
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


NetworkCode = Annotated[str, Meta(description="A network's code")]
RegionCode = Annotated[str, Meta(description="A region's code")]
CommissionCode = Annotated[str, Meta(description="A commission's code")]
Since = Annotated[date, Meta(description="The first day as a member")]
Until = Annotated[date, Meta(description="The last day as a member")]
EntryVersion = Annotated[
    int, Meta(ge=1, description="Version of the institution's directory entry it leaned on")
]


class NetworkFormedV1(Contract, frozen=True, kw_only=True):
    """There is a network of institutions in a programme."""

    key = Key.NETWORK
    network: NetworkCode
    name: str
    programme: Programme


class NetworkJoinedV1(Contract, frozen=True, kw_only=True):
    """An institution is a member from a day on.

    agreement_id, agreement_version: by which agreement it joined, as it then was; null: not stated.
    """

    key = Key.NETWORK
    network: NetworkCode
    institution: InstitutionCode
    since: Since
    agreement_id: Annotated[UUID, Meta(description="The agreement")] | None
    institution_version: EntryVersion
    agreement_version: Annotated[int, Meta(ge=1, description="Its version")] | None = None


class NetworkLeftV1(Contract, frozen=True, kw_only=True):
    """An institution is no member after a day."""

    key = Key.NETWORK
    network: NetworkCode
    institution: InstitutionCode
    since: Since
    until: Until


class RegionDefinedV1(Contract, frozen=True, kw_only=True):
    """A group of a subdivision's municipalities has a name."""

    key = Key.REGION
    region: RegionCode
    name: str
    subdivision: Subdivision
    municipalities: tuple[Municipality, ...]


class RegionRedefinedV1(Contract, frozen=True, kw_only=True):
    """The region was described again: all values as they are now."""

    key = Key.REGION
    region: RegionCode
    name: str
    subdivision: Subdivision
    municipalities: tuple[Municipality, ...]
    changed: Changed


class QuorumV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many members have to vote. number: with the rule ``at-least`` only."""

    rule: Annotated[str, coded("quorum_rules", "The quorum rule")]
    number: int | None = None


class CommissionFormedV1(Contract, frozen=True, kw_only=True):
    """There is an inter-institutional commission. secretariat: the institution that keeps it."""

    key = Key.COMMISSION
    commission: CommissionCode
    name: str
    subdivision: Subdivision
    programme: Programme
    secretariat: InstitutionCode
    secretariat_version: EntryVersion
    quorum: QuorumV1


class CommissionReformedV1(Contract, frozen=True, kw_only=True):
    """The commission was described again: all values as they are now; its members stay."""

    key = Key.COMMISSION
    commission: CommissionCode
    name: str
    subdivision: Subdivision
    programme: Programme
    secretariat: InstitutionCode
    secretariat_version: EntryVersion
    quorum: QuorumV1
    changed: Changed


class MemberSeatedV1(Contract, frozen=True, kw_only=True):
    """An institution is a member of the commission from a day on, with one vote."""

    key = Key.COMMISSION
    commission: CommissionCode
    institution: InstitutionCode
    since: Since
    institution_version: EntryVersion


class MemberUnseatedV1(Contract, frozen=True, kw_only=True):
    """An institution is no member of the commission after a day."""

    key = Key.COMMISSION
    commission: CommissionCode
    institution: InstitutionCode
    since: Since
    until: Until
