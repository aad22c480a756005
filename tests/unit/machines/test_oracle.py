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


ASKED = _requested("transfer", OFFICE, COMMISSION)
SHARED = replace(_requested("share", OFFICE, SHELTER), referral_id=OTHER_REFERRAL)
RECEIVED = referral.ReferralAcknowledged(REFERRAL)
DECLINED = referral.ReferralDeclined(REFERRAL, "other", "system")
WITHDRAWN = referral.ReferralWithdrawn(REFERRAL, "other")
IN_ERROR = referral.ReferralEnteredInError(REFERRAL)
ASKING = referral.InformationRequested(REFERRAL, ("consent",))
INFORMED = referral.InformationAnswered(REFERRAL, ("payslips",))
ENDED = CustodyEnded(OFFICE.institution)

# What must never happen: whose command it was, and the facts up to it.
WRONG: dict[str, tuple[Actor, tuple[Any, ...]]] = {
    "taken twice": (OFFICE, (TAKEN, TAKEN)),
    "nobody answers for the case": (OFFICE, (ASKED,)),
    "ended by somebody else": (OFFICE, (TAKEN, CustodyEnded(SHELTER.institution))),
    "a case in error was touched": (OFFICE, (TAKEN, ENDED, ASKED)),
    "a referral outlived its case": (OFFICE, (TAKEN, ASKED, ENDED)),
    "voided after its end": (OFFICE, (TAKEN, ASKED, WITHDRAWN, IN_ERROR)),
    "referred by somebody else": (SHELTER, (TAKEN, _requested("share", SHELTER, COMMISSION))),
    "referred to itself": (OFFICE, (TAKEN, _requested("share", OFFICE, OFFICE))),
    "requested twice": (OFFICE, (TAKEN, SHARED, replace(ASKED, referral_id=OTHER_REFERRAL))),
    "referred there twice": (OFFICE, (TAKEN, ASKED, replace(ASKED, referral_id=OTHER_REFERRAL))),
    "leans on what the directory has not": (OFFICE, (TAKEN, replace(ASKED, addressee_version=2))),
    "two open transfers": (OFFICE, (TAKEN, ASKED, replace(SHARED, kind="transfer"))),
    "no such referral": (COMMISSION, (TAKEN, RECEIVED)),
    "decided by somebody else": (OFFICE, (TAKEN, ASKED, RECEIVED)),
    "decided before it was received": (COMMISSION, (TAKEN, ASKED, DECLINED)),
    "received twice": (COMMISSION, (TAKEN, ASKED, RECEIVED, RECEIVED)),
    "asked twice": (COMMISSION, (TAKEN, ASKED, RECEIVED, ASKING, ASKING)),
    "answered by somebody else": (COMMISSION, (TAKEN, ASKED, RECEIVED, ASKING, INFORMED)),
    "nobody asked for that": (OFFICE, (TAKEN, ASKED, INFORMED)),
    "withdrawn by somebody else": (COMMISSION, (TAKEN, ASKED, WITHDRAWN)),
    "ended twice": (COMMISSION, (TAKEN, ASKED, RECEIVED, ACCEPTED, ACCEPTED)),
    "another referral": (
        COMMISSION,
        (TAKEN, ASKED, RECEIVED, replace(ACCEPTED, sender=SHELTER.institution)),
    ),
    "taken from somebody else": (
        COMMISSION,
        (TAKEN, ASKED, RECEIVED, replace(ACCEPTED, previous_custodian=SHELTER.institution)),
    ),
    "went to somebody else": (
        COMMISSION,
        (TAKEN, ASKED, RECEIVED, replace(ACCEPTED, custodian=SHELTER.institution)),
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
