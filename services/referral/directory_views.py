"""What referral shows of profiles, networks, regions and commissions: to all who are let in."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import commission, directory, network, region
from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.gathering_refusals import NotFormed
from services.referral.institution import Listed
from services.referral.membership import Membership, members_on
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.documents import DocumentRef
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refused
from shared.kernel.text import Text

_IF_MATCH = Text("Para If-Match.", "For If-Match.").both


class DocumentOut(BaseModel):
    """Which document has what is said in words."""

    document_id: UUID
    digest: str


class FocalPointOut(BaseModel):
    """Through which function an institution answers in a programme."""

    programme: str
    role: str
    channel: str


class StakeOut(BaseModel):
    """How much a programme matters to an institution, and how much it can move there."""

    programme: str
    interest: str
    influence: str


class ValidationOut(BaseModel):
    """That the institution found its own entry to be right."""

    version: int
    validated_on: date
    changed_since: bool = Field(
        description=Text(
            "Si la ficha dice desde entonces otra cosa.", "Whether the entry says more since then."
        ).both
    )


class ProfileOut(BaseModel):
    """What the directory says of an institution beyond its name."""

    institution: str
    version: int = Field(description=_IF_MATCH)
    name: str
    status: str
    level: str | None = Field(
        description=Text("null: todavía no se describe.", "null: not described yet.").both
    )
    sector: str | None
    jurisdiction: list[str]
    municipality: str | None
    mandate: list[str]
    texts: DocumentOut | None
    focal_points: list[FocalPointOut]
    stakes: list[StakeOut]
    validated: ValidationOut | None = Field(
        description=Text("null: nunca la validó.", "null: it never validated it.").both
    )


class MemberOut(BaseModel):
    """Since when and until when an institution is a member, both days included."""

    institution: str
    since: date
    until: date | None = Field(
        description=Text("null: sigue integrándola.", "null: it still is one.").both
    )


class NetworkMemberOut(MemberOut):
    """A member of a network, and the agreement by which it joined."""

    agreement_id: UUID | None


class NetworkOut(BaseModel):
    """A network and all who are or were in it."""

    network: str
    version: int = Field(description=_IF_MATCH)
    name: str
    programme: str
    members: list[NetworkMemberOut]


class RegionOut(BaseModel):
    """A region as it was last described."""

    region: str
    version: int = Field(description=_IF_MATCH)
    name: str
    subdivision: str
    municipalities: list[str]


class QuorumOut(BaseModel):
    """How many members have to vote. needed: today, with the members of today."""

    rule: str
    number: int | None
    needed: int


class CommissionOut(BaseModel):
    """A commission and all who are or were in it."""

    commission: str
    version: int = Field(description=_IF_MATCH)
    name: str
    subdivision: str
    programme: str
    secretariat: str
    quorum: QuorumOut
    members: list[MemberOut]


def show_profile(log: Log, code: str) -> ProfileOut:
    """Show what is said of an institution. Raises Refused if it is not registered."""
    current = log.read(directory.DECIDER, directory.stream_of(code))
    listed = current.state
    if not isinstance(listed, Listed):
        raise Refused(InstitutionNotRegistered())
    said, described = listed.profile, listed.profile.described
    return ProfileOut(
        institution=listed.institution,
        version=current.version,
        name=listed.name,
        status=listed.status,
        level=described.level if described else None,
        sector=described.sector if described else None,
        jurisdiction=list(described.jurisdiction) if described else [],
        municipality=described.municipality if described else None,
        mandate=list(described.mandate) if described else [],
        texts=_document(described.texts) if described else None,
        focal_points=[
            FocalPointOut(programme=point.programme, role=point.role, channel=point.channel)
            for point in said.focal_points
        ],
        stakes=[
            StakeOut(programme=s.programme, interest=s.interest, influence=s.influence)
            for s in said.stakes
        ],
        validated=_validation(listed),
    )


def show_network(log: Log, code: str) -> NetworkOut:
    """Show a network. Raises Refused if there is none under the code."""
    current = log.read(network.DECIDER, network.stream_of(code))
    formed = current.state
    if isinstance(formed, network.NoNetwork):
        raise Refused(NotFormed())
    return NetworkOut(
        network=formed.network,
        version=current.version,
        name=formed.name,
        programme=formed.programme,
        members=[
            NetworkMemberOut(
                institution=m.institution, since=m.since, until=m.until, agreement_id=m.agreement_id
            )
            for m in formed.members
        ],
    )


def show_region(log: Log, code: str) -> RegionOut:
    """Show a region. Raises Refused if there is none under the code."""
    current = log.read(region.DECIDER, region.stream_of(code))
    defined = current.state
    if isinstance(defined, region.NoRegion):
        raise Refused(NotFormed())
    return RegionOut(
        region=defined.region,
        version=current.version,
        name=defined.name,
        subdivision=defined.subdivision,
        municipalities=list(defined.municipalities),
    )


def show_commission(log: Log, code: str) -> CommissionOut:
    """Show a commission. Raises Refused if there is none under the code."""
    current = log.read(commission.DECIDER, commission.stream_of(code))
    formed = current.state
    if isinstance(formed, commission.NoCommission):
        raise Refused(NotFormed())
    members = members_on(formed.members, day_in(formed.subdivision, now()))
    return CommissionOut(
        commission=formed.commission,
        version=current.version,
        name=formed.name,
        subdivision=formed.subdivision,
        programme=formed.programme,
        secretariat=formed.secretariat,
        quorum=QuorumOut(
            rule=formed.quorum.rule,
            number=formed.quorum.number,
            needed=formed.quorum.needed(len(members)),
        ),
        members=_members(formed.members),
    )


def _members(members: Iterable[Membership]) -> list[MemberOut]:
    return [MemberOut(institution=m.institution, since=m.since, until=m.until) for m in members]


def _document(texts: DocumentRef | None) -> DocumentOut | None:
    if texts is None:
        return None
    return DocumentOut(document_id=texts.document_id, digest=texts.digest)


def _validation(listed: Listed) -> ValidationOut | None:
    last = listed.profile.validated
    if last is None:
        return None
    return ValidationOut(
        version=last.version,
        validated_on=last.validated_on,
        changed_since=last.version < listed.described_at,
    )
