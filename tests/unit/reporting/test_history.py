from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.reporting import history
from services.reporting.history import Fact

CASE = "00000000-0000-4000-8000-00000000000c"
REFERRAL = "00000000-0000-4000-8000-00000000000a"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def fact(identity: str, name: str = "contact-recorded", *, after: int = 0, **more: object) -> Fact:
    service, _, version = identity.split(":")
    values = {
        "institution": "office",
        "role": "caseworker",
        "subject": "token-1",
        "happened_at": NOON + timedelta(hours=after),
        "recorded_at": NOON + timedelta(hours=after),
        "causation": "command:1",
        "follows": None,
        "data": {},
        **more,
    }
    return Fact(identity, name, name, service, int(version), **values)  # type: ignore[arg-type]


def test_a_fact_stands_after_the_one_it_follows_from_though_its_clock_was_behind() -> None:
    parent = fact(f"intake:{CASE}:1", after=5)
    child = fact(f"referral:{CASE}:1", after=1, causation=parent.id)
    assert history.in_order([child, parent]) == [parent, child]


def test_a_fact_stands_after_the_one_before_it_in_its_stream() -> None:
    first, second = fact(f"intake:{CASE}:1", after=5), fact(f"intake:{CASE}:2", after=1)
    assert history.in_order([second, first]) == [first, second]


def test_otherwise_facts_stand_as_they_were_recorded() -> None:
    late, soon = fact(f"intake:{CASE}:7", after=2), fact(f"referral:{CASE}:3", after=1)
    assert history.in_order([late, soon]) == [soon, late]


def test_a_cause_that_is_not_in_the_history_holds_nothing_up() -> None:
    orphan = fact(f"referral:{CASE}:3", causation="intake:elsewhere:9")
    assert history.in_order([orphan]) == [orphan]


made = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9)), max_size=12)


@given(made, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_facts_came(
    wanted: list[tuple[int, int]], chance: Random
) -> None:
    facts: list[Fact] = []
    for n, (parent, hour) in enumerate(wanted, 1):
        cause = facts[parent].id if parent < len(facts) else "command:1"
        facts.append(fact(f"followup:{UUID(int=n)}:1", after=hour, causation=cause))
    shuffled = list(facts)
    chance.shuffle(shuffled)
    ordered = history.in_order(shuffled)
    assert ordered == history.in_order(facts)
    assert len(ordered) == len(facts)
    index = {each.id: n for n, each in enumerate(ordered)}
    assert all(index[f.causation] < index[f.id] for f in facts if f.causation in index)


def taken(by: str) -> Fact:
    return fact(f"referral:{CASE}:1", "custody-taken", data={"custodian": by})


def accepted(custodian: str, after: int) -> Fact:
    data = {"referral_id": REFERRAL, "custodian": custodian}
    return fact(f"referral:{CASE}:3", "referral-accepted", after=after, data=data)


def test_custody_moves_with_an_accepted_transfer() -> None:
    office, commission = history.custody_of([taken("office"), accepted("commission", 3)])
    assert (office.institution, office.since, office.until) == (
        "office",
        NOON,
        NOON + timedelta(hours=3),
    )
    assert (commission.institution, commission.until) == ("commission", None)
    assert commission.by == f"referral:{CASE}:3"


def test_custody_stays_with_an_accepted_share() -> None:
    [only] = history.custody_of([taken("office"), accepted("office", 3)])
    assert (only.institution, only.until) == ("office", None)


def test_custody_ends_when_nobody_answers_any_more() -> None:
    ended = fact(f"referral:{CASE}:2", "custody-ended", after=4, data={"custodian": "office"})
    [only] = history.custody_of([taken("office"), ended])
    assert only.until == NOON + timedelta(hours=4)


def requested() -> Fact:
    data = {"referral_id": REFERRAL, "sender": "a", "addressee": "b", "kind": "share"}
    return fact(f"referral:{CASE}:2", "referral-requested", after=1, data=data)


def answered(name: str, after: int) -> Fact:
    return fact(f"referral:{CASE}:{after + 2}", name, after=after, data={"referral_id": REFERRAL})


def test_a_referral_waits_until_its_answer() -> None:
    facts = [requested(), answered("referral-acknowledged", 2)]
    [waiting] = history.referrals_of(facts)
    assert (waiting.status, waiting.until) == ("acknowledged", None)
    [declined] = history.referrals_of([*facts, answered("referral-declined", 4)])
    assert (declined.status, declined.until) == ("declined", NOON + timedelta(hours=4))


def test_a_referral_that_falls_with_its_case_keeps_the_moment_of_its_answer() -> None:
    facts = [requested(), accepted("b", 2), answered("referral-entered-in-error", 9)]
    [fallen] = history.referrals_of(facts)
    assert (fallen.status, fallen.until) == ("entered-in-error", NOON + timedelta(hours=2))


def test_the_answer_to_a_request_not_seen_makes_no_referral_up() -> None:
    assert history.referrals_of([answered("referral-declined", 4)]) == []


def test_what_a_case_is_called_follows_its_corrections() -> None:
    values = {"folio": "F-1", "programme": "mecal", "subdivision": "MX-CHH"}
    registered = fact(f"intake:{CASE}:1", "case-registered", data=values)
    corrected = fact(f"intake:{CASE}:2", "case-corrected", data={"subdivision": "MX-JAL"})
    error = replace(corrected, name="case-entered-in-error", data={"reason": "duplicate"})
    assert history.described([]) == (None, None, False)
    assert history.described([registered, corrected]) == ("mecal", "MX-JAL", False)
    assert history.described([registered, error]) == ("mecal", "MX-CHH", True)
    assert history.folio_of([registered, corrected]) == "F-1"
    assert history.folio_of([]) is None


def test_a_follow_up_on_hold_speaks_for_its_referral_until_that_falls_with_its_case() -> None:
    asked = {"sender": "office", "addressee": "bureau", "kind": "share"}
    facts = [
        fact(f"referral:{CASE}:1", "referral-requested", data={"referral_id": REFERRAL, **asked}),
        *(
            fact(f"{source}:{CASE}:{n}", name, after=n, data={"referral_id": REFERRAL})
            for n, (source, name) in enumerate(
                (
                    ("referral", "referral-accepted"),
                    ("followup", "follow-up-opened"),
                    ("followup", "follow-up-put-on-hold"),
                    ("referral", "referral-entered-in-error"),
                    ("followup", "follow-up-entered-in-error"),
                ),
                2,
            )
        ),
    ]
    seen = [history.referrals_of(facts[:n])[0].status for n in range(1, 7)]
    assert seen[:4] == ["requested", "accepted", "accepted", "on-hold"]
    assert seen[4:] == ["entered-in-error", "entered-in-error"]


def test_a_case_is_closed_with_its_last_outcome_until_it_is_reopened() -> None:
    closed = fact(f"referral:{CASE}:2", "case-closed", data={"outcome": "placement"})
    reopened = fact(f"referral:{CASE}:3", "case-reopened", data={"reason": "new-facts"})
    again = replace(closed, data={"outcome": "lost-contact"})
    assert history.closing_of([taken("office")]) is None
    assert history.closing_of([taken("office"), closed]) == "placement"
    assert history.closing_of([taken("office"), closed, reopened]) is None
    assert history.closing_of([taken("office"), closed, reopened, again]) == "lost-contact"


def test_a_referral_is_closed_and_reopened_with_its_follow_up() -> None:
    about = {"referral_id": REFERRAL}
    sides = {"sender": "office", "addressee": "commission", "kind": "share"}
    story = [
        fact(f"referral:{CASE}:2", "referral-requested", data={**about, **sides}),
        fact(f"referral:{CASE}:4", "referral-accepted", data={**about, "custodian": "office"}),
        fact(f"referral:{CASE}:5", "referral-closed", data=about),
        fact(f"referral:{CASE}:6", "referral-reopened", data=about),
        fact(f"referral:{CASE}:7", "referral-revoked", data={**about, "reason": "other"}),
    ]
    found = [history.referrals_of(story[:n])[0].status for n in range(1, 6)]
    assert found == ["requested", "accepted", "closed", "accepted", "revoked"]
