"""The auditor of custody objects, by name, to each thing that must never happen to a case."""

from typing import Any

import pytest

from services.referral import referral_facts
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody_facts import CustodyEnded, CustodyTaken
from shared.kernel.decider import Actor
from shared.kernel.value import replace
from tests.personas import COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER, THIRD_REFERRAL
from tests.referral_facts import ACCEPTED, TAKEN
from tests.unit.machines.custody_auditor import Auditor


def _requested(kind: str, sender: Actor, addressee: Actor) -> referral_facts.ReferralRequested:
    return referral_facts.ReferralRequested(
        REFERRAL, sender.institution, addressee.institution, kind, ("shelter",), "normal", 1
    )


REQUESTED = _requested("transfer", OFFICE, COMMISSION)
SHARED = replace(_requested("share", OFFICE, SHELTER), referral_id=OTHER_REFERRAL)
RECEIVED = referral_facts.ReferralAcknowledged(REFERRAL)
DECLINED = referral_facts.ReferralDeclined(REFERRAL, "other", "system")
WITHDRAWN = referral_facts.ReferralWithdrawn(REFERRAL, "other")
IN_ERROR = referral_facts.ReferralEnteredInError(REFERRAL)
INFORMATION_REQUESTED = referral_facts.InformationRequested(REFERRAL, ("consent",))
INFORMED = referral_facts.InformationAnswered(REFERRAL, ("payslips",))
ENDED = CustodyEnded(OFFICE.institution)
SHARE_RECEIVED = referral_facts.ReferralAcknowledged(OTHER_REFERRAL)
SHARE_ACCEPTED = replace(
    ACCEPTED,
    referral_id=OTHER_REFERRAL,
    kind="share",
    addressee=SHELTER.institution,
    custodian=OFFICE.institution,
)
REVOKED = referral_facts.ReferralRevoked(OTHER_REFERRAL, "consent-withdrawn")
CLOSED = CaseClosed(OFFICE.institution, "placement", "favourable")
MOVED = (TAKEN, SHARED, REQUESTED, RECEIVED, ACCEPTED)
SUPERSEDED = referral_facts.ReferralSuperseded(OTHER_REFERRAL, by=REFERRAL)
AGAIN = replace(
    SHARED, referral_id=THIRD_REFERRAL, sender=COMMISSION.institution, replaces=OTHER_REFERRAL
)

ACCEPTED_SHARE = (TAKEN, SHARED, SHARE_RECEIVED, SHARE_ACCEPTED)

# What must never happen: whose command it was, and the facts up to it.
WRONG: dict[str, tuple[Actor, tuple[Any, ...]]] = {
    "taken twice": (OFFICE, (TAKEN, TAKEN)),
    "nobody answers for the case": (OFFICE, (REQUESTED,)),
    "ended by somebody else": (OFFICE, (TAKEN, CustodyEnded(SHELTER.institution))),
    "a case in error was touched": (OFFICE, (TAKEN, ENDED, REQUESTED)),
    "a referral outlived its case": (OFFICE, (TAKEN, REQUESTED, ENDED)),
    "voided after its end": (OFFICE, (TAKEN, REQUESTED, WITHDRAWN, IN_ERROR)),
    "referred by somebody else": (SHELTER, (TAKEN, _requested("share", SHELTER, COMMISSION))),
    "referred to itself": (OFFICE, (TAKEN, _requested("share", OFFICE, OFFICE))),
    "requested twice": (OFFICE, (TAKEN, SHARED, replace(REQUESTED, referral_id=OTHER_REFERRAL))),
    "referred there twice": (
        OFFICE,
        (TAKEN, REQUESTED, replace(REQUESTED, referral_id=OTHER_REFERRAL)),
    ),
    "leans on what the directory has not": (
        OFFICE,
        (TAKEN, replace(REQUESTED, addressee_version=2)),
    ),
    "two open transfers": (OFFICE, (TAKEN, REQUESTED, replace(SHARED, kind="transfer"))),
    "no such referral": (COMMISSION, (TAKEN, RECEIVED)),
    "decided by somebody else": (OFFICE, (TAKEN, REQUESTED, RECEIVED)),
    "decided before it was received": (COMMISSION, (TAKEN, REQUESTED, DECLINED)),
    "received twice": (COMMISSION, (TAKEN, REQUESTED, RECEIVED, RECEIVED)),
    "asked twice": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, INFORMATION_REQUESTED, INFORMATION_REQUESTED),
    ),
    "answered by somebody else": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, INFORMATION_REQUESTED, INFORMED),
    ),
    "nobody asked for that": (OFFICE, (TAKEN, REQUESTED, INFORMED)),
    "withdrawn by somebody else": (COMMISSION, (TAKEN, REQUESTED, WITHDRAWN)),
    "ended twice": (COMMISSION, (TAKEN, REQUESTED, RECEIVED, ACCEPTED, ACCEPTED)),
    "an offer outlived its custodian": (COMMISSION, (*MOVED, AGAIN)),
    "superseded without a reason": (OFFICE, (TAKEN, SHARED, SUPERSEDED)),
    "superseded by another": (COMMISSION, (*MOVED, replace(SUPERSEDED, by=OTHER_REFERRAL))),
    "replaces what did not end": (OFFICE, (TAKEN, replace(REQUESTED, replaces=OTHER_REFERRAL))),
    "outside the consent": (
        COMMISSION,
        (*MOVED, SUPERSEDED, replace(AGAIN, addressee=OFFICE.institution)),
    ),
    "replaced twice": (
        COMMISSION,
        (*MOVED, SUPERSEDED, AGAIN, replace(AGAIN, referral_id=REFERRAL)),
    ),
    "revoked by somebody else": (SHELTER, (*ACCEPTED_SHARE, REVOKED)),
    "a transfer was revoked": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, ACCEPTED, replace(REVOKED, referral_id=REFERRAL)),
    ),
    "revoked out of turn": (OFFICE, (TAKEN, SHARED, REVOKED)),
    "closed out of turn": (OFFICE, (TAKEN, SHARED, referral_facts.ReferralClosed(OTHER_REFERRAL))),
    "reopened out of turn": (
        SHELTER,
        (*ACCEPTED_SHARE, referral_facts.ReferralReopened(OTHER_REFERRAL)),
    ),
    "closed by somebody else": (SHELTER, (TAKEN, replace(CLOSED, custodian=SHELTER.institution))),
    "closed twice": (OFFICE, (TAKEN, CLOSED, CLOSED)),
    "closed while a referral waits": (OFFICE, (TAKEN, SHARED, CLOSED)),
    "of another class": (OFFICE, (TAKEN, replace(CLOSED, outcome_class="neutral"))),
    "reopened by somebody else": (SHELTER, (TAKEN, CLOSED, CaseReopened("new-facts"))),
    "reopened and not closed": (OFFICE, (TAKEN, CaseReopened("new-facts"))),
    "a closed case was referred": (OFFICE, (TAKEN, CLOSED, REQUESTED)),
    "another referral": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, replace(ACCEPTED, sender=SHELTER.institution)),
    ),
    "taken from somebody else": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, replace(ACCEPTED, previous_custodian=SHELTER.institution)),
    ),
    "went to somebody else": (
        COMMISSION,
        (TAKEN, REQUESTED, RECEIVED, replace(ACCEPTED, custodian=SHELTER.institution)),
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_auditor_objects_to_what_must_never_happen(what: str) -> None:
    by, (*history, wrong) = WRONG[what]
    auditor = Auditor()
    for fact in history:
        auditor.read(fact, _theirs(fact) or by.institution)
    with pytest.raises(AssertionError, match=what):
        auditor.read(wrong, by.institution)


def _theirs(fact: Any) -> str | None:
    """Whose command led to a fact, where the fact says it."""
    if isinstance(fact, referral_facts.ReferralRequested):
        return fact.sender
    return fact.custodian if isinstance(fact, CustodyTaken | CaseClosed) else None
