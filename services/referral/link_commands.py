"""Links: the sender's commands, the opening, and what may be answered by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.referral import directory
from services.referral.answering import WaitlistReferral
from services.referral.custody_leaning import ADDRESSED
from services.referral.decisions import (
    SENDER,
    AcceptReferral,
    AcknowledgeReferral,
    CaseContext,
    DeclineReferral,
    RequestInformation,
)
from services.referral.institution import Listed
from services.referral.life import LIFE
from services.referral.link import (
    FILES,
    LONGEST,
    Issued,
    Link,
    LinkIssued,
    LinkOpened,
    LinkWithdrawn,
    Opened,
    stream_of,
    subject_of,
)
from services.referral.link_refusals import (
    AddresseeHasAccount,
    LinkTooLong,
    NoLinkIssued,
    ReferralNotWaiting,
    TransferNeedsAccount,
)
from services.referral.referral import TRANSFER, Referral, what_follows
from services.referral.referral_fields import ReferralId
from services.referral.refusals import ReferralNotFound
from shared.kernel.decider import Command, Decision, Leans
from shared.kernel.fields import Described
from shared.kernel.life.refusals import not_yours
from shared.kernel.links import DIGEST, LinkNotInForce, same_digest
from shared.kernel.refusals import Refusal
from shared.kernel.roles import LINK
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

LinkId = Annotated[UUID, Described(Text("El enlace.", "The link."))]


class IssueLink(Command, kw_only=True):
    """The sender asks for a link, to hand it over; one that was issued before works no longer."""

    title: ClassVar[Text] = Text("Dar un enlace", "Issue a link")
    description: ClassVar[Text] = Text(
        "Da un enlace con el que responde una destinataria sin cuenta. Su secreto se muestra esta"
        " única vez; el enlace anterior deja de servir.",
        "Issue a link by which an addressee without an account answers. Its secret is shown this"
        " once; the link before it works no longer.",
    )

    referral_id: ReferralId
    link_id: LinkId
    digest: Annotated[
        str, Described(Text("Resumen del secreto.", "Digest of the secret."), pattern=DIGEST)
    ]
    expires_at: Annotated[
        datetime,
        Described(
            Text(
                "Hasta cuándo sirve: 14 días a lo más.",
                "Until when it works: 14 days at most.",
            )
        ),
    ]


class WithdrawLink(Command, kw_only=True):
    """The sender takes the link back."""

    title: ClassVar[Text] = Text("Retirar el enlace", "Withdraw the link")
    description: ClassVar[Text] = Text(
        "Retira el enlace: desde aquí no sirve a nadie, se haya abierto o no.",
        "Withdraw the link: from here on it serves nobody, whether it was opened or not.",
    )

    referral_id: ReferralId


class OpenLink(Command, kw_only=True):
    """Whoever has the secret exchanges it, once, for a session; the referral is received with it.

    digest: of the secret that was shown. session: of what is given for it.
    """

    title: ClassVar[Text] = Text("Abrir un enlace", "Open a link")

    referral_id: ReferralId
    link_id: LinkId
    digest: Annotated[
        str, Described(Text("Resumen del secreto.", "Digest of the secret."), pattern=DIGEST)
    ]
    session: Annotated[
        str, Described(Text("Resumen de la sesión.", "Digest of the session."), pattern=DIGEST)
    ]


LinkCommand = IssueLink | WithdrawLink | OpenLink

BY_LINK: tuple[type[Command], ...] = (
    *(AcceptReferral, DeclineReferral, RequestInformation),
    WaitlistReferral,
)
"""What whoever opened a link may answer."""

FILED = "filed"
"""The name under which the rules get where a link is filed."""

# --- rules ----------------------------------------------------------------------------------


def leans_of_link(command: LinkCommand, referrals: Mapping[UUID, Referral]) -> Leans:
    """Return where a link is filed, and the entry of whoever is to answer by it."""
    referral = referrals.get(command.referral_id)
    if referral is None or not isinstance(command, IssueLink):
        return {}
    return {
        FILED: (FILES, stream_of(command.link_id)),
        ADDRESSED: (directory.DECIDER, directory.stream_of(referral.request.addressee)),
    }


def of_a_link(command: Any, known: CaseContext) -> Decision | None:
    """Decide a command about a link, and refuse what comes by one and may not; None: neither."""
    if isinstance(command, LinkCommand):
        return _about_a_link(command, known)
    return _not_by_link(command, known) if command.by.role == LINK else None


def _about_a_link(command: LinkCommand, known: CaseContext) -> Decision:
    referral, link = known.referrals.get(command.referral_id), known.links.get(command.referral_id)
    if isinstance(command, OpenLink):
        return _opening(command, referral, link, known)
    if referral is None:
        return ReferralNotFound()
    if command.by.institution != referral.request.sender:
        return not_yours((SENDER.code,))
    status = what_follows(referral)
    if not status.open:
        return ReferralNotWaiting(status.code)
    if isinstance(command, WithdrawLink):
        return (LinkWithdrawn(command.referral_id, link.link_id),) if link else NoLinkIssued()
    return _no_link_for(command, referral, known) or _issuing(command, link)


def _not_by_link(command: Any, known: CaseContext) -> LinkNotInForce | None:
    """Refuse what no link gives, and an answer by one that is not in force."""
    referral, link = known.referrals.get(command.referral_id), known.links.get(command.referral_id)
    if referral is None or not isinstance(link, Opened) or not isinstance(command, BY_LINK):
        return LinkNotInForce()
    own = command.by.subject == subject_of(link.link_id)
    return None if own and in_force(link, referral, command.at) else LinkNotInForce()


def in_force(link: Link, referral: Referral, at: datetime) -> bool:
    """Whether a link still serves at a moment: it has not expired, and its referral waits."""
    return at < link.expires_at and what_follows(referral).open


def _no_link_for(command: IssueLink, referral: Referral, known: CaseContext) -> Refusal | None:
    """Refuse a link for a transfer, for one that has an account, or for longer than they last."""
    entry = known.addressee.state if known.addressee else None
    if referral.request.kind == TRANSFER:
        return TransferNeedsAccount()
    if isinstance(entry, Listed) and entry.is_reachable(command.at):
        return AddresseeHasAccount()
    now = command.received_at or command.at
    if not now < command.expires_at <= now + LONGEST:
        return LinkTooLong("expires_at", LONGEST.days)
    return None


def _issuing(command: IssueLink, link: Link | None) -> tuple[LinkWithdrawn | LinkIssued, ...]:
    before = (LinkWithdrawn(command.referral_id, link.link_id),) if link else ()
    issued = LinkIssued(command.referral_id, command.link_id, command.digest, command.expires_at)
    return (*before, issued)


def _opening(
    command: OpenLink, referral: Referral | None, link: Link | None, known: CaseContext
) -> Decision:
    """Open a link that nobody has opened, for whoever has its secret."""
    if referral is None or not isinstance(link, Issued) or not in_force(link, referral, command.at):
        return LinkNotInForce()
    its_own = command.by.role == LINK and command.link_id == link.link_id
    if not (its_own and same_digest(command.digest, link.digest)):
        return LinkNotInForce()
    receipt = AcknowledgeReferral(
        by=command.by,
        at=command.at,
        received_at=command.received_at,
        referral_id=command.referral_id,
    )
    received = LIFE.decide(receipt, referral, known)
    opened = LinkOpened(command.referral_id, command.link_id, command.session)
    return (opened, *(() if isinstance(received, Refusal) else received))
