"""The way of a row's case: who registers, to whom it goes and when, what is done, how it ends."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.followup.decisions import CloseFollowUp, RecordOutcome
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.rejections import RowRejected
from services.operator.importer.run.row_commands import RowCommands
from services.referral.closing import CloseCase
from services.referral.decisions import ReferCase
from services.referral.refusals import ReferralUndecided, TransferAlreadyOpen
from shared.kernel.refusals import InTheFuture, Refusal
from tests.installation_secret import SECRET
from tests.unit.importing.handed_over import handed_over, row_of
from tests.unit.importing.trials import refusal_of

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
SENT = {
    "abierto": "2026-01-07", "destino": "C. Conciliación", "enviado": "2026-01-09",
    "recibido": "2026-01-12", "respondido": "2026-01-15",
}  # fmt: skip
ON = {**SENT, "juzgado": "Tercero Laboral", "traspaso": "2026-02-02"}


def commands(**cells: str) -> RowCommands:
    row, mapping = row_of(**cells), handed_over()
    return RowCommands(row, read_case(row, mapping), mapping, NOW, secret=SECRET)


def told(row: RowCommands) -> list[tuple[str, str, str]]:
    """What happened: the command, by whom, on which day."""
    return [
        (type(k.command).__name__, k.command.by.institution, k.command.at.date().isoformat()[5:])
        for k in row.all
    ]


def refusal(row: RowCommands) -> Refusal | None:
    return refusal_of(row, NOW)


def rejected(**cells: str) -> list[tuple[str, str]]:
    with pytest.raises(RowRejected) as caught:
        commands(**cells)
    return [(each.column, each.value) for each in caught.value.rejections]


def test_a_hand_over_has_its_own_dates() -> None:
    row = commands(**SENT)
    assert told(row) == [
        ("RegisterCase", "oficina-quejas", "01-07"),
        ("ReferCase", "oficina-quejas", "01-09"),
        ("AcknowledgeReferral", "conciliacion-chih", "01-12"),
        ("AcceptReferral", "conciliacion-chih", "01-15"),
    ]
    assert refusal(row) is None


def test_hand_overs_follow_one_another_and_each_addressee_does_its_own_work() -> None:
    row = commands(**ON, estado="pagado", pagado="5", pagado_el="2026-03-01", cerrado="2026-03-03")
    assert told(row) == [
        ("RegisterCase", "oficina-quejas", "01-07"),
        ("ReferCase", "oficina-quejas", "01-09"),
        ("AcknowledgeReferral", "conciliacion-chih", "01-12"),
        ("AcceptReferral", "conciliacion-chih", "01-15"),
        ("ReferCase", "conciliacion-chih", "02-02"),
        ("AcceptReferral", "juzgado-tercero-laboral", "02-02"),
        ("CloseCase", "juzgado-tercero-laboral", "03-03"),
        ("CloseFollowUp", "conciliacion-chih", "02-02"),
        ("RecordOutcome", "juzgado-tercero-laboral", "03-01"),
        ("CloseFollowUp", "juzgado-tercero-laboral", "03-03"),
    ]
    assert len({each.id for each in row.all}) == len(row.all)
    assert refusal(row) is None
    refer = row.by_service["referral"][3].command
    assert isinstance(refer, ReferCase)
    assert (refer.services, refer.priority) == (("claim-adjudication",), "urgent")


@pytest.mark.parametrize(
    ("answer", "command", "by"),
    [
        ("rechazada", "DeclineReferral", "conciliacion-chih"),
        ("retirada", "WithdrawReferral", "oficina-quejas"),
    ],
)
def test_what_was_not_accepted_leaves_custody_where_it_was(
    answer: str, command: str, by: str
) -> None:
    row = commands(**ON, respuesta=answer, motivo="no-capacity", cerrado="2026-03-03")
    names = told(row)
    assert names[3:6] == [
        (command, by, "01-15"),
        ("ReferCase", "oficina-quejas", "02-02"),
        ("AcceptReferral", "juzgado-tercero-laboral", "02-02"),
    ]
    assert refusal(row) is None


def test_a_hand_over_that_waits_is_requested_and_nothing_more() -> None:
    row = commands(**{**SENT, "respondido": ""}, respuesta="pendiente")
    assert [name for name, *_ in told(row)] == [
        "RegisterCase", "ReferCase", "AcknowledgeReferral",
    ]  # fmt: skip
    assert refusal(row) is None


def test_a_case_that_waits_for_an_answer_is_neither_closed_nor_handed_on() -> None:
    waits = {**SENT, "respuesta": "pendiente"}
    assert isinstance(refusal(commands(**waits, cerrado="2026-03-03")), ReferralUndecided)
    assert isinstance(refusal(commands(**waits, juzgado="1")), TransferAlreadyOpen)


def test_a_case_that_was_not_handed_over_is_closed_by_whoever_registered_it() -> None:
    row = commands(abierto="2026-01-07", cerrado="2026-03-03")
    assert told(row) == [
        ("RegisterCase", "oficina-quejas", "01-07"),
        ("CloseCase", "oficina-quejas", "03-03"),
    ]
    assert refusal(row) is None


def test_contacts_and_services_are_recorded_on_their_days() -> None:
    row = commands(
        **SENT,
        contacto="telephone",
        contactado="2026-01-20",
        servicio="conciliation, legal-advice",
        cerrado="2026-03-03",
    )
    assert told(row)[5:] == [
        ("RecordContact", "conciliacion-chih", "01-20"),
        ("RecordServiceDelivered", "conciliacion-chih", "03-03"),
        ("RecordServiceDelivered", "conciliacion-chih", "03-03"),
        ("CloseFollowUp", "conciliacion-chih", "03-03"),
    ]
    assert refusal(row) is None


def test_an_outcome_has_a_date_of_its_own_for_when_it_was_recorded() -> None:
    row = commands(**SENT, estado="pagado", pagado="5", pagado_el="2026-02-01")
    (outcome,) = (k.command for k in row.all if isinstance(k.command, RecordOutcome))
    assert (outcome.at.date(), outcome.on) == (date(2026, 2, 1), date(2026, 2, 1))


def test_a_case_may_close_on_a_day_that_nobody_knows() -> None:
    row = commands(**SENT, estado="pagado", pagado="5")
    closings = [k.command for k in row.all if isinstance(k.command, CloseCase | CloseFollowUp)]
    assert [(one.undated, one.outcome) for one in closings] == [(True, "payment")] * 2
    assert refusal(row) is None
    filed = commands(**SENT, estado="Archivado")
    assert (filed.case.closing, filed.case.undated) == ("not-decided", True)
    dated = commands(**SENT, estado="pagado", pagado="5", cerrado="2026-03-03")
    assert not any(getattr(k.command, "undated", False) for k in dated.all)
    assert "CloseCase" not in [name for name, *_ in told(commands(**SENT))]


def test_what_is_not_dated_is_registered_before_what_is() -> None:
    row = commands(**{**SENT, "abierto": ""})
    assert told(row)[0] == ("RegisterCase", "oficina-quejas", "01-09")
    assert row.case.opened is None


def test_institutions_of_cells_are_named_as_the_mapping_has_it() -> None:
    row = commands(**ON, oficina="Zona  Norte, Núm. 2")
    named = {one.code: (one.name, one.kind, one.value) for one in row.case.institutions}
    assert named == {
        "oficina-zona-norte-num-2": ("Oficina Zona  Norte, Núm. 2", "labour-office", "oficina"),
        "conciliacion-chih": ("Conciliación", "conciliation-centre", "destino"),
        "juzgado-tercero-laboral": ("Juzgado Tercero Laboral", "court", "juzgado"),
    }


def test_an_institution_that_the_mapping_cannot_name_is_told_at_its_cell() -> None:
    assert rejected(**{**SENT, "destino": "Otro"}) == [("Destino", "Otro")]
    long = "Procuraduría Federal de la Defensa del Trabajo"
    assert rejected(**ON, oficina=long) == [("Oficina", long)]


def test_a_decline_without_its_reason_is_told_at_its_cell() -> None:
    assert rejected(**SENT, respuesta="rechazada") == [("Motivo", "")]


def test_what_was_done_was_done_by_somebody() -> None:
    assert rejected(abierto="2026-01-07", estado="pagado", pagado="5") == [("", "")]


@pytest.mark.parametrize("cell", ["enviado", "recibido", "respondido", "traspaso", "contactado"])
def test_no_date_of_the_way_is_still_to_come(cell: str) -> None:
    row = commands(**{**ON, "contacto": "telephone", cell: "2031-01-01"})
    assert isinstance(refusal(row), InTheFuture)


def test_a_key_of_several_values_tells_their_parts_apart() -> None:
    keys = {
        commands(oficina=office, numero=number).case.key
        for office, number in (("a|b", "c"), ("a", "b|c"), ("a\\", "b|c"), ("a", "\\b|c"))
    }
    assert len(keys) == 4
    assert commands(oficina="Norte", numero="17/26").case.key == "Norte|17/26"


@pytest.mark.parametrize("key", ["row_number", "[oficina, row_number]"])
def test_the_rows_number_may_be_its_key(key: str) -> None:
    first, second = (read_case(row_of(n), handed_over(key=key)).key for n in (7, 8))
    assert first != second
    assert first.endswith("7")


def test_moments_and_amounts_in_a_key_are_the_same_however_they_are_written() -> None:
    mapping = handed_over(key="[abierto, pagado]")
    cells = {"abierto": "2026-01-07"}
    keys = {read_case(row_of(**cells, pagado=text), mapping).key for text in ("5", "5.00", "05")}
    assert keys == {"2026-01-07|5"}


DATES = ["", "2025-12-31", "2026-01-07", "2026-02-02", "2031-01-01"]
WAYS: dict[str, list[str]] = {
    **dict.fromkeys(("abierto", "enviado", "recibido", "respondido", "traspaso", "cerrado"), DATES),
    "destino": ["", "C. Conciliación", "Oficina de quejas"],
    "respuesta": ["", "rechazada", "retirada", "pendiente"],
    "motivo": ["no-capacity"],
    "juzgado": ["", "1", "2"],
    "contacto": ["", "telephone"],
    "servicio": ["", "conciliation,legal-advice"],
    "pagado": ["", "0", "1.23456", "5"],
    "estado": ["", "pagado"],
}


@given(some.fixed_dictionaries({name: some.sampled_from(cells) for name, cells in WAYS.items()}))
def test_whatever_the_way_each_command_has_an_id_of_its_own_and_no_date_to_come(
    cells: dict[str, Any],
) -> None:
    try:
        row = commands(**cells)
    except RowRejected:
        return
    assert len({each.id for each in row.all}) == len(row.all)
    again = commands(**cells)
    assert [each.id for each in again.all] == [each.id for each in row.all]
    if not isinstance(refusal(row), InTheFuture):
        assert all(each.command.at <= NOW + timedelta(minutes=5) for each in row.all)
