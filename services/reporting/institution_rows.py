"""The rows of what is said of institutions beyond their names, and of what they form together."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from services.reporting.row import Row


class Profile(Row):
    """What an institution is, now. texts: the document with what is said in words."""

    table: ClassVar[str] = "profiles"
    key: ClassVar[tuple[str, ...]] = ("institution",)
    institution: str
    level: str
    sector: str
    jurisdiction: tuple[str, ...]
    municipality: str | None
    mandate: tuple[str, ...]
    texts: Any
    described_position: int


class Validation(Row):
    """That the institution found its entry right: which version, when, and who said so."""

    table: ClassVar[str] = "profiles"
    key: ClassVar[tuple[str, ...]] = ("institution",)
    institution: str
    validated_version: int
    validated_on: date
    validated_at: datetime
    validated_by: str
    validated_position: int


class FocalPoint(Row):
    """By which channel it answers through a role in a programme; None: it does not any more."""

    table: ClassVar[str] = "focal_points"
    key: ClassVar[tuple[str, ...]] = ("institution", "programme", "role")
    institution: str
    programme: str
    role: str
    channel: str | None


class StakeHeld(Row):
    """Its interest and influence in a programme."""

    table: ClassVar[str] = "stakes"
    key: ClassVar[tuple[str, ...]] = ("institution", "programme")
    institution: str
    programme: str
    interest: str
    influence: str


class Network(Row):
    """A network of institutions."""

    table: ClassVar[str] = "networks"
    key: ClassVar[tuple[str, ...]] = ("network",)
    network: str
    name: str
    programme: str


class NetworkMember(Row):
    """A membership of a network, and by which agreement."""

    table: ClassVar[str] = "network_members"
    key: ClassVar[tuple[str, ...]] = ("network", "institution", "since")
    network: str
    institution: str
    since: date
    agreement_id: UUID | None
    joined_position: int


class NetworkMemberLeft(Row):
    """The last day of a membership of a network."""

    table: ClassVar[str] = "network_members"
    key: ClassVar[tuple[str, ...]] = ("network", "institution", "since")
    network: str
    institution: str
    since: date
    until: date


class Region(Row):
    """A named group of municipalities."""

    table: ClassVar[str] = "regions"
    key: ClassVar[tuple[str, ...]] = ("region",)
    region: str
    name: str
    subdivision: str
    municipalities: tuple[str, ...]


class Commission(Row):
    """A commission as it was last described."""

    table: ClassVar[str] = "commissions"
    key: ClassVar[tuple[str, ...]] = ("commission",)
    commission: str
    name: str
    subdivision: str
    programme: str
    secretariat: str
    quorum_rule: str
    quorum_number: int | None


class CommissionMember(Row):
    """A seat in a commission."""

    table: ClassVar[str] = "commission_members"
    key: ClassVar[tuple[str, ...]] = ("commission", "institution", "since")
    commission: str
    institution: str
    since: date
    seated_position: int


class CommissionMemberLeft(Row):
    """The last day of a seat in a commission."""

    table: ClassVar[str] = "commission_members"
    key: ClassVar[tuple[str, ...]] = ("commission", "institution", "since")
    commission: str
    institution: str
    since: date
    until: date


KINDS: tuple[type[Row], ...] = (
    Profile,
    Validation,
    FocalPoint,
    StakeHeld,
    Network,
    NetworkMember,
    NetworkMemberLeft,
    Region,
    Commission,
    CommissionMember,
    CommissionMemberLeft,
)
"""In the order in which they are written."""
