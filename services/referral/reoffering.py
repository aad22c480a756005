"""Offering a case again: what one institution did not take goes to the next within one consent.

The custodian does it, or it follows at once where the receiving institution declined, or let its
time pass. Nothing is offered outside the consent, nor twice to one institution unless the custodian
names it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral import directory
from services.referral.consent import CONSENT, consent_of
from services.referral.decisions import CaseContext, ReferCase
from services.referral.other_referrals import replacement_of
from services.referral.referral import Begun, NotRequested, Referral
from services.referral.referral_facts import (
    ReferralDeclined,
    ReferralExpiredUnacknowledged,
    ReferralExpiredUndecided,
    ReferralRequested,
)
from services.referral.referral_fields import ReferralId
from services.referral.refusals import AlreadyReplaced
from services.referral.requesting import asked_within
from services.referral.requesting_refusals import NobodyLeftToAsk, NotToBeReoffered
from shared.kernel.decider import Actor, Command, Decision, Known, Leans
from shared.kernel.fields import Described
from shared.kernel.ids import INSTITUTION_CODE, following_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.text import Text
from shared.kernel.value import replace

NOT_TAKEN = frozenset(
    {
        *("declined", "rerouted", "withdrawn", "superseded"),
        *("expired-unacknowledged", "expired-undecided"),
    }
)
"""The statuses after which the case may be offered again."""
RECEIVING = "receiving-institution"
"""The class of decline after which the next institution is asked at once."""


class ReofferReferral(Command, kw_only=True):
    """Offer the case again, within the consent of ``replaces``, which was not taken on.

    to: whom; None: the next of the consent that was not asked and can take it.
    """

    title: ClassVar[Text] = Text("Ofrecer de nuevo", "Offer again")
    description: ClassVar[Text] = Text(
        "Ofrece el caso a otra institución dentro del mismo consentimiento, con los mismos"
        " servicios y prioridad. Sin «to»: a la siguiente a la que no se le haya ofrecido.",
        "Offer the case to another institution within the same consent, with the same services and"
        " priority. Without “to”: to the next one that it was not offered to.",
    )

    referral_id: ReferralId
    replaces: Annotated[
        UUID,
        Described(
            Text(
                "La canalización que terminó sin ser aceptada.",
                "The referral that ended without being accepted.",
            )
        ),
    ]
    to: Annotated[
        str | None,
        Described(
            Text(
                "La clave de la destinataria; si se omite: la siguiente del consentimiento.",
                "The addressee's code; left out: the next one of the consent.",
            ),
            pattern=INSTITUTION_CODE,
        ),
    ] = None


# --- what is leaned on ----------------------------------------------------------------------


def recipient(institution: str) -> str:
    """Return the name under which the rules get a recipient's entry in the directory."""
    return f"{_RECIPIENT}{institution}"


_RECIPIENT = "recipient:"


def entries_of(institutions: tuple[str, ...]) -> Leans:
    """Return the directory's streams of those to whom the case may be offered."""
    return {
        recipient(each): (directory.DECIDER, directory.stream_of(each)) for each in institutions
    }


def recipients_in(known: Mapping[str, Known]) -> Mapping[str, Known]:
    """Return the entries of those recipients, by code."""
    return {
        name.removeprefix(_RECIPIENT): entry
        for name, entry in known.items()
        if name.startswith(_RECIPIENT)
    }


def candidates(
    referral_id: UUID, to: str | None, referrals: Mapping[UUID, Referral]
) -> tuple[str, ...]:
    """Return to whom the case may be offered after this referral: those named, or not yet asked."""
    if to is not None:
        return (to,)
    referral = referrals.get(referral_id)
    return () if referral is None else tuple(_not_asked(referral, referrals))


# --- rules ----------------------------------------------------------------------------------


def offered_again(
    command: ReofferReferral, _: NotRequested, known: CaseContext
) -> tuple[ReferralRequested] | Refusal:
    """Offer the case within the consent of what was not taken on, once."""
    before = known.referrals.get(command.replaces)
    if before is None or before.status not in NOT_TAKEN:
        return NotToBeReoffered("replaces")
    after = replacement_of(command.replaces, known.referrals)
    if after is not None:
        return AlreadyReplaced(str(after))
    if command.to is not None:
        return _offer(_again(command, command.referral_id, before, command.to), before, known)
    offers = (
        _offer(_again(command, command.referral_id, before, each), before, known)
        for each in _not_asked(before, known.referrals)
    )
    return next((each for each in offers if not isinstance(each, Refusal)), NobodyLeftToAsk())


def next_offer(
    referral: Begun, known: CaseContext, at: datetime, received_at: datetime | None = None
) -> ReferralRequested | None:
    """Return the offer that follows by itself where a referral was not taken on; None: none does.

    It goes, in the custodian's name, to the first recipient of the consent that was not asked in
    this chain of offers and can take the case. referral: as it was when its time ended or it was
    declined; it is not in the way. No override is used up: that is a person's to decide.
    """
    referral_id = referral.request.referral_id
    if replacement_of(referral_id, known.referrals) is not None:
        return None
    by = Actor(known.custodianship.custodian, SYSTEM, SYSTEM)
    told = Command(by=by, at=at, received_at=received_at)
    others = {each: one for each, one in known.referrals.items() if each != referral_id}
    seen = replace(known, referrals=others, overrides={})
    for to in _not_asked(referral, known.referrals):
        new_id = following_id("reoffer", referral_id)
        offer = _offer(_again(told, new_id, referral, to), referral, seen)
        if not isinstance(offer, Refusal):
            return offer[0]
    return None


def with_next_offer(decision: Decision, command: Command, known: CaseContext) -> Decision:
    """Add the offer that follows by itself, if the decision ends a referral that can be offered on.

    An import records what has happened, and nothing follows from it.
    """
    if isinstance(decision, Refusal) or command.imported is not None:
        return decision
    for fact in decision:
        if is_offered_on(fact):
            referral = known.referrals[fact.referral_id]
            offer = next_offer(referral, known, command.at, command.received_at)
            return decision if offer is None else (*decision, offer)
    return decision


def is_offered_on(fact: object) -> bool:
    """Whether the case is offered to the next institution at once after this fact."""
    if isinstance(fact, ReferralDeclined):
        return fact.reason_class == RECEIVING
    return isinstance(fact, ReferralExpiredUnacknowledged | ReferralExpiredUndecided)


def _again(command: Command, referral_id: UUID, before: Begun, to: str) -> ReferCase:
    request = before.request
    return ReferCase(
        by=command.by,
        at=command.at,
        received_at=command.received_at,
        referral_id=referral_id,
        to=to,
        kind=request.kind,
        services=request.services,
        priority=request.priority,
        replaces=request.referral_id,
        origin=request.origin,
    )


def _offer(
    command: ReferCase, before: Begun, known: CaseContext
) -> tuple[ReferralRequested] | Refusal:
    """Offer the case, if the consent covers it, and the addressee can take it."""
    consent = consent_of(before.request)
    seen = replace(known, addressee=known.recipients.get(command.to))
    return CONSENT.covers(consent, command.to, command.services, command, seen) or asked_within(
        consent, command, seen
    )


def _not_asked(referral: Begun, referrals: Mapping[UUID, Referral]) -> Iterator[str]:
    """Yield to whom the consent extends and the case was not offered in this chain of offers."""
    asked = {each.request.addressee for each in _chain(referral, referrals)}
    for each in consent_of(referral.request).recipients:
        if each not in asked:
            yield each


def _chain(referral: Begun, referrals: Mapping[UUID, Referral]) -> Iterator[Begun]:
    """Yield a referral and those that it replaced, newest first."""
    current: Begun | None = referral
    while current is not None:
        yield current
        replaced = current.request.replaces
        current = None if replaced is None else referrals.get(replaced)
