"""The auditor of custody objects, by name, to each thing that must never happen to a case."""

from typing import Any

import pytest

from services.referral import referral
from services.referral.custody import CustodyEnded, CustodyTaken
from shared.kernel.decider import Actor
from shared.kernel.value import replace
from tests.personas import COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER
from tests.referral_facts import ACCEPTED, TAKEN
from tests.unit.machines.referral_walk import Auditor


def _requested(kind: str, sender: Actor, addressee: Actor) -> referral.ReferralRequested:
    return referral.ReferralRequested(
        REFERRAL, sender.institution, addressee.institution, kind, ("shelter",), "normal", 1
    )


REQUESTED = _requested("transfer", OFFICE, COMMISSION)
SHARED = replace(_requested("share", OFFICE, SHELTER), referral_id=OTHER_REFERRAL)
RECEIVED = referral.ReferralAcknowledged(REFERRAL)
DECLINED = referral.ReferralDeclined(REFERRAL, "other", "system")
WITHDRAWN = referral.ReferralWithdrawn(REFERRAL, "other")
IN_ERROR = referral.ReferralEnteredInError(REFERRAL)
INFORMATION_REQUESTED = referral.InformationRequested(REFERRAL, ("consent",))
INFORMED = referral.InformationAnswered(REFERRAL, ("payslips",))
ENDED = CustodyEnded(OFFICE.institution)

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
        theirs = OFFICE if isinstance(fact, referral.ReferralRequested | CustodyTaken) else by
        auditor.read(fact, theirs.institution)
    with pytest.raises(AssertionError, match=what):
        auditor.read(wrong, by.institution)
