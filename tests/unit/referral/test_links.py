"""The rules of links, one sentence each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody import DECIDER
from services.referral.custody_facts import CustodyEnded
from services.referral.custody_leaning import ADDRESSED
from services.referral.custody_states import InCustody
from services.referral.decisions import (
    AcceptReferral,
    DeclineReferral,
    ReferCase,
    RequestInformation,
    WithdrawReferral,
)
from services.referral.institution import Active, NotListed
from services.referral.link import (
    FILES,
    NO_LINKS,
    Issued,
    LinkFiled,
    LinkIssued,
    LinkOpened,
    LinkWithdrawn,
    Opened,
    linked,
    stream_of,
    subject_of,
)
from services.referral.link_commands import FILED, IssueLink, OpenLink, WithdrawLink
from services.referral.link_refusals import (
    AddresseeHasAccount,
    LinkTooLong,
    NoLinkIssued,
    ReferralNotWaiting,
    TransferNeedsAccount,
)
from services.referral.referral_facts import (
    InformationRequested,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralWithdrawn,
)
from services.referral.refusals import AddresseeUnreachable, CaseIsInError, ReferralNotFound
from shared.kernel.decider import Actor, Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.links import LinkNotInForce, digest_of
from shared.kernel.roles import LINK
from shared.kernel.value import replace
from tests import referral_facts
from tests.personas import AT, CASE, COMMISSION, OFFICE, REACHABLE, REFERRAL, SHELTER
from tests.referral_facts import ACCEPTED, TAKEN, consented
from tests.spec import rules

_ENTRY = ("", "Comisión", "human-rights-commission", None, ())
WITHOUT_ACCOUNT, WITH_ACCOUNT = Known(4, Active(*_ENTRY)), Known(4, Active(*_ENTRY, REACHABLE))
given = rules(DECIDER, addressee=WITHOUT_ACCOUNT, filed=Known(0, None))

FIRST, SECOND = (UUID(int=n) for n in (0xF1, 0xF2))
UNTIL = AT + timedelta(days=14)
BY = Actor(COMMISSION.institution, LINK, subject_of(FIRST))
DIGEST, SESSION = digest_of("secret"), digest_of("session")
REFER = ReferCase(
    by=OFFICE,
    at=AT,
    referral_id=REFERRAL,
    to=COMMISSION.institution,
    kind="share",
    services=("legal-advice",),
    by_link=True,
)
REQUESTED = replace(
    referral_facts.REQUESTED,
    kind="share",
    priority="normal",
    addressee_version=4,
    by_link=True,
)
ISSUE = IssueLink(
    by=OFFICE, at=AT, referral_id=REFERRAL, link_id=FIRST, digest=DIGEST, expires_at=UNTIL
)
WITHDRAW = WithdrawLink(by=OFFICE, at=AT, referral_id=REFERRAL)
OPEN = OpenLink(by=BY, at=AT, referral_id=REFERRAL, link_id=FIRST, digest=DIGEST, session=SESSION)
ISSUED = LinkIssued(REFERRAL, FIRST, DIGEST, UNTIL)
OPENED = LinkOpened(REFERRAL, FIRST, SESSION)
ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
OFFERED = (TAKEN, REQUESTED, ISSUED)
AT_WORK = (*OFFERED, OPENED, ACKNOWLEDGED)
ACCEPT = AcceptReferral(by=BY, at=AT, referral_id=REFERRAL)
SHARED = replace(ACCEPTED, kind="share", custodian=OFFICE.institution)


def test_a_case_is_shared_with_one_that_has_no_account_if_that_is_said() -> None:
    given(TAKEN).when(REFER).then(consented(REQUESTED))
    given(TAKEN).when(replace(REFER, by_link=False)).refused(AddresseeUnreachable)


def test_one_that_has_an_account_needs_no_link() -> None:
    given(TAKEN).knowing(addressee=WITH_ACCOUNT).when(REFER).refused(AddresseeHasAccount)
    given(TAKEN, REQUESTED).knowing(addressee=WITH_ACCOUNT).when(ISSUE).refused(AddresseeHasAccount)


def test_a_transfer_needs_an_account() -> None:
    given(TAKEN).when(replace(REFER, kind="transfer")).refused(TransferNeedsAccount)
    transfer = replace(REQUESTED, kind="transfer", by_link=False)
    given(TAKEN, transfer).when(ISSUE).refused(TransferNeedsAccount)


def test_the_sender_gets_a_link() -> None:
    given(TAKEN, REQUESTED).when(ISSUE).then(ISSUED)


@pytest.mark.parametrize("command", [ISSUE, WITHDRAW])
def test_only_the_sender_gives_and_withdraws_it(command: Any) -> None:
    for other in (COMMISSION, SHELTER):
        given(*OFFERED).when(replace(command, by=other)).refused(NotYours, by=("sender",))


def test_a_link_that_is_asked_for_anew_withdraws_the_one_before() -> None:
    anew = replace(ISSUE, link_id=SECOND)
    issued = replace(ISSUED, link_id=SECOND)
    for before in (OFFERED, AT_WORK):
        given(*before).when(anew).then(LinkWithdrawn(REFERRAL, FIRST), issued)


@pytest.mark.parametrize(
    "until", [AT, AT - timedelta(hours=1), UNTIL + timedelta(seconds=1)], ids=str
)
def test_a_link_lasts_fourteen_days_at_most(until: Any) -> None:
    given(TAKEN, REQUESTED).when(replace(ISSUE, expires_at=until)).refused(
        LinkTooLong, field="expires_at", days=14
    )


def test_how_long_is_counted_from_when_it_was_asked() -> None:
    late = replace(ISSUE, received_at=AT + timedelta(days=1))
    given(TAKEN, REQUESTED).when(replace(late, expires_at=UNTIL + timedelta(days=1))).then(
        replace(ISSUED, expires_at=UNTIL + timedelta(days=1))
    )


def test_a_link_is_for_what_waits_for_its_answer() -> None:
    withdrawn = ReferralWithdrawn(REFERRAL, "need-resolved")
    for command in (ISSUE, WITHDRAW):
        given(*OFFERED, withdrawn).when(command).refused(ReferralNotWaiting, status="withdrawn")
        given(TAKEN).when(command).refused(ReferralNotFound)
        given(*OFFERED, CustodyEnded(OFFICE.institution)).when(command).refused(CaseIsInError)


def test_a_link_is_withdrawn() -> None:
    given(*OFFERED).when(WITHDRAW).then(LinkWithdrawn(REFERRAL, FIRST))
    given(TAKEN, REQUESTED).when(WITHDRAW).refused(NoLinkIssued)


def test_who_has_the_secret_opens_the_link_and_the_referral_is_received() -> None:
    given(*OFFERED).when(OPEN).then(OPENED, ACKNOWLEDGED)


def test_what_was_received_before_is_not_received_again() -> None:
    anew = (LinkWithdrawn(REFERRAL, FIRST), replace(ISSUED, link_id=SECOND))
    command = replace(OPEN, link_id=SECOND, by=replace(BY, subject=subject_of(SECOND)))
    given(*AT_WORK, *anew).when(command).then(replace(OPENED, link_id=SECOND))


@pytest.mark.parametrize(
    "command",
    [
        replace(OPEN, digest=digest_of("wrong")),
        replace(OPEN, link_id=SECOND),
        replace(OPEN, at=UNTIL),
        replace(OPEN, by=COMMISSION),
        replace(OPEN, referral_id=UUID(int=1)),
    ],
)
def test_nothing_else_opens_it(command: OpenLink) -> None:
    given(*OFFERED).when(command).refused(LinkNotInForce)


def test_a_used_or_withdrawn_link_and_one_of_what_has_ended_do_not_open() -> None:
    given(*AT_WORK).when(OPEN).refused(LinkNotInForce)
    given(*OFFERED, LinkWithdrawn(REFERRAL, FIRST)).when(OPEN).refused(LinkNotInForce)
    withdrawn = ReferralWithdrawn(REFERRAL, "need-resolved")
    given(*OFFERED, withdrawn).when(OPEN).refused(LinkNotInForce)
    given(TAKEN, REQUESTED).when(OPEN).refused(LinkNotInForce)


def test_an_answer_by_a_link_leaves_the_facts_that_any_other_leaves() -> None:
    given(*AT_WORK).when(ACCEPT).then(SHARED)
    decline = DeclineReferral(by=BY, at=AT, referral_id=REFERRAL, reason="no-capacity")
    declined = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    given(*AT_WORK).when(decline).then(declined)
    ask = RequestInformation(by=BY, at=AT, referral_id=REFERRAL, topics=("consent",))
    given(*AT_WORK).when(ask).then(InformationRequested(REFERRAL, ("consent",)))
    given(*AT_WORK, InformationRequested(REFERRAL, ("consent",))).when(ask).refused(NotNow)


def test_a_link_that_is_not_open_or_not_in_force_answers_nothing() -> None:
    given(*OFFERED).when(ACCEPT).refused(LinkNotInForce)
    given(TAKEN, REQUESTED).when(ACCEPT).refused(LinkNotInForce)
    given(*AT_WORK).when(replace(ACCEPT, at=UNTIL)).refused(LinkNotInForce)
    given(*AT_WORK, SHARED).when(ACCEPT).refused(LinkNotInForce)
    given(*AT_WORK, LinkWithdrawn(REFERRAL, FIRST)).when(ACCEPT).refused(LinkNotInForce)
    other = replace(BY, subject=subject_of(SECOND))
    given(*AT_WORK).when(replace(ACCEPT, by=other)).refused(LinkNotInForce)
    given(*AT_WORK).when(replace(ACCEPT, referral_id=UUID(int=1))).refused(LinkNotInForce)


def test_a_link_answers_and_does_nothing_else() -> None:
    withdraw = WithdrawReferral(by=BY, at=AT, referral_id=REFERRAL, reason="need-resolved")
    given(*AT_WORK).when(withdraw).refused(LinkNotInForce)


def test_a_link_is_filed_where_its_page_finds_the_case() -> None:
    state = DECIDER.fold((TAKEN, REQUESTED))
    assert DECIDER.beside is not None
    (filed,) = DECIDER.beside(state, ISSUED)
    assert (filed.decider, filed.stream) == (FILES, stream_of(FIRST))
    assert filed.fact == LinkFiled(FIRST, CASE, REFERRAL)
    assert FILES.fold([filed.fact]) == filed.fact
    assert list(DECIDER.beside(state, OPENED)) == []


def test_issuing_leans_on_the_addressee_and_on_the_file() -> None:
    assert DECIDER.leans_on is not None
    state = DECIDER.fold((TAKEN, REQUESTED))
    assert {*DECIDER.leans_on(ISSUE, state)} == {ADDRESSED, FILED}
    for known in (DECIDER.fold((TAKEN,)), DECIDER.nothing):
        assert DECIDER.leans_on(ISSUE, known) == {}
    assert DECIDER.leans_on(WITHDRAW, state) == {}


def test_an_addressee_that_nobody_lists_has_no_account() -> None:
    unlisted = Known(0, NotListed())
    given(TAKEN, REQUESTED).knowing(addressee=unlisted, filed=Known(0, None)).when(ISSUE).then(
        ISSUED
    )


def test_links_outlast_a_closing_of_the_case() -> None:
    closed = CaseClosed(OFFICE.institution, "payment", "favourable")
    state = DECIDER.fold((*OFFERED, closed))
    assert isinstance(state, InCustody)
    assert state.links == {REFERRAL: Issued(FIRST, DIGEST, UNTIL)}
    again = DECIDER.fold((*AT_WORK, closed, CaseReopened("new-facts")))
    assert isinstance(again, InCustody)
    assert again.links == {REFERRAL: Opened(FIRST, SESSION, UNTIL)}


def test_what_is_not_about_a_link_leaves_them_as_they_were() -> None:
    assert linked(NO_LINKS, ACCEPTED) is NO_LINKS
