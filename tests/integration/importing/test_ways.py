"""The whole way of a case comes in from a file: through all services, once, in its order."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.referral import directory
from tests.integration.importing import files
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import read, row
from tests.unit.importing.handed_over import handed_over, written
from tests.unit.importing.test_ways import ON, SENT
from tests.whole_logs import history_of

pytestmark = pytest.mark.integration


def passing_on(office: Office, **instead: str) -> Office:
    """The office with the mapping of hand-overs, under a name of its own."""
    return replace(office, mapping=replace(handed_over(**instead), name=office.mapping.name))


def ways(office: Office, numero: str) -> list[str]:
    """What is recorded of a case at referral and at followup: names of facts, in order."""
    secret, name = office.services["intake"].secret, office.mapping.name
    key = f"Oficina de Quejas|{numero}"
    case = secret.id_of("import", name, key)
    referrals = [secret.id_of("import", name, key, "referral", *which) for which in ((), ("1",))]
    streams = [
        history_of(office.services["referral"].log, case),
        *(history_of(office.services["followup"].log, each) for each in referrals),
    ]
    return [fact.name for facts in streams for fact in facts]


TAKEN, REQUESTED = "custody-taken", "referral-requested"
ACCEPTED = ["referral-acknowledged", "referral-accepted"]
ENDED: dict[str, Any] = {"estado": "pagado", "pagado": "5", "pagado_el": "2026-03-01"}
CASES = {
    "1": ({**ON, **ENDED, "cerrado": "2026-03-03"}, [
        TAKEN, REQUESTED, *ACCEPTED, REQUESTED, *ACCEPTED, "case-closed",
        "referral-closed", "referral-closed",
        "follow-up-opened", "follow-up-closed",
        "follow-up-opened", "outcome-recorded", "follow-up-closed",
    ]),
    "2": ({**SENT, "respuesta": "rechazada", "motivo": "no-capacity", "cerrado": "2026-03-03"}, [
        TAKEN, REQUESTED, "referral-acknowledged", "referral-declined", "case-closed",
    ]),
    "3": ({**SENT, "respuesta": "pendiente"}, [TAKEN, REQUESTED, "referral-acknowledged"]),
    "4": ({**SENT, **ENDED, "contacto": "telephone", "servicio": "conciliation"}, [
        TAKEN, REQUESTED, *ACCEPTED, "case-closed", "referral-closed",
        "follow-up-opened", "contact-recorded", "service-delivered", "outcome-recorded",
        "follow-up-closed",
    ]),
    "5": ({"abierto": "2026-01-07"}, [TAKEN]),
}  # fmt: skip


def file_of(folder: Path, *more: dict[str, str]) -> Path:
    return written(folder, *({**cells, "numero": n} for n, (cells, _) in CASES.items()), *more)


def test_every_way_comes_in_whole_and_only_once(office: Office) -> None:
    here = passing_on(office)
    file = file_of(here.folder)
    summary = here.imports(file)
    assert (summary.imported, summary.clean) == (5, True), summary
    assert {n: sorted(ways(here, n)) for n in CASES} == {
        n: sorted(facts) for n, (_, facts) in CASES.items()
    }
    before = here.positions()
    again = here.imports(file)
    assert (again.already_there, again.imported, again.clean) == (5, 0, True)
    assert here.positions() == before


def test_an_institution_of_a_cell_is_entered_in_the_directory_with_its_first_row(
    office: Office,
) -> None:
    here = passing_on(office)
    cells = {**ON, "oficina": "Zona Norte 7", "juzgado": "Séptimo"}
    summary = here.imports(written(here.folder, cells, {**cells, "numero": "2"}))
    assert (summary.imported, summary.clean) == (2, True), summary
    log = here.services["referral"].log
    for code, name in (
        ("oficina-zona-norte-7", "Oficina Zona Norte 7"),
        ("juzgado-septimo", "Juzgado Séptimo"),
    ):
        (entry,) = history_of(log, directory.stream_of(code))
        assert (entry.name, entry.fact.name) == ("institution-registered", name)
        assert entry.meta.imported is not None


def test_a_name_that_is_anothers_in_the_directory_rejects_its_row_and_no_other(
    office: Office,
) -> None:
    here = passing_on(office)
    assert here.imports(written(here.folder, {**SENT, "oficina": "Sur uno"})).clean
    other = passing_on(
        replace(office, mapping=replace(office.mapping, name=f"{office.mapping.name}-b"))
    )
    rejected = other.folder / "out.csv"
    rows = [{**SENT, "oficina": "Sur-Uno"}, {**SENT, "oficina": "Suruno"}, SENT]
    summary = other.imports(written(other.folder, *rows), rejected=rejected)
    assert (summary.imported, summary.rejected) == (2, 1)
    (line,) = read(rejected)[1:]
    assert line[:3] == ["3", "Oficina", "Suruno"]


def test_of_two_rows_with_one_key_that_differ_the_second_is_rejected_with_both_numbers(
    office: Office,
) -> None:
    first = row("a2", date_opened="2024-01-02", date_closed="2024-02-03", amount_paid="50")
    file = files.written(
        office.folder / "claims.csv", [first, {**first, "amount_paid": "999"}, first]
    )
    rejected = office.folder / "out.csv"
    for summary in (office.imports(file, rejected=rejected), office.imports(file)):
        assert (summary.rejected, summary.duplicates, summary.differing) == (1, 1, 0)
    (line,) = read(rejected)[1:]
    assert line[:3] == ["3", "case_uuid", "a2"]
    assert "la fila 3 tiene la misma clave que la fila 2" in line[3]
    amounts = [str(f.fact.amount) for f in office.history("a2") if f.name == "outcome-recorded"]
    assert amounts == ["50", "50"]


@pytest.mark.parametrize(("rows", "amounts"), [("sum", ["12"]), ("each", ["5", "7"])])
def test_rows_of_one_case_come_in_as_one(office: Office, rows: str, amounts: list[str]) -> None:
    here = passing_on(office, rows=rows)
    first = {**SENT, **ENDED, "numero": "1"}
    between = {**SENT, "numero": "2"}
    later = {**first, "pagado": "7", "cerrado": "2026-03-03"}
    file = written(here.folder, first, between, later)
    summary = here.imports(file)
    assert (summary.rows, summary.imported, summary.clean) == (3, 3, True), summary
    secret = here.services["intake"].secret
    referral = secret.id_of("import", here.mapping.name, "Oficina de Quejas|1", "referral")
    facts = history_of(here.services["followup"].log, referral)
    assert [str(f.fact.amount) for f in facts if f.name == "outcome-recorded"] == amounts
    assert here.imports(file).already_there == 3


def test_a_row_that_closed_before_it_opened_comes_in_whole_and_its_closing_names_the_file(
    office: Office,
) -> None:
    odd = row("odd", date_opened="2024-05-02", date_closed="2024-02-03", amount_paid="50")
    summary = office.imports(files.written(office.folder / "claims.csv", [odd]))
    assert (summary.imported, summary.clean) == (1, True)
    assert summary.odd["closed-before-opened"] == 1
    (closing,) = (fact for fact in office.history("odd") if fact.name == "case-closed")
    assert closing.meta.imported is not None


def test_a_closing_that_nobody_can_date_is_a_fact_that_says_so(office: Office) -> None:
    filed = row("q1", date_opened="2024-01-02", case_status="dismissed", amount_paid="0")
    summary = office.imports(files.written(office.folder / "claims.csv", [filed]))
    assert (summary.imported, summary.odd["closed-undated"]) == (1, 1)
    closings = [f for f in office.history("q1") if f.name in {"case-closed", "follow-up-closed"}]
    assert [(f.fact.undated, f.fact.outcome) for f in closings] == [(True, "dismissed")] * 2
