"""What the facts of consent and its overrides are on disk: their names, and read as written."""

import msgspec
import pytest

from services.intake.consent import facts, override_facts
from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentNarrowed,
    ConsentPartlyWithdrawn,
    ConsentWithdrawn,
    PersonToBeAskedAgain,
)
from services.intake.consent.override_facts import (
    ConsentOverrideConfirmed,
    ConsentOverrideNotified,
    ConsentOverrideRejected,
    ConsentOverrideRequested,
)
from services.intake.publishes import FACTS
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.consenting.terms import Cut
from tests.case_facts import ENTRY
from tests.consent_facts import (
    BY_PARENT,
    CONSENT,
    CONSENTS,
    KNOWN,
    MANNER,
    OF_A_MINOR,
    OVER,
    RECORDED,
    RENEWED,
    TERMS,
    record,
)
from tests.personas import AT, CASE, OFFICE

OURS = OFFICE.institution
EVERY = (
    RECORDED,
    RENEWED,
    ConsentNarrowed(CONSENT, 2, OURS, TERMS, MANNER, OVER, None, 1, 2),
    ConsentWithdrawn(CONSENT, 1, OURS, "not-stated", 1, 2),
    ConsentPartlyWithdrawn(CONSENT, 1, OURS, Cut(kinds=("consulate",)), "misused", 1, 2),
    ConsentExpired(CONSENT, 1),
    PersonToBeAskedAgain(CONSENT, 1),
    ConsentEnteredInError(CONSENT, 1, ENTRY, "duplicate", 1),
    ConsentOverrideRequested(
        override_id=CONSENT,
        case_id=CASE,
        institution=OURS,
        disclosure=Disclosure("albergue-juarez", None, "referral", (), ("identity",)),
        ground="legal-duty",
        basis="ley-general-victimas",
        notify=("person",),
        subject=OFFICE.subject,
        role=OFFICE.role,
        confirm_by=AT,
        case_version=1,
    ),
    ConsentOverrideConfirmed(
        override_id=CONSENT,
        institution=OURS,
        disclosure=Disclosure("albergue-juarez", None, "referral", (), ("identity",)),
        ground="legal-duty",
        basis="ley-general-victimas",
        notify=("person",),
        subject="token-9",
        role="supervisor",
        until=AT,
        notify_by=AT,
    ),
    ConsentOverrideRejected(CONSENT, "token-9", "supervisor", "ground-not-met"),
    ConsentOverrideNotified(CONSENT, "person"),
)
NAMES = {**facts.FACTS, **override_facts.FACTS}


@pytest.mark.parametrize("fact", EVERY, ids=lambda fact: type(fact).__name__)
def test_a_fact_is_read_as_it_was_written(fact: object) -> None:
    assert msgspec.json.decode(msgspec.json.encode(fact), type=type(fact)) == fact


def test_every_fact_is_among_them_under_a_name_that_intake_has_for_no_other() -> None:
    assert {type(fact) for fact in EVERY} == {*NAMES.values()}
    assert NAMES.items() <= FACTS.items()
    assert len(NAMES) == len(facts.FACTS) + len(override_facts.FACTS)


def test_what_the_rules_compute_is_read_as_it_was_written() -> None:
    """A moment that was computed at a place has the place's offset, and no more, on disk."""
    decided = CONSENTS.decide_with(record(manner=BY_PARENT), CONSENTS.nothing, KNOWN)
    assert isinstance(decided, tuple)
    (fact,) = decided
    read = msgspec.json.decode(msgspec.json.encode(fact), type=type(fact))
    assert read == fact == OF_A_MINOR
    assert read.expires_at.utcoffset() == fact.expires_at.utcoffset()
