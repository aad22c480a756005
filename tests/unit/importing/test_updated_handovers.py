"""A newer file whose rows tell more of a case's hand-overs, or tell them otherwise."""

from collections.abc import Iterator
from itertools import product

import pytest

from services.operator.importer.run.undone_case import LeftAlone, UndoCommands
from services.operator.importer.run.updated_case import Contested, UpdateCommands
from services.referral import custody, custody_states
from tests.unit.importing.handed_over import handed_over, row_of
from tests.unit.importing.offices import Imported, importing

SENT = {"abierto": "2026-01-07", "destino": "C. Conciliación", "enviado": "2026-01-09"}
WAITS = {**SENT, "respuesta": "pendiente"}
TAKEN = {**SENT, "recibido": "2026-01-12", "respondido": "2026-01-15"}
DECLINED = {**TAKEN, "respuesta": "rechazada", "motivo": "person-declines"}
WORKED = {**TAKEN, "contacto": "telephone", "contactado": "2026-01-20"}
ENDED = {**WORKED, "cerrado": "2026-03-03"}
PAID = {**ENDED, "estado": "pagado", "pagado": "5", "pagado_el": "2026-03-01"}
ON = {"juzgado": "Tercero Laboral", "traspaso": "2026-02-02"}
MOVED, MOVED_AND_PAID = {**WORKED, **ON}, {**PAID, **ON}


@pytest.fixture
def office() -> Iterator[Imported]:
    with importing(handed_over(), row_of) as made:
        for court in (TAKEN, {**TAKEN, **ON}):
            made.imports(numero=f"of the directory {len(court)}", **court)
        yield made


def changes(found: object) -> dict[str, int]:
    assert isinstance(found, UpdateCommands), found
    return dict(found.changes)


def days(office: Imported, name: str, **cells: str) -> list[str]:
    """On which days such facts happened."""
    facts = office.record(office.row(**cells)).all()
    return [f.meta.happened_at.date().isoformat() for f in facts if f.name == name]


@pytest.mark.parametrize(
    ("otherwise", "told"),
    [
        ({"enviado": "2026-01-10"}, ["referred"]),
        ({"recibido": "2026-01-13"}, ["acknowledged"]),
        ({"respondido": "2026-01-16"}, ["answered"]),
        ({"motivo": "no-capacity"}, ["reason"]),
        ({"respuesta": "", "motivo": ""}, ["to", "to"]),
        ({"respuesta": "pendiente", "motivo": ""}, ["to"]),
    ],
)
def test_what_a_file_tells_otherwise_of_a_hand_over_is_never_already_there(
    office: Imported, otherwise: dict[str, str], told: list[str]
) -> None:
    office.imports(**DECLINED)
    assert office.thinks(**DECLINED) is None
    assert office.thinks(**{**DECLINED, **otherwise}) == Contested(told)


def test_what_a_file_does_not_date_any_more_stays_as_it_was_dated(office: Imported) -> None:
    office.imports(**PAID)
    assert office.thinks(**{**PAID, "recibido": "", "respondido": "", "contactado": ""}) is None


def test_what_happened_on_another_day_is_recorded_on_that_day(office: Imported) -> None:
    row = office.imports(**PAID)
    stood = office.as_it_stands(row)
    later = {**PAID, "contactado": "2026-02-27"}
    assert changes(office.updates(**later)) == {"recorded": 1, "voided": 1}
    assert days(office, "contact-recorded", **PAID) == ["2026-01-20", "2026-02-27"]
    assert office.updates(**later) is None
    assert isinstance(office.undoes(row, "second"), UndoCommands)
    assert office.as_it_stands(row) == stood
    assert days(office, "contact-recorded", **PAID)[2:] == ["2026-01-20"]


def test_what_is_corrected_happened_on_the_day_of_the_newer_file(office: Imported) -> None:
    office.imports(**PAID)
    assert changes(office.updates(**{**PAID, "pagado_el": "2026-02-27"})) == {"mended": 1}
    assert days(office, "outcome-corrected", **PAID) == ["2026-02-27"]


def test_a_hand_over_that_waited_was_accepted_and_all_ended(office: Imported) -> None:
    row = office.imports(**WAITS)
    found = office.updates(**PAID)
    assert changes(found) == {"handed-over": 2, "recorded": 2, "closed": 1}
    assert isinstance(office.services["referral"].state(custody.DECIDER, row.case_id),
                      custody_states.ClosedCase)  # fmt: skip


def test_a_new_hand_over_and_the_closing_come_in_one_file(office: Imported) -> None:
    row = office.imports(**WORKED)
    assert changes(office.updates(**MOVED_AND_PAID))["handed-over"] == 2
    held = office.services["referral"].state(custody.DECIDER, row.case_id)
    assert (type(held), held.held.custodian) == (
        custody_states.ClosedCase,
        "juzgado-tercero-laboral",
    )


def test_an_old_and_a_new_follow_up_are_written_to_once_both_are_there(office: Imported) -> None:
    office.imports(**WORKED)
    found = office.updates(**{**MOVED, "contactado": "2026-02-20"})
    assert isinstance(found, UpdateCommands)
    assert len({keyed.stream for keyed in found.by_service["followup"]}) == 2


STEPS = [WAITS, TAKEN, DECLINED, WORKED, ENDED, PAID, MOVED, MOVED_AND_PAID]


@pytest.mark.parametrize(("before", "after"), [*product(STEPS, STEPS)])
def test_a_case_ends_up_as_the_newer_file_alone_would_have_it_or_is_left_whole(
    office: Imported, before: dict[str, str], after: dict[str, str]
) -> None:
    row = office.imports(numero="old", **before)
    stood = office.names(row)
    found = office.updates(numero="old", **after)
    if isinstance(found, Contested):
        assert before is not after
        assert office.names(row) == stood
        return
    assert (found is None) == (before is after)
    new = office.imports(numero="new", **after)
    assert office.as_it_stands(row) == office.as_it_stands(new)
    assert office.updates(numero="old", **after) is None


def test_what_goes_on_is_not_left(office: Imported) -> None:
    """Each of these newer files only tells what has happened since the older one."""
    for n, (before, after) in enumerate(
        [(WAITS, TAKEN), (WAITS, PAID), (WAITS, MOVED_AND_PAID), (WAITS, DECLINED),
         (TAKEN, PAID), (TAKEN, MOVED), (ENDED, MOVED_AND_PAID), (PAID, MOVED_AND_PAID)]
    ):  # fmt: skip
        office.imports(numero=f"{n}", **before)
        assert isinstance(office.updates(numero=f"{n}", **after), UpdateCommands), n


def test_a_file_before_one_that_referred_the_case_on_cannot_be_taken_back_either(
    office: Imported,
) -> None:
    row = office.imports(**WORKED)
    office.updates(**ENDED)
    office.file = "third"
    assert isinstance(office.updates(**{**ENDED, **ON}), UpdateCommands)
    for file in ("third", "second", "first"):
        found = office.undoes(row, file)
        assert isinstance(found, LeftAlone)
        assert found.why == "referred"
