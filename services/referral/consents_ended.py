"""What ends with a consent: the offers and accepted shares that lean on what was taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.referral.consent import kind_of
from services.referral.decisions import CaseContext
from services.referral.ending import RevokeForConsent
from services.referral.falling import followed_by
from services.referral.heard_consent import Heard
from services.referral.referral import Referral, Unsent
from services.referral.referral_facts import ReferralFact
from shared.kernel.consenting.covering import Disclosure, covers
from shared.kernel.consenting.standing import IN_FORCE, Standing
from shared.kernel.decider import Command
from shared.kernel.text import Text
from shared.kernel.value import replace

GONE = frozenset({"withdrawn", "entered-in-error"})
"""The statuses of a consent of which everything was taken back."""


class EndWithConsent(Command, kw_only=True):
    """Something of a consent was taken back: what leans on it ends (a reaction)."""

    title: ClassVar[Text] = Text("Terminar con el consentimiento", "End with the consent")

    consent_id: UUID


def leaning_on(consent_id: UUID, referrals: Mapping[UUID, Referral]) -> Iterator[Referral]:
    """Yield the referrals of a case that lean on a consent, those too that are over."""
    for each in referrals.values():
        given = each.request.consent
        sent = not isinstance(each, Unsent)
        if sent and given is not None and given.consent_id == consent_id:
            yield each


def ended_with(command: EndWithConsent, known: CaseContext) -> tuple[ReferralFact, ...]:
    """Revoke what the consent does not extend to any more. That its time is over ends nothing."""
    heard = None if known.consent is None else known.consent.state
    if not isinstance(heard, Heard):
        return ()
    ends: list[ReferralFact] = []
    for each in leaning_on(command.consent_id, known.referrals):
        given, addressee = each.request.consent, each.request.addressee
        if given is None:
            continue
        wanted = given.categories, each.request.services
        lost = taken_back(heard.standing, addressee, kind_of(addressee, known), *wanted)
        if lost:
            end = RevokeForConsent(
                by=command.by, at=command.at, referral_id=each.request.referral_id
            )
            ends.extend(followed_by(end, known))
    return tuple(ends)


def taken_back(
    standing: Standing,
    recipient: str,
    kind: str | None,
    categories: tuple[str, ...],
    services: tuple[str, ...],
) -> tuple[str, ...]:
    """Return those of the data that a consent lets a recipient have no longer, whatever the day."""
    if standing.status in GONE:
        return categories
    timeless = replace(standing, status=IN_FORCE, of_age_from=None)
    return tuple(
        each
        for each in categories
        if covers(
            timeless,
            Disclosure(recipient, kind, standing.purpose, services, (each,)),
            _within(timeless),
        )
    )


def _within(standing: Standing) -> date:
    return standing.terms.valid_from
