"""Consent, as a port: whether a person lets a case go to an institution, and for which services.

It is filled with the sender's word: whoever refers a case says that the person consented, to whom
and until when. Rules ask ``CONSENT`` and know of no other way.
"""

from datetime import date
from typing import Protocol

from services.referral.decisions import CaseContext
from services.referral.institution import Listed
from services.referral.referral_facts import ReferralRequested
from services.referral.referral_fields import Asking
from services.referral.requesting_refusals import (
    AlternativeNotPossible,
    ConsentOver,
    OutsideTheConsent,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.consents import RECORDED_BY_SENDER, ConsentGiven
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refusal


class Consent(Protocol):
    """What the rules ask about consent. Both answers depend on the arguments alone."""

    def given(self, command: Asking, known: CaseContext) -> ConsentGiven | Refusal:
        """Return what the person consented to, as far as this referral says it, or why not."""

    def covers(
        self, consent: ConsentGiven, recipient: str, services: tuple[str, ...], on: date
    ) -> Refusal | None:
        """Refuse what the consent does not extend to on that day: recipient, services or day."""


class RecordedBySender:
    """It is the sender that says what the person consented to."""

    def given(self, command: Asking, known: CaseContext) -> ConsentGiven | Refusal:
        """Take the sender's word: for the addressee, and for the alternatives that it names."""
        others = tuple(dict.fromkeys(each for each in command.alternatives if each != command.to))
        if any(not _may_be_asked(each, command, known) for each in others):
            return AlternativeNotPossible("alternatives")
        recipients, services = (command.to, *others), canonical(command.services)
        consent = ConsentGiven(RECORDED_BY_SENDER, recipients, services, command.consent_until)
        day = day_in(known.custodianship.subdivision, command.at)
        return self.covers(consent, command.to, services, day) or consent

    def covers(
        self, consent: ConsentGiven, recipient: str, services: tuple[str, ...], on: date
    ) -> Refusal | None:
        """Judge by what the sender recorded."""
        if recipient not in consent.recipients or not {*services} <= {*consent.services}:
            return OutsideTheConsent()
        if consent.until is not None and on > consent.until:
            return ConsentOver(consent.until.isoformat())
        return None


CONSENT: Consent = RecordedBySender()
"""Whom the rules ask."""


def consent_of(request: ReferralRequested) -> ConsentGiven:
    """Return what a referral leans on; without a word of it, its own addressee and services."""
    own = ConsentGiven(RECORDED_BY_SENDER, (request.addressee,), request.services)
    return request.consent or own


def _may_be_asked(institution: str, command: Asking, known: CaseContext) -> bool:
    entry = known.recipients.get(institution)
    listed = entry is not None and isinstance(entry.state, Listed)
    return listed and institution != command.by.institution
