"""The streams of what was heard of consent that a command about a case leans on."""

from collections.abc import Mapping
from uuid import UUID

from services.referral import heard_consent, heard_override
from services.referral.clock_firing import RunClock
from services.referral.consents_ended import EndWithConsent, leaning_on
from services.referral.decisions import AcceptReferral, DeclineReferral, ReferCase
from services.referral.declining import ConfirmDecline
from services.referral.drafting import SendReferral
from services.referral.referral import Draft, Referral
from services.referral.reoffering import ReofferReferral, entries_of
from services.referral.transfer_requests import GrantTransfer
from shared.kernel.consents import ConsentGiven
from shared.kernel.decider import Command, Leans

CONSENT = "consent"
"""The name under which the rules get what was heard of the consent, or of the override."""


def leans_on(command: Command, referrals: Mapping[UUID, Referral]) -> Leans:
    """Return what was heard of the consent that is leaned on, if one is that is on record.

    What an import records has happened, whatever was heard.
    """
    if command.imported is not None:
        return {}
    match command:
        case ReferCase() | GrantTransfer():
            return heard(command.consent_id, command.override_id)
        case SendReferral(referral_id=which):
            draft = referrals.get(which)
            if not isinstance(draft, Draft):
                return {}
            return heard(draft.drafted.consent_id, draft.drafted.override_id)
        case AcceptReferral(referral_id=which):
            return _of_acceptance(referrals.get(which))
        case ReofferReferral(replaces=which):
            return _of(referrals.get(which))
        case DeclineReferral(referral_id=which) | ConfirmDecline(referral_id=which):
            return _of(referrals.get(which))
        case RunClock(referral_id=which):
            return _of(referrals.get(which))
        case EndWithConsent(consent_id=consent_id):
            addressees = [each.request.addressee for each in leaning_on(consent_id, referrals)]
            return {**heard(consent_id, None), **entries_of(tuple(dict.fromkeys(addressees)))}
        case _:
            return {}


def heard(consent_id: UUID | None, override_id: UUID | None) -> Leans:
    """Return the stream of what was heard of a consent, or of an override."""
    if consent_id is not None:
        return {CONSENT: (heard_consent.DECIDER, heard_consent.stream_of(consent_id))}
    if override_id is not None:
        return {CONSENT: (heard_override.DECIDER, heard_override.stream_of(override_id))}
    return {}


def _of(referral: Referral | None) -> Leans:
    given = None if referral is None else referral.request.consent
    return {} if given is None else _of_consent(given)


def _of_consent(given: ConsentGiven) -> Leans:
    return heard(given.consent_id, given.override_id)


def _of_acceptance(referral: Referral | None) -> Leans:
    """Of an acceptance the addressee's entry too: a consent may be for all of its kind."""
    leans = _of(referral)
    if referral is None or not leans:
        return {}
    return {**leans, **entries_of((referral.request.addressee,))}
