"""A link: how an institution without an account answers one referral.

Whoever sent the referral hands it over, with a secret that works once. Facts keep digests: of the
secret that opens the link, and of the session that is given for it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.referral.referral_facts import AboutReferral
from shared.kernel.decider import Beside, Decider, takes_no_commands
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value

LONGEST = timedelta(days=14)
"""For how long a link may be opened and answered, from when it is issued."""


def stream_of(link_id: UUID) -> UUID:
    """Return the id of the stream that says of which referral a link is."""
    return derived_id("link", str(link_id))


def subject_of(link_id: UUID) -> str:
    """Return how facts name whoever answers by a link: nobody knows more of them."""
    return f"link-{link_id.hex}"


# --- facts ----------------------------------------------------------------------------------


class LinkIssued(AboutReferral):
    """The sender got a link for the addressee. digest: of its secret, which is nowhere."""

    link_id: UUID
    digest: str
    expires_at: datetime


class LinkWithdrawn(AboutReferral):
    """The link works no longer: the sender withdrew it, or asked for another."""

    link_id: UUID


class LinkOpened(AboutReferral):
    """Its secret was exchanged, which works once. session: a digest of what was given for it."""

    link_id: UUID
    session: str


LinkFact = LinkIssued | LinkWithdrawn | LinkOpened


class LinkFiled(Value):
    """In a stream of its own: of which referral a link is."""

    link_id: UUID
    case_id: UUID
    referral_id: UUID


FACTS = stored_names(LinkFiled)

# --- states ---------------------------------------------------------------------------------


class Issued(Value):
    """A link that nobody has opened."""

    link_id: UUID
    digest: str
    expires_at: datetime


class Opened(Value):
    """A link by which whoever has the session answers."""

    link_id: UUID
    session: str
    expires_at: datetime


Link = Issued | Opened
Links = Mapping[UUID, Link]
"""By referral, the link that was issued last, unless it was withdrawn."""
NO_LINKS: Links = MappingProxyType({})


def linked(links: Links, fact: object) -> Links:
    """Return the links after a fact, which need not be about one."""
    match fact:
        case LinkIssued():
            issued = Issued(fact.link_id, fact.digest, fact.expires_at)
            return {**links, fact.referral_id: issued}
        case LinkOpened():
            expires_at = links[fact.referral_id].expires_at
            return {**links, fact.referral_id: Opened(fact.link_id, fact.session, expires_at)}
        case LinkWithdrawn():
            return {each: link for each, link in links.items() if each != fact.referral_id}
        case _:
            return links


# --- where a link is found ------------------------------------------------------------------

Filed = LinkFiled | None
"""None: there is no such link."""


def _found(_: Filed, fact: LinkFiled) -> LinkFiled:
    return fact


FILES: Decider[Filed] = Decider(nothing=None, decide=takes_no_commands, evolve=_found)


def filed(case: Any, fact: Any) -> Iterator[Beside]:
    """File a link that is issued, so that its page finds the case."""
    if isinstance(fact, LinkIssued):
        found = LinkFiled(fact.link_id, case.case_id, fact.referral_id)
        yield Beside(FILES, stream_of(fact.link_id), found)
