"""Consent, as a port: whether a person lets a case go to an institution, and for which services.

A referral leans on what is on record (a consent, or an override of it), as referral has heard of it
at that position; without one, on the sender's word. Rules ask ``CONSENT`` and know of no other way.
"""

from datetime import date
from typing import Protocol

from services.referral.consent_refusals import (
    ConsentCoversNoLonger,
    OneOrTheOther,
    OnlyWithRecordedConsent,
    RecordedConsentNeeded,
)
from services.referral.decisions import AcceptReferral, CaseContext
from services.referral.heard_consent import Heard
from services.referral.heard_override import allowed
from services.referral.institution import Listed
from services.referral.referral import Begun
from services.referral.referral_facts import ReferralRequested
from services.referral.referral_fields import Asking
from services.referral.requesting_refusals import (
    AlternativeNotPossible,
    ConsentOver,
    OutsideTheConsent,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.consenting.allowing import allows
from shared.kernel.consenting.covering import Disclosure, covers
from shared.kernel.consents import (
    CODED_CASE,
    CONSENT_OVERRIDE,
    RECORDED_BY_SENDER,
    RECORDED_CONSENT,
    ConsentGiven,
)
from shared.kernel.decider import Command
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refusal
from shared.kernel.value import replace


class Consent(Protocol):
    """What the rules ask about consent. Both answers depend on the arguments alone."""

    def given(self, command: Asking, known: CaseContext) -> ConsentGiven | Refusal:
        """Return what the person consented to, as far as this referral says it, or why not."""

    def covers(
        self,
        consent: ConsentGiven,
        recipient: str,
        services: tuple[str, ...],
        command: Command,
        known: CaseContext,
    ) -> Refusal | None:
        """Refuse what the consent does not extend to when the command happens."""


class OnRecordOrSaid:
    """What is on record is judged by as it was heard; else it is the sender that says it."""

    def given(self, command: Asking, known: CaseContext) -> ConsentGiven | Refusal:
        """Return what it leans on: for the addressee, and for the alternatives that it names."""
        others = tuple(dict.fromkeys(each for each in command.alternatives if each != command.to))
        if any(not _may_be_asked(each, command, known) for each in others):
            return AlternativeNotPossible("alternatives")
        consent = _said(command, (command.to, *others), known)
        if isinstance(consent, Refusal):
            return consent
        return _as_asked(self._first_refusal(consent, command, known), command) or consent

    def _first_refusal(
        self, consent: ConsentGiven, command: Asking, known: CaseContext
    ) -> tuple[Refusal, str] | None:
        """Return the first objection, and of which recipient; of the sender's word it is its own.

        Of a recorded consent every alternative is judged as well.
        """
        services = consent.services
        asked = consent.recipients if _on_record(consent) else (command.to,)
        for each in asked:
            if refused := self.covers(consent, each, services, command, known):
                return refused, each
        return None

    def covers(
        self,
        consent: ConsentGiven,
        recipient: str,
        services: tuple[str, ...],
        command: Command,
        known: CaseContext,
    ) -> Refusal | None:
        """Judge by what the referral says, and by what was heard of what it leans on."""
        if recipient not in consent.recipients or not {*services} <= {*consent.services}:
            return OutsideTheConsent()
        if _on_record(consent):
            return judged(consent, recipient, services, command, known)
        if known.rules is not None and known.rules.state.records:
            return RecordedConsentNeeded("consent_id")
        on = day_in(known.custodianship.subdivision, command.at)
        if consent.until is not None and on > consent.until:
            return ConsentOver(consent.until.isoformat())
        return None


CONSENT: Consent = OnRecordOrSaid()
"""Whom the rules ask."""


def consent_of(request: ReferralRequested) -> ConsentGiven:
    """Return what a referral leans on; without a word of it, its own addressee and services."""
    own = ConsentGiven(RECORDED_BY_SENDER, (request.addressee,), request.services)
    return request.consent or own


def still_covered(
    command: AcceptReferral, referral: Begun, known: CaseContext
) -> ConsentCoversNoLonger | None:
    """Refuse to take on what a recorded consent, or an override, covers no longer.

    What is on record is judged by again when data would come to whoever accepts. An import records
    what has happened.
    """
    consent = referral.request.consent
    if command.imported is not None or consent is None or not _on_record(consent):
        return None
    request = referral.request
    refused = judged(consent, request.addressee, request.services, command, known)
    return None if refused is None else ConsentCoversNoLonger(refused.code)


def judged(
    consent: ConsentGiven,
    recipient: str,
    services: tuple[str, ...],
    command: Command,
    known: CaseContext,
) -> Refusal | None:
    """Judge a disclosure by what was heard of the consent, or of the override, by now."""
    disclosure = Disclosure(
        recipient=recipient,
        kind=kind_of(recipient, known),
        purpose=consent.purpose,
        services=services,
        categories=consent.categories,
    )
    heard = None if known.consent is None else known.consent.state
    if consent.override_id is not None:
        return allows(allowed(heard, known.case_id), disclosure, command.at)
    its_own = isinstance(heard, Heard) and heard.case_id == known.case_id
    day = day_in(known.custodianship.subdivision, command.at)
    return covers(heard.standing if its_own else None, disclosure, day)


def kind_of(recipient: str, known: CaseContext) -> str | None:
    """Return of which kind an institution is, as the directory says; None: it is not known."""
    entry = known.recipients.get(recipient, known.addressee)
    return entry.state.kind if entry and isinstance(entry.state, Listed) else None


# --- what a referral says -------------------------------------------------------------------


def _on_record(consent: ConsentGiven) -> bool:
    return consent.basis != RECORDED_BY_SENDER


def _said(
    command: Asking, recipients: tuple[str, ...], known: CaseContext
) -> ConsentGiven | Refusal:
    """Return what the command says that it leans on."""
    services = canonical(command.services)
    if command.consent_id is None and command.override_id is None:
        if {*command.categories} - {CODED_CASE}:
            return OnlyWithRecordedConsent("categories")
        return ConsentGiven(
            RECORDED_BY_SENDER,
            recipients,
            services,
            command.consent_until,
            purpose=command.purpose,
        )
    if command.consent_id is not None and command.override_id is not None:
        return OneOrTheOther("override_id")
    heard = None if known.consent is None else known.consent.state
    is_consent = command.consent_id is not None
    return ConsentGiven(
        RECORDED_CONSENT if is_consent else CONSENT_OVERRIDE,
        recipients,
        services,
        _until(heard, known),
        consent_id=command.consent_id,
        consent_version=heard.version if is_consent and isinstance(heard, Heard) else None,
        override_id=command.override_id,
        categories=canonical({*command.categories, CODED_CASE}),
        purpose=command.purpose,
    )


def _until(heard: object, known: CaseContext) -> date | None:
    """Return its last day; of an override, the last one that it has anything of."""
    if isinstance(heard, Heard):
        return heard.standing.terms.valid_until
    found = allowed(heard, known.case_id)  # type: ignore[arg-type] - an override, or nothing
    return None if found is None else day_in(known.custodianship.subdivision, found.until)


def _as_asked(found: tuple[Refusal, str] | None, command: Asking) -> Refusal | None:
    """Return an objection as it is said of the command's own fields."""
    if found is None:
        return None
    refused, recipient = found
    field = getattr(refused, "field", None)
    own = {
        "consent": "consent_id",
        "override": "override_id",
        "recipient": "to" if recipient == command.to else "alternatives",
    }
    return replace(refused, field=own[field]) if field in own else refused


def _may_be_asked(institution: str, command: Asking, known: CaseContext) -> bool:
    entry = known.recipients.get(institution)
    listed = entry is not None and isinstance(entry.state, Listed)
    return listed and institution != command.by.institution
