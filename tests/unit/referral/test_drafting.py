"""Drafts, and the consent that a referral leans on, one sentence each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.referral.announcing import CustodyAnnounced
from services.referral.assigning import AssignCustody, CustodyAssigned
from services.referral.clock_firing import RunClock
from services.referral.clocks import HOLIDAYS, starting
from services.referral.custody import DECIDER, EnterCaseInError, leans_on
from services.referral.custody_facts import CustodyEnded
from services.referral.custody_leaning import ADDRESSED, PREVIOUS
from services.referral.decisions import AcknowledgeReferral, ReferCase
from services.referral.drafting import DiscardDraft, DraftReferral, SendReferral
from services.referral.institution import Active, NotListed, Suspended
from services.referral.leaning import AGREEMENTS, POLICY
from services.referral.other_referrals import MOST
from services.referral.referral import Draft, Requested, sides_of
from services.referral.referral_facts import (
    DraftDiscarded,
    ReferralDeclined,
    ReferralDrafted,
)
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeNotRegistered,
    AlreadyReferredThere,
    NothingNamed,
    ReferralNotFound,
    ReferredToItself,
)
from services.referral.reoffering import recipient
from services.referral.requesting_refusals import (
    AlternativeNotPossible,
    ConsentOver,
    DraftNotAsWorded,
    OriginNotSaid,
)
from shared.kernel.consents import ConsentGiven
from shared.kernel.decider import Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.record import Source
from shared.kernel.sight import Sight
from shared.kernel.value import replace
from tests.personas import (
    AT,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    STEWARD,
    SYSTEM,
)
from tests.referral_facts import REQUESTED, TAKEN, consented
from tests.spec import rules

ENTRY = Active("", "Comisión", "human-rights-commission", None, (), REACHABLE)
LISTED = Known(1, ENTRY)
given = rules(DECIDER, addressee=LISTED, previous=Known(1, replace(ENTRY, reachable=None)))
THERE = {recipient(SHELTER.institution): LISTED}
ASKED: dict[str, Any] = {
    "referral_id": REFERRAL,
    "to": COMMISSION.institution,
    "kind": "transfer",
    "services": ("legal-advice",),
    "priority": "urgent",
}
REFER = ReferCase(by=OFFICE, at=AT, **ASKED)
WORD = DraftReferral(by=OFFICE, at=AT, **ASKED)
DRAFTED = ReferralDrafted(
    referral_id=REFERRAL,
    sender=OFFICE.institution,
    addressee=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice",),
    priority="urgent",
)
SEND = SendReferral(by=OFFICE, at=AT, referral_id=REFERRAL)
DISCARD = DiscardDraft(by=OFFICE, at=AT, referral_id=REFERRAL, reason="not-needed")
DISCARDED = DraftDiscarded(REFERRAL, "not-needed")
TODAY = AT.date()

# --- drafts -----------------------------------------------------------------------------------


def test_the_custodian_words_a_referral_and_sends_it() -> None:
    given(TAKEN).when(WORD).then(DRAFTED)
    given(TAKEN, DRAFTED).when(SEND).then(consented(REQUESTED))
    given(TAKEN).when(replace(WORD, by=SHELTER)).refused(NotYours, by=("custodian",))
    given(TAKEN, DRAFTED).when(replace(SEND, by=SHELTER)).refused(NotYours, by=("custodian",))


def test_what_was_sent_is_a_referral_like_any_other() -> None:
    state: Any = DECIDER.fold([TAKEN, DRAFTED, REQUESTED])
    assert state.referrals == {REFERRAL: Requested(REQUESTED)}
    given(TAKEN, DRAFTED, REQUESTED).when(SEND).refused(NotNow, status="requested")


def test_a_draft_is_worded_as_a_referral_could_be() -> None:
    given(TAKEN).when(replace(WORD, services=())).refused(NothingNamed)
    given(TAKEN).when(replace(WORD, to=OFFICE.institution)).refused(ReferredToItself)
    unlisted = given(TAKEN).knowing(addressee=Known(0, NotListed()))
    unlisted.when(WORD).refused(AddresseeNotRegistered)


def test_a_draft_is_sent_by_the_rules_of_every_referral() -> None:
    suspended = Known(2, Suspended("", "", "shelter", None, (), REACHABLE))
    given(TAKEN, DRAFTED).knowing(addressee=suspended).when(SEND).refused(AddresseeNotActive)
    other = replace(REQUESTED, referral_id=OTHER_REFERRAL)
    given(TAKEN, DRAFTED, other).when(SEND).refused(AlreadyReferredThere)
    given(TAKEN).when(SEND).refused(ReferralNotFound)
    worded = replace(DRAFTED, alternatives=(SHELTER.institution,))
    given(TAKEN, worded).when(SEND).refused(DraftNotAsWorded, reason="alternative-not-possible")
    said = replace(WORD, origin="transfer-request")
    given(TAKEN).when(said).refused(OriginNotSaid)


def test_a_draft_has_its_place_among_the_referrals_of_the_case() -> None:
    history: list[object] = [TAKEN, DRAFTED]
    for n in range(1, MOST):
        asked = replace(REQUESTED, referral_id=UUID(int=n))
        history += [asked, ReferralDeclined(UUID(int=n), "other", "system")]
    given(*history).when(SEND).then(consented(REQUESTED))


def test_its_addressee_is_not_told_of_a_draft() -> None:
    state: Any = DECIDER.fold([TAKEN, DRAFTED])
    draft = state.referrals[REFERRAL]
    assert isinstance(draft, Draft)
    assert sides_of(draft).addressee_sees is Sight.NOTHING
    acknowledge = AcknowledgeReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
    given(TAKEN, DRAFTED).when(acknowledge).refused(NotNow, status="draft")


def test_a_draft_is_discarded() -> None:
    given(TAKEN, DRAFTED).when(DISCARD).then(DISCARDED)
    given(TAKEN, DRAFTED, DISCARDED).when(SEND).refused(NotNow, status="discarded")


def test_a_draft_falls_with_custody_and_with_its_case() -> None:
    assign = AssignCustody(by=STEWARD, at=AT, previous=OFFICE.institution, to=SHELTER.institution)
    given(TAKEN, DRAFTED).when(assign).then(
        CustodyAssigned(SHELTER.institution, OFFICE.institution, "custodian-unreachable", 1, 1),
        DraftDiscarded(REFERRAL, "custody-moved"),
        CustodyAnnounced(SHELTER.institution, (OFFICE.institution,)),
    )
    given(TAKEN, DRAFTED).when(EnterCaseInError(by=SYSTEM, at=AT)).then(
        DraftDiscarded(REFERRAL, "case-in-error"), CustodyEnded(OFFICE.institution)
    )


def test_a_draft_that_nobody_sends_is_discarded_in_its_time() -> None:
    holidays = Known(0, ())
    known = given(TAKEN).knowing(**{HOLIDAYS: holidays})
    clock = starting("send", "urgent", WORD, "MX-CHH", holidays)
    assert clock is not None
    known.when(WORD).then(replace(DRAFTED, clock=clock))
    waits = given(TAKEN, replace(DRAFTED, clock=clock)).knowing(**{HOLIDAYS: holidays})
    run = RunClock(by=SYSTEM, at=clock.started_at, referral_id=REFERRAL)
    waits.when(run).then_nothing_new()
    late = replace(run, at=clock.expires_at + timedelta(seconds=1))
    assert waits.when(replace(run, at=clock.next_at)).decision != ()
    ended = replace(clock, remind_at=None, escalate_at=None, coordinate_at=None)
    state = DECIDER.fold([TAKEN, replace(DRAFTED, clock=ended)])
    assert DECIDER.decide_with(late, state, {HOLIDAYS: holidays}) == (
        DraftDiscarded(REFERRAL, "not-sent-in-time"),
    )


# --- consent ----------------------------------------------------------------------------------


def test_the_sender_says_to_whom_the_consent_extends_and_until_when() -> None:
    said = (COMMISSION.institution, SHELTER.institution, SHELTER.institution)
    refer = replace(REFER, alternatives=said, consent_until=TODAY)
    recipients = (COMMISSION.institution, SHELTER.institution)
    consent = ConsentGiven("recorded-by-sender", recipients, ("legal-advice",), TODAY)
    known = given(TAKEN).knowing(**THERE)
    known.when(refer).then(replace(REQUESTED, consent=consent))
    drafted = replace(
        DRAFTED, alternatives=(SHELTER.institution,), consent_until=TODAY, origin="self"
    )
    sent = given(TAKEN, drafted).knowing(**THERE)
    sent.when(SEND).then(replace(REQUESTED, consent=consent, origin="self"))


def test_an_alternative_is_another_institution_of_the_directory() -> None:
    refer = replace(REFER, alternatives=(SHELTER.institution,))
    given(TAKEN).when(refer).refused(AlternativeNotPossible, field="alternatives")
    unlisted = {recipient(SHELTER.institution): Known(0, NotListed())}
    given(TAKEN).knowing(**unlisted).when(refer).refused(AlternativeNotPossible)
    itself = replace(REFER, alternatives=(OFFICE.institution,))
    known = given(TAKEN).knowing(**{recipient(OFFICE.institution): LISTED})
    known.when(itself).refused(AlternativeNotPossible)


def test_a_consent_that_is_over_carries_no_referral() -> None:
    over = replace(REFER, consent_until=TODAY - timedelta(days=1))
    given(TAKEN).when(over).refused(ConsentOver, until="2026-05-03")


def test_an_import_tells_of_no_consent() -> None:
    imported = replace(REFER, imported=Source("mapping 1", "public-interest"))
    given(TAKEN).when(imported).then(REQUESTED)


def test_that_a_transfer_was_asked_for_is_not_said_but_granted() -> None:
    given(TAKEN).when(replace(REFER, origin="transfer-request")).refused(
        OriginNotSaid, field="origin"
    )


# --- what is leaned on ------------------------------------------------------------------------


def test_what_is_sent_leans_on_what_every_referral_leans_on() -> None:
    drafted = replace(DRAFTED, alternatives=(SHELTER.institution,))
    held = DECIDER.fold([TAKEN, drafted])
    asked = {ADDRESSED, recipient(SHELTER.institution), AGREEMENTS, POLICY, HOLIDAYS}
    assert set(leans_on(SEND, held)) == asked
    refer = replace(REFER, alternatives=(SHELTER.institution,))
    assert set(leans_on(refer, held)) == asked
    assert set(leans_on(WORD, held)) == {ADDRESSED, HOLIDAYS}
    assert set(leans_on(SEND, DECIDER.fold([TAKEN]))) == {HOLIDAYS}
    assert PREVIOUS not in leans_on(SEND, held)
