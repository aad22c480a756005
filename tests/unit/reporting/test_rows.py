"""A contract whose rows are not declared, or not rightly, keeps the program from starting."""

import re
from itertools import permutations
from uuid import UUID

import pytest

from services.reporting.batch import (
    ROW_KINDS,
    Custody,
    FollowUp,
    Institution,
    Outcome,
    Referral,
    kept_for_none,
)
from services.reporting.declarations import (
    HAPPENED_AT,
    ONE_MORE,
    Declared,
    RowError,
    checked,
    named,
    row,
)
from services.reporting.folding import fold
from services.reporting.row import Row
from services.reporting.rows import HISTORY_ONLY, ROWS
from services.reporting.statements import Statements
from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, ReferralId
from shared.contracts.envelope import decode, encode
from shared.contracts.followup import ContactRecordedV1, FollowUpReopenedV1, ServiceDeliveredV1
from shared.contracts.intake import DetailsV1
from shared.contracts.referral import CustodyTakenV1, InstitutionRegisteredV1
from shared.postgres.migrations import migrations_of
from tests.event_factory import BEGIN, BUREAU, EventFactory, Story
from tests.examples import PUBLISHED, examples
from tests.planted_program import refusal_of

CASE, REFERRAL = UUID(int=1), UUID(int=2)


class PlantedV1(Contract, frozen=True, kw_only=True):
    """A contract that reporting has not heard of."""

    key = Key.CASE
    referral_id: ReferralId
    reason: str
    details: DetailsV1


PLANTED = {"mx.canaliza.followup.planted.v1": PlantedV1}


def test_a_contract_without_rows_keeps_the_program_from_starting() -> None:
    plants = (
        "from shared.contracts import CONTRACTS\n"
        "from shared.contracts.contract import Contract, Key\n"
        "class PlantedV1(Contract, frozen=True, kw_only=True): key = Key.CASE\n"
        "CONTRACTS['mx.canaliza.referral.planted.v1'] = PlantedV1\n"
    )
    says = refusal_of(plants, "services.reporting.wiring")
    assert says.endswith("RowError: PlantedV1: declare its rows, or list it as history only")


def test_a_status_that_its_list_does_not_have_keeps_the_program_from_starting() -> None:
    plants = (
        "from shared.kernel import statuses as kernel\n"
        "listed = dict(kernel.statuses(kernel.REFERRAL_STATUSES))\n"
        "del listed['declined']\n"
        "statuses = kernel.statuses\n"
        "kernel.statuses = lambda name: listed if 'referral' in name else statuses(name)\n"
    )
    says = refusal_of(plants, "services.reporting.wiring")
    assert says.endswith("StatusError: referral_statuses: there is no status 'declined'")


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (row(Custody, "custodian", last_custodian="x"), "'data.custodian', which is not there"),
        (
            row(Custody, custodian=named("details.height"), last_custodian="x"),
            "'data.details.height', which is not",
        ),
        (row(Custody, custodian=None, keeper=None), "no column 'keeper'"),
        (row(Custody, custodian=None, case_id=None), "no column 'case_id'"),
        (row(Custody), "column 'custodian' is not declared"),
        (row(Outcome, version=1), "column 'outcome' is not declared"),
        (row(Institution, code="x"), "column 'name' is not declared"),
        (row(Referral, "reason"), "has no status of referral_statuses"),
        (row(FollowUp, status="on-hold"), "column 'status' follows from"),
        (row(FollowUp, open=True), "column 'open' follows from"),
        (row(FollowUp, closed_at=HAPPENED_AT), "'closed_at' moves with the status"),
        (row(FollowUp, contacts=2), "column 'contacts': what counts"),
        (row(FollowUp, institution=ONE_MORE), "column 'institution': what counts"),
    ],
)
def test_what_is_declared_and_is_not_there_is_named(declared: Declared, says: str) -> None:
    with pytest.raises(RowError, match=f"PlantedV1, row {declared.kind.__name__}: ") as error:
        checked({PlantedV1: [declared]}, (), PLANTED)
    assert says in str(error.value)


def test_a_contract_has_rows_or_is_history_only() -> None:
    rows = [row(FollowUp, contacts=ONE_MORE)]
    assert checked({}, {PlantedV1}, PLANTED) == {PlantedV1: ()}
    assert [each.kind for each in checked({PlantedV1: rows}, (), PLANTED)[PlantedV1]] == [FollowUp]
    with pytest.raises(RowError, match="PlantedV1: declare its rows, or list it"):
        checked({PlantedV1: rows}, {PlantedV1}, PLANTED)
    with pytest.raises(RowError, match="PlantedV1: is not published"):
        checked({PlantedV1: rows}, (), {})


def test_a_contract_that_names_a_status_leads_to_the_row_that_keeps_it() -> None:
    name = "mx.canaliza.followup.follow-up-reopened.v1"
    (led_to,) = checked({}, (), {name: FollowUpReopenedV1})[FollowUpReopenedV1]
    assert (led_to.kind, led_to.columns["status"], led_to.columns["open"]) == (
        FollowUp,
        "open",
        True,
    )


def test_a_row_of_a_case_comes_from_no_fact_of_the_directory() -> None:
    name = "mx.canaliza.referral.institution-registered.v1"
    with pytest.raises(RowError, match=r"InstitutionRegisteredV1, row Custody: .* about no case"):
        checked(
            {InstitutionRegisteredV1: [row(Custody, custodian=named("institution"))]},
            (),
            {name: InstitutionRegisteredV1},
        )


def test_two_services_cannot_set_one_column_because_they_overtake_each_other() -> None:
    taken = "mx.canaliza.referral.custody-taken.v1"
    with pytest.raises(
        RowError, match=r"PlantedV1: sets cases\.\w+, which CustodyTakenV1 of referral sets"
    ):
        checked(
            {
                CustodyTakenV1: [row(Custody, "custodian", last_custodian="x")],
                PlantedV1: [row(Custody, custodian=named("reason"), last_custodian="x")],
            },
            (),
            {taken: CustodyTakenV1, **PLANTED},
        )


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_every_fact_is_folded_into_the_rows_that_its_contract_declares(
    service: str, name: str
) -> None:
    for example in examples(service, name):
        event = decode(encode(example.contract, example.recorded))
        batch = fold([event])
        found = {kind for kind in ROW_KINDS if batch.of(kind)}
        assert found == {each.kind for each in ROWS[type(example.contract)]}
        assert bool(found) == (type(example.contract) not in HISTORY_ONLY)
        assert batch.touched == ({UUID(event.key)} if event.data.key is Key.CASE else set())


@pytest.mark.parametrize(("service", "name"), PUBLISHED)
def test_what_none_does_not_replace_is_kept_wherever_a_batch_ends(service: str, name: str) -> None:
    events = [decode(encode(each.contract, each.recorded)) for each in examples(service, name)]
    for first, second in permutations(events, 2):
        for kind in ROW_KINDS:
            for before, after, both in zip(
                *(fold(each).of(kind) for each in ([first], [second], [first, second])),
                strict=True,
            ):
                for column in kept_for_none(kind):
                    last = getattr(after, column)
                    expected = getattr(before, column) if last is None else last
                    assert getattr(both, column) == expected, column


def test_what_follows_from_a_status_is_in_the_row_and_what_it_empties_is_emptied() -> None:
    story = Story(EventFactory(), CASE)
    story.requested(REFERRAL)
    story.accepted(REFERRAL)
    story.followed(REFERRAL)
    story.closed(REFERRAL)
    (closed,) = fold(story.events).of(FollowUp)
    assert (closed.status, closed.open, closed.closed_at) == ("closed", False, BEGIN)
    story.reopened(REFERRAL)
    story.declined(REFERRAL)
    batch = fold(story.events)
    (reopened,) = batch.of(FollowUp)
    assert (reopened.status, reopened.open) == ("open", True)
    assert (reopened.closed_at, reopened.closing_class) == (None, None)
    assert (reopened.institution, reopened.opened_at) == (BUREAU, BEGIN)
    (declined,) = batch.of(Referral)
    assert (declined.status, declined.addressee_sees) == ("declined", "nothing")


def test_what_counts_is_added() -> None:
    story = Story(EventFactory(), CASE)
    contact, service = (
        ContactRecordedV1(referral_id=REFERRAL, channel="phone"),
        ServiceDeliveredV1(referral_id=REFERRAL, service="legal-advice"),
    )
    events = [
        story.factory.publish("followup", REFERRAL, str(CASE), each)
        for each in (contact, service, contact, contact)
    ]
    (row_,) = fold(events).of(FollowUp)
    assert (row_.contacts, row_.services, row_.status) == (3, 1, None)


def columns_of(table: str) -> set[str]:
    """The columns of a table, as the migrations lay them."""
    text = "\n".join(step.text for step in migrations_of("services.reporting"))
    found = re.search(rf"CREATE TABLE {{schema}}\.{table} \((.*?)\n\)", text, re.DOTALL)
    assert found
    lines = (line.split() for line in found[1].splitlines() if line.strip())
    later = re.findall(rf"ALTER TABLE {{schema}}\.{table} ADD COLUMN (\w+)", text)
    return {line[0] for line in lines if line[0] != "PRIMARY"} | {*later}


@pytest.mark.parametrize("table", sorted({kind.table for kind in ROW_KINDS}))
def test_a_table_has_the_columns_that_its_rows_set_and_no_others(table: str) -> None:
    rows = [kind for kind in ROW_KINDS if kind.table == table]
    assert {column for kind in rows for column in kind.__struct_fields__} == columns_of(table)


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_a_row_is_written_whole(kind: type[Row]) -> None:
    written = Statements("elsewhere").rows[kind]
    assert f"elsewhere.{kind.table} AS t ({', '.join(kind.__struct_fields__)})" in written
    assert "ON CONFLICT" in written


def test_every_column_that_is_not_of_the_key_is_set_by_some_contract() -> None:
    assert ROWS.keys() == {*CONTRACTS.values()}
    told = {(each.kind, name) for rows in ROWS.values() for each in rows for name in each.columns}
    for kind in ROW_KINDS:
        untold = {n for n in kind.__struct_fields__ if (kind, n) not in told} - {"case_id"}
        assert not untold, kind
