"""Who may see what, by the checker's own rules: each relation, with its beginning and its end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.faults.checker.rows import Fact
from tests.faults.checker.sight import (
    ALL,
    CASE,
    NOTHING,
    PAST_ROW,
    PREVIEW,
    PREVIEW_FIELDS,
    PREVIEW_ROW,
    Known,
    Sight,
    View,
    as_known,
    past,
)

OFFICE, SHELTER, COURT, POLICE = "stps", "albergue", "tribunal", "fiscalia"
BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
REGISTERED = [
    ("intake", "case-registered", {"institution": OFFICE}),
    ("referral", "custody-taken", {"custodian": OFFICE}),
]
Told = tuple[str, str, dict[str, Any]]


def known(*told: Told) -> Known:
    """What was recorded, one an hour, the registration first."""
    facts: dict[str, list[Fact]] = {"intake": [], "referral": [], "followup": []}
    for n, (source, name, payload) in enumerate((*REGISTERED, *told)):
        at = (BEGIN + timedelta(hours=n)).isoformat()
        who = ("", "", "", at, at, "case", "")
        facts[source].append(Fact(source, n, "case", n, name, *who, payload))
    return facts


def hour(n: int) -> datetime:
    return BEGIN + timedelta(hours=n)


def referred(to: str, kind: str = "share", name: str = "r1", sender: str = OFFICE) -> list[Told]:
    """A referral was requested, and its preview recorded."""
    request = {"referral_id": name, "sender": sender, "addressee": to, "kind": kind}
    preview = {"referral_id": name, "addressee": to}
    return [("referral", "referral-requested", request), ("intake", "case-previewed", preview)]


def then(name: str, referral: str = "r1", **more: Any) -> Told:
    source = "followup" if name.startswith("follow-up") else "referral"
    return (source, name, {"referral_id": referral, **more})


ACCEPTED = then("referral-accepted", custodian=OFFICE)
TAKEN_OVER = [*referred(SHELTER, "transfer"), then("referral-accepted", custodian=SHELTER)]
SHARED = [*referred(SHELTER), ACCEPTED]
HANDED_ON: Told = ("referral", "custody-assigned", {"custodian": COURT})


@pytest.mark.parametrize(
    ("told", "reader", "seen"),
    [
        ([], OFFICE, CASE),
        ([], SHELTER, NOTHING),
        ([("referral", "custody-ended", {"custodian": OFFICE})], OFFICE, CASE),
        (referred(SHELTER), SHELTER, PREVIEW),
        (referred(SHELTER)[:1], SHELTER, NOTHING),
        ([*referred(SHELTER), then("referral-acknowledged")], SHELTER, PREVIEW),
        ([*referred(SHELTER), then("information-requested")], SHELTER, PREVIEW),
        (referred(SHELTER), COURT, NOTHING),
        (SHARED, SHELTER, CASE),
        (SHARED, OFFICE, CASE),
        ([*SHARED, then("referral-revoked")], SHELTER, past(hour(5))),
        ([*SHARED, then("referral-closed"), then("referral-revoked")], SHELTER, past(hour(5))),
        ([*SHARED, then("referral-closed"), then("referral-reopened")], SHELTER, CASE),
        ([*SHARED, then("referral-entered-in-error")], SHELTER, CASE),
        (
            [*SHARED, then("referral-closed"), then("referral-entered-in-error")],
            SHELTER,
            past(hour(5)),
        ),
        ([*referred(SHELTER), then("referral-entered-in-error")], SHELTER, NOTHING),
        *(
            ([*referred(SHELTER), then(f"referral-{end}")], SHELTER, NOTHING)
            for end in (
                *("declined", "rerouted", "withdrawn", "superseded", "cancelled-by-person"),
                *("expired-unacknowledged", "expired-undecided"),
            )
        ),
        *(
            ([*referred(SHELTER), then(f"referral-{step}")], SHELTER, PREVIEW)
            for step in ("delivered", "waitlisted", "reminded", "escalated")
        ),
        *(
            ([*SHARED, then(f"referral-{step}")], SHELTER, CASE)
            for step in ("scheduled", "started", "put-on-hold", "service-delivered")
        ),
        *(
            ([*SHARED, then(f"referral-{end}")], SHELTER, past(hour(5)))
            for end in ("failed", "cancelled-by-person")
        ),
        (
            [*referred(SHELTER), then("referral-declined"), then("decline-entered-in-error")],
            SHELTER,
            PREVIEW,
        ),
        ([HANDED_ON], COURT, CASE),
        ([HANDED_ON], OFFICE, NOTHING),
        ([*TAKEN_OVER, HANDED_ON], SHELTER, NOTHING),
        ([*SHARED, HANDED_ON], SHELTER, CASE),
        (TAKEN_OVER, SHELTER, CASE),
        (TAKEN_OVER, OFFICE, past(hour(4))),
        ([*TAKEN_OVER, then("referral-closed")], SHELTER, CASE),
        (
            [
                *TAKEN_OVER,
                *referred(COURT, "transfer", "r2", SHELTER),
                then("referral-accepted", "r2", custodian=COURT),
            ],
            SHELTER,
            past(hour(7)),
        ),
        (
            [*SHARED, then("referral-revoked"), *referred(SHELTER, name="r2")],
            SHELTER,
            past(hour(5)),
        ),
    ],
)
def test_the_widest_of_all_relations_counts(told: list[Told], reader: str, seen: Sight) -> None:
    assert as_known(known(*told)).sight(reader) == seen


def view(told: list[Told], reader: str, *, referral: str = "r1", all_cases: bool = False) -> View:
    return View(known(*told), reader, all_cases, referral)


def test_what_is_the_present_is_shown_with_the_whole_case_only() -> None:
    for told, reader, there in (
        (SHARED, SHELTER, True),
        (TAKEN_OVER, SHELTER, True),
        (TAKEN_OVER, OFFICE, False),
        (referred(SHELTER), SHELTER, False),
    ):
        one = view(told, reader)
        assert (one.case() is not None, one.custody() is not None) == (there, there)
    assert view(TAKEN_OVER, "auditor", all_cases=True).case() is not None
    assert view(TAKEN_OVER, SHELTER).custody() == frozenset({"r1"})


def test_a_preview_is_its_addressees_until_it_decides_and_the_custodians() -> None:
    asked = referred(SHELTER)
    assert view(asked, SHELTER).preview() == view(asked, OFFICE).preview() == PREVIEW_FIELDS
    assert view(asked, COURT).preview() is None
    assert view([*asked, then("referral-declined")], SHELTER).preview() is None
    assert view(TAKEN_OVER, OFFICE).preview() is None
    assert view(asked[:1], SHELTER).preview() is None
    assert view(asked, SHELTER, referral="r9").preview() is None


def test_a_referral_is_always_its_two_sides() -> None:
    declined = [*referred(SHELTER), then("referral-declined")]
    for reader, there in ((OFFICE, True), (SHELTER, True), (COURT, False)):
        one = view(declined, reader)
        assert (one.one_referral() is not None, one.referral_row() is not None) == (there, there)
    assert view(TAKEN_OVER, OFFICE).referral_row() == ALL
    assert view([], OFFICE).one_referral() is None


def test_a_follow_up_is_its_followers_and_the_custodians_of_today() -> None:
    opened = then("follow-up-opened", institution=SHELTER)
    for told, reader, there in (
        ([*SHARED, opened], SHELTER, True),
        ([*SHARED, opened], OFFICE, True),
        ([*TAKEN_OVER, opened], OFFICE, False),
        ([*SHARED, opened, then("referral-revoked")], SHELTER, True),
        (SHARED, SHELTER, False),
    ):
        assert (view(told, reader).follow_up() is not None) == there
    assert view([*SHARED, opened], POLICE, all_cases=True).follow_up() is not None
    assert view([*SHARED, opened], SHELTER, referral="r2").follow_up() is None


def shown_hours(told: list[Told], reader: str) -> list[int] | None:
    """The hours at which what a history shows was recorded."""
    one = view(told, reader)
    shown = one.history()
    facts = [fact for facts in one.known.values() for fact in facts]
    return None if shown is None else sorted(f.position for f in facts if f.id in shown)


def test_a_history_ends_where_sight_does_but_for_ones_own_referrals_and_how_it_came_out() -> None:
    opened = then("follow-up-opened", institution=SHELTER)
    worked = then("follow-up-resumed")
    told = [*TAKEN_OVER, opened, worked, then("follow-up-closed"), ("referral", "case-closed", {})]
    assert shown_hours(told, SHELTER) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert shown_hours(told, OFFICE) == [0, 1, 2, 3, 4, 7, 8]
    assert shown_hours(told, COURT) is None
    revoked = [*SHARED, then("referral-revoked"), ("intake", "case-corrected", {})]
    assert shown_hours(revoked, SHELTER) == [0, 1, 2, 3, 4, 5]
    assert shown_hours(revoked, OFFICE) == [0, 1, 2, 3, 4, 5, 6]
    other = referred(COURT, name="r2")
    assert shown_hours([*referred(SHELTER), *other], SHELTER) == [2, 3]


def test_a_row_says_what_its_readers_sight_allows() -> None:
    assert view(SHARED, OFFICE).row() == ALL
    assert view(TAKEN_OVER, OFFICE).row() == PAST_ROW
    assert view(referred(SHELTER), SHELTER).row() == PREVIEW_ROW
    assert view(SHARED, COURT).row() is None
