"""What referral publishes about links, by which an institution without an account answers."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import AboutReferral, Moment

PART_OF = "referral"
LinkId = Annotated[UUID, Meta(description="The link; its secret is nowhere")]


class LinkIssuedV1(AboutReferral, frozen=True, kw_only=True):
    """The sender got a link to hand over, which works until then at the latest."""

    link_id: LinkId
    expires_at: Moment


class LinkWithdrawnV1(AboutReferral, frozen=True, kw_only=True):
    """The link works no longer: the sender withdrew it, or asked for another."""

    link_id: LinkId


class LinkOpenedV1(AboutReferral, frozen=True, kw_only=True):
    """Somebody at the addressee opened the link, which works once."""

    link_id: LinkId
