"""Commitments, proposals, joint activities and reminders in PostgreSQL, in lists and in order."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from services.reporting.undertakings import Undertakings
from shared.contracts import cooperation, directory
from shared.contracts.contract import Contract
from shared.kernel.documents import DocumentRef
from shared.kernel.ids import derived_id
from tests.event_factory import BUREAU, OFFICE, EventFactory, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

DAY = date(2026, 5, 20)
TEXTS = DocumentRef(UUID(int=77), "a" * 64)
ONE, TWO, THREE = (UUID(int=n) for n in (1, 2, 3))


def committed(number: UUID, due_on: date) -> Contract:
    return cooperation.CommitmentMadeV1(
        commitment_id=number,
        owner=OFFICE,
        owner_version=1,
        programme="mecal",
        kind="train-staff",
        subdivision=None,
        due_on=due_on,
        subject=None,
        subject_id=None,
        texts=TEXTS,
    )


def of(number: UUID, contract: Any, /, **values: Any) -> Any:
    (name,) = (n for n in contract.__struct_fields__ if n.endswith("_id"))
    return contract(**{name: number}, **values)


COMMITMENTS: list[Contract] = [
    committed(ONE, DAY),
    committed(TWO, DAY + timedelta(days=1)),
    committed(THREE, DAY - timedelta(days=1)),
    of(ONE, cooperation.CommitmentBecameOverdueV1, due_on=DAY),
    of(
        ONE,
        cooperation.CommitmentPutOffV1,
        due_on=DAY + timedelta(days=9),
        before=DAY,
        subdivision=None,
    ),
    of(TWO, cooperation.CommitmentKeptV1, kept_on=DAY, late=False, evidence=TEXTS),
    of(THREE, cooperation.CommitmentWithdrawnV1, reason="no-resources"),
    of(
        THREE,
        cooperation.CommitmentReopenedV1,
        reason="other",
        due_on=DAY - timedelta(days=1),
        subdivision=None,
    ),
]
PROPOSALS: list[Contract] = [
    of(
        number,
        cooperation.ProposalMadeV1,
        owner=OFFICE,
        owner_version=1,
        programme="mecal",
        topic="training",
        subdivision=None,
        decide_by=None,
        texts=None,
    )
    for number in (ONE, TWO)
] + [
    of(ONE, cooperation.ProposalDiscussedV1, institution=BUREAU, stance="support", texts=TEXTS),
    of(ONE, cooperation.ProposalDiscussedV1, institution=OFFICE, stance="remark", texts=None),
    of(ONE, cooperation.ProposalDecidedV1, institution=BUREAU, decision="adopted", texts=TEXTS),
    of(TWO, cooperation.ProposalWithdrawnV1, reason="other"),
]
ACTIVITIES: list[Contract] = [
    of(
        ONE,
        cooperation.ActivityPlannedV1,
        owner=OFFICE,
        agencies=(BUREAU,),
        versions=(1, 1),
        programme="mecal",
        kind="training",
        subdivision="US-WY",
        on=DAY,
        texts=TEXTS,
    ),
    of(ONE, cooperation.ActivityHeldV1, held_on=DAY, agencies=(BUREAU,), texts=None),
]
REMINDED = [
    cooperation.InstitutionRemindedV1(
        institution=code, entry_version=1, reminded_on=day, validated_on=None
    )
    for code, day in ((OFFICE, DAY - timedelta(days=30)), (OFFICE, DAY), (BUREAU, DAY))
]


def tell(store: Store, *facts: Contract) -> Undertakings:
    """Project the facts, each in a batch of its own and then, from nothing, all in one."""
    factory = EventFactory()
    events = [
        institution(factory, OFFICE, "Oficina Laboral"),
        institution(factory, BUREAU, "Buró de Trabajo"),
    ]
    for data in facts:
        key = str(getattr(data, data.__struct_fields__[0]))
        stream = derived_id(type(data).key, key)
        events.append(factory.publish("referral", stream, key, data))
    store.empty()
    tables = ("commitments", "proposals", "proposal_remarks", "activities", "reminders")
    for event in events:
        store.take([event])
    apart = [store.rows(table) for table in tables]
    store.empty()
    store.take(events)
    assert [store.rows(table) for table in tables] == apart
    return Undertakings(store.log)


def test_commitments_are_listed_by_their_day_with_what_became_of_them(store: Store) -> None:
    lists = tell(store, *COMMITMENTS)
    rows = lists.commitments(9)
    assert [(row.commitment_id, row.status) for row in rows] == [
        (THREE, "open"),
        (TWO, "kept"),
        (ONE, "open"),
    ]
    assert rows[0].reason is None  # it was withdrawn, and then reopened
    assert (rows[1].late, rows[1].evidence_id) == (False, TEXTS.document_id)
    assert {row.owner_name for row in rows} == {"Oficina Laboral"}
    for before, after in pairwise(rows):
        assert lists.commitments(1, (before.due_on, before.commitment_id)) == [after]
    assert [row.commitment_id for row in lists.commitments(9, status="kept")] == [TWO]
    assert [row.commitment_id for row in lists.commitments(9, due_by=DAY)] == [THREE]
    assert lists.commitments(9, owner=BUREAU) == []


def test_proposals_are_listed_with_how_often_they_were_discussed(store: Store) -> None:
    lists = tell(store, *PROPOSALS)
    rows = {row.proposal_id: row for row in lists.proposals(9)}
    assert [(rows[n].status, rows[n].discussed) for n in (ONE, TWO)] == [
        ("adopted", 2),
        ("withdrawn", 0),
    ]
    assert (rows[ONE].decided_by, rows[ONE].decision_id) == (BUREAU, TEXTS.document_id)
    said = lists.remarks(ONE, 9)
    assert [(row.institution_name, row.stance) for row in said] == [
        ("Buró de Trabajo", "support"),
        ("Oficina Laboral", "remark"),
    ]
    assert lists.remarks(ONE, 9, said[0].number) == said[1:]
    first, second = lists.proposals(9)
    assert lists.proposals(9, (first.made_at, first.proposal_id)) == [second]


def test_activities_are_listed_for_all_who_take_part(store: Store) -> None:
    lists = tell(store, *ACTIVITIES)
    (row,) = lists.activities(9)
    assert (row.status, row.on, row.document_id) == ("held", DAY, TEXTS.document_id)
    for code in (OFFICE, BUREAU):
        assert lists.activities(9, institution=code) == [row]
    assert lists.activities(9, institution="nadie-aqui") == []
    assert lists.activities(9, (row.on, row.activity_id)) == []


def test_what_somebody_vouched_for_since_is_no_reminder_any_more(store: Store) -> None:
    lists = tell(store, *REMINDED)
    assert [(r.institution, r.times, r.reminded_on) for r in lists.reminders(9)] == [
        (BUREAU, 1, DAY),
        (OFFICE, 2, DAY),
    ]
    validated = directory.InstitutionValidatedV1(institution=OFFICE, version=1, validated_on=DAY)
    lists = tell(store, *REMINDED, validated)
    (left,) = lists.reminders(9)
    assert (left.institution, left.about_name) == (BUREAU, "Buró de Trabajo")
    assert lists.reminders(9, institution=OFFICE) == []
    assert lists.reminders(9, (left.institution, left.about_kind, left.about)) == []
