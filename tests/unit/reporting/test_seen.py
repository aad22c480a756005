"""Which facts of a case an institution sees that does not see the case (any more)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.reporting.history import Fact, described, seen

T0 = datetime(2026, 5, 4, 12, tzinfo=UTC)
A, B, C = "office", "commission", "shelter"


def moment(number: int) -> datetime:
    return T0 + timedelta(minutes=number)


def fact(number: int, service: str, name: str, **data: Any) -> Fact:
    return Fact(
        id=f"{service}:{number}:1",
        name=name,
        type=f"mx.canaliza.{service}.{name}.v1",
        service=service,
        position=number,
        institution=A,
        role="caseworker",
        subject="token-1",
        happened_at=moment(number),
        recorded_at=moment(number),
        causation="command:1",
        follows=None,
        data=data,
    )


def requested(number: int, referral: str, sender: str, to: str, kind: str = "transfer") -> Fact:
    sides = {"sender": sender, "addressee": to, "kind": kind}
    return fact(number, "referral", "referral-requested", referral_id=referral, **sides)


def accepted(number: int, referral: str, sender: str, to: str, kind: str = "transfer") -> Fact:
    sides = {"sender": sender, "addressee": to, "kind": kind, "custodian": to}
    return fact(number, "referral", "referral-accepted", referral_id=referral, **sides)


def closed(number: int, referral: str) -> Fact:
    return fact(number, "followup", "follow-up-closed", referral_id=referral, outcome="payment")


REGISTERED = fact(1, "intake", "case-registered", folio="F-1", programme="p", subdivision="MX-CHH")
PREVIEWED = fact(
    4, "intake", "case-previewed", referral_id="r1", addressee=B, programme="p", subdivision="MX-X"
)
CORRECTED = fact(5, "intake", "case-corrected", subdivision="MX-JAL")
STORY = [
    REGISTERED,
    fact(2, "referral", "custody-taken", custodian=A),
    requested(3, "r1", A, B),
    PREVIEWED,
    CORRECTED,
    accepted(6, "r1", A, B),
    fact(7, "followup", "follow-up-opened", referral_id="r1", institution=B, sender=A),
    requested(8, "r2", B, C, "share"),
    closed(9, "r1"),
    closed(10, "r2"),
    fact(11, "referral", "case-closed", custodian=B, outcome="payment"),
]


def numbers(facts: Sequence[Fact]) -> list[int]:
    return [each.position for each in facts]


def test_who_handed_a_case_over_sees_what_was_recorded_until_then_and_hears_the_outcome() -> None:
    assert numbers(seen(STORY, A, moment(6))) == [1, 2, 3, 4, 5, 6, 9, 11]


def test_an_undecided_addressee_sees_its_preview_and_its_own_referral_and_no_more() -> None:
    assert numbers(seen(STORY[:5], B, None)) == [3, 4]
    assert numbers(seen(STORY, C, None)) == [8]


def test_who_shared_a_case_until_a_moment_sees_nothing_later() -> None:
    shared = [*STORY, accepted(12, "r2", B, C, "share")]
    assert numbers(seen(shared, C, moment(8))) == [1, 2, 3, 4, 5, 6, 7, 8, 12]


def test_a_closing_of_a_case_is_no_news_of_those_who_handed_nothing_over() -> None:
    assert 11 not in numbers(seen(STORY, C, moment(8)))


def test_a_stranger_sees_nothing() -> None:
    assert seen(STORY, "stranger", None) == []


def test_a_preview_describes_a_case_whose_registration_is_not_shown() -> None:
    assert described(seen(STORY[:5], B, None)) == ("p", "MX-X", False)


def test_a_preview_describes_nothing_that_the_case_itself_tells() -> None:
    assert described([REGISTERED, CORRECTED, PREVIEWED]) == ("p", "MX-JAL", False)
