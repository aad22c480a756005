"""What is left out of a fact for whoever sees it, and not its case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.reporting.history import Fact
from services.reporting.leaving_out import as_told
from services.reporting.telling import Facts, Found, everything, tell
from shared.kernel.sight import Sight
from tests.unit.reporting.test_seen import A, B, C, fact, moment, requested

CASE, REFERRAL = UUID(int=1), str(UUID(int=2))
CONSENT: Mapping[str, Any] = {
    "basis": "recorded-by-sender",
    "recipients": [B, C],
    "services": ["shelter"],
}


def offered() -> Fact:
    one = requested(3, REFERRAL, A, B)
    return replace(one, data={**one.data, "services": ["shelter"], "consent": CONSENT})


ANNOUNCED = fact(7, "referral", "custody-announced", custodian=A, institutions=[B, C])


def test_who_is_merely_asked_is_not_told_who_else_may_be() -> None:
    told = as_told(offered(), B, None)
    assert told.data == {**offered().data, "consent": {**CONSENT, "recipients": [B]}}


def test_who_sent_it_sees_to_whom_the_consent_extends() -> None:
    assert as_told(offered(), A, None) == offered()


def test_what_was_recorded_while_it_saw_the_case_is_told_whole() -> None:
    assert as_told(offered(), B, moment(3)) == offered()
    assert as_told(offered(), B, moment(2)).data["consent"]["recipients"] == [B]


def test_who_is_told_of_custody_is_not_told_who_else_is() -> None:
    assert as_told(ANNOUNCED, C, None).data == {"custodian": A, "institutions": [C]}


def test_a_request_of_before_has_no_consent_and_nothing_is_left_out_of_it() -> None:
    old = replace(offered(), data={**requested(3, REFERRAL, A, B).data, "consent": None})
    assert as_told(old, B, None) == old


@pytest.mark.parametrize(
    ("institution", "sees", "until", "recipients"),
    [
        (B, Sight.PREVIEW, None, [B]),
        (B, Sight.CASE, None, [B, C]),
        (A, Sight.PAST, moment(2), [B, C]),
        (None, Sight.CASE, None, [B, C]),
    ],
)
def test_a_history_names_no_more_institutions_than_are_told(
    institution: str | None, sees: Sight, until: datetime | None, recipients: list[str]
) -> None:
    one = offered()
    asked: list[str] = []

    def names(codes: Any) -> Mapping[str, str]:
        asked.extend(codes)
        return {}

    there = Facts([one], {one.id: one}, lambda _: [one], names)
    window = tell(Found(CASE, institution, sees, until, frozenset()), there, everything)
    assert window.history.facts[0].data["consent"]["recipients"] == recipients
    assert set(asked) == {A, B}
