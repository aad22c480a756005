"""The rows that the facts of profiles, networks, regions and commissions lead to."""

from services.reporting import institution_rows as rows
from services.reporting.declarations import (
    HAPPENED_AT,
    POSITION,
    Declarations,
    ValueSource,
    named,
    row,
)
from shared.contracts import directory

_REGION = row(rows.Region, "name", "subdivision", "municipalities")
_COMMISSION = row(
    rows.Commission,
    *("name", "subdivision", "programme", "secretariat"),
    quorum_rule=named("quorum.rule"),
    quorum_number=named("quorum.number"),
)
INSTITUTIONS: Declarations = {
    directory.InstitutionDescribedV1: [
        row(
            rows.Profile,
            *("level", "sector", "jurisdiction", "municipality", "mandate", "texts"),
            described_position=POSITION,
        )
    ],
    directory.InstitutionValidatedV1: [
        row(
            rows.Validation,
            "validated_on",
            validated_version=named("version"),
            validated_at=HAPPENED_AT,
            validated_by=ValueSource("meta.subject"),
            validated_position=POSITION,
        )
    ],
    directory.FocalPointNamedV1: [row(rows.FocalPoint, "channel")],
    directory.FocalPointRemovedV1: [row(rows.FocalPoint, channel=None)],
    directory.StakeStatedV1: [row(rows.StakeHeld, "interest", "influence")],
    directory.NetworkFormedV1: [row(rows.Network, "name", "programme")],
    directory.NetworkJoinedV1: [row(rows.NetworkMember, "agreement_id", joined_position=POSITION)],
    directory.NetworkLeftV1: [row(rows.NetworkMemberLeft, "until")],
    directory.RegionDefinedV1: [_REGION],
    directory.RegionRedefinedV1: [_REGION],
    directory.CommissionFormedV1: [_COMMISSION],
    directory.CommissionReformedV1: [_COMMISSION],
    directory.MemberSeatedV1: [row(rows.CommissionMember, seated_position=POSITION)],
    directory.MemberUnseatedV1: [row(rows.CommissionMemberLeft, "until")],
}
"""By contract."""
