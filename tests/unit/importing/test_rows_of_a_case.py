"""Rows of one key: one counts, or, where the mapping says so, all of them are one case."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.cases_of_rows import cases_of
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.row_source import Row, RowSource
from services.operator.importer.run.summary import ImportSummary
from tests.integration.importing.files import read
from tests.unit.importing.handed_over import (
    CANALIZACIONES,
    handed_over,
    row_of,
    written,
)

FIRST = {
    "abierto": "2024-01-02", "destino": "C. Conciliación", "cerrado": "2024-02-03",
    "estado": "pagado", "pagado": "100", "pagado_el": "2024-02-03",
}  # fmt: skip
LATER = {**FIRST, "pagado": "999", "pagado_el": "2024-03-03", "cerrado": "2024-03-03"}


def imported(
    folder: Path, mapping: ImportMapping, *rows: dict[str, str]
) -> tuple[ImportSummary, list[list[str]]]:
    """A trial of these rows: how they ended, and the lines of the file of rejected rows."""
    out = folder / "out.csv"
    with RowSource(written(folder, *rows), mapping) as source:
        summary = run_import(None, source, rejected=out, check=True, lang="en")
    return summary, read(out)[1:] if out.exists() else []


def gathered(mapping: ImportMapping, *rows: Row) -> tuple[list[ImportedCase], list[int]]:
    """The cases of these rows, and the numbers of those that are rejected."""
    rejected: list[int] = []
    cases = cases_of(rows, mapping, lambda number, _: rejected.append(number), lambda: None)
    return [one.case for one in cases if one], rejected


def amounts(case: ImportedCase) -> list[str]:
    return [f"{outcome.amount} {outcome.on}" for outcome in case.outcomes]


def test_of_two_rows_with_one_key_that_differ_the_second_is_rejected_with_both_numbers(
    tmp_path: Path,
) -> None:
    summary, (line,) = imported(tmp_path, handed_over(), FIRST, LATER)
    assert (summary.imported, summary.rejected, summary.duplicates) == (1, 1, 0)
    assert not summary.clean
    assert line[:3] == ["3", "Oficina", "Oficina de Quejas"]
    assert "row 3 has the same key as row 2 and other values" in line[3]


def test_rows_of_one_key_that_say_the_same_repeat_the_first(tmp_path: Path) -> None:
    summary, lines = imported(tmp_path, handed_over(), FIRST, LATER, FIRST, LATER)
    assert (summary.imported, summary.rejected, summary.duplicates) == (1, 2, 1)
    assert [line[0] for line in lines] == ["3", "5"]


def test_what_no_value_reads_does_not_make_two_rows_differ(tmp_path: Path) -> None:
    other = {**FIRST, "motivo": "no-capacity"}  # of a decline, which this is not
    summary, _ = imported(tmp_path, handed_over(), FIRST, other)
    assert (summary.imported, summary.duplicates, summary.clean) == (1, 1, True)


def test_rows_of_one_key_far_apart_are_held_to_the_first_too(tmp_path: Path) -> None:
    between = [{**FIRST, "numero": str(n)} for n in range(1_200)]
    summary, (line,) = imported(tmp_path, handed_over(), FIRST, *between, LATER)
    assert (summary.imported, summary.rejected) == (1_201, 1)
    assert line[0] == "1203"


def test_several_rows_of_a_case_are_added_up() -> None:
    (case, other), rejected = gathered(
        handed_over(rows="sum"), row_of(2, **FIRST), row_of(9, numero="2"), row_of(5, **LATER)
    )
    assert other.outcomes == ()
    assert amounts(case) == ["1099 2024-03-03"]
    assert case.closed is not None
    assert (str(case.closed.date()), case.closing, rejected) == ("2024-03-03", "payment", [])


def test_or_the_outcome_of_each_row_is_recorded() -> None:
    cases, rejected = gathered(handed_over(rows="each"), row_of(2, **FIRST), row_of(3, **LATER))
    assert [amounts(case) for case in cases] == [["100 2024-02-03", "999 2024-03-03"]]
    assert rejected == []


def test_two_equal_rows_of_a_case_are_two_payments() -> None:
    (case,), _ = gathered(handed_over(rows="sum"), row_of(2, **FIRST), row_of(3, **FIRST))
    assert amounts(case) == ["200 2024-02-03"]


TWICE = """\
      records:
        - {outcome: payment, amount: [pagado], on: [pagado_el], happened: [pagado_el]}
        - {outcome: payment, amount: [pagado], when: {motivo: {present: true}}}
"""


def test_one_row_is_added_up_as_two_are() -> None:
    mapping = MAPPINGS.read(summing(TWICE), "canalizaciones.yaml")
    said = {**FIRST, "motivo": "no-capacity"}
    (one, two), rejected = gathered(mapping, row_of(2, **said), row_of(3, **said, numero="2"))
    assert rejected == []
    assert amounts(one) == amounts(two) == ["200 2024-02-03"]
    (same,), _ = gathered(mapping, row_of(2, **said), row_of(3, **LATER))
    assert amounts(same) == ["1199 2024-03-03"]


def test_a_missing_amount_adds_nothing() -> None:
    text = summing("      records: [{outcome: agreement, amount: [pagado], on: [pagado_el]}]\n")
    mapping = MAPPINGS.read(text, "canalizaciones.yaml")
    for cells in ([{"pagado": ""}, {}], [{}, {"pagado": ""}]):
        rows = [row_of(n, **{**FIRST, **one}) for n, one in enumerate(cells, 2)]
        (case,), _ = gathered(mapping, *rows)
        assert [(one.amount, one.currency) for one in case.outcomes] == [(Decimal(100), "MXN")]


def summing(records: str) -> str:
    """The mapping whose rows are added up, with other records."""
    before, _, after = CANALIZACIONES.partition("      records: ")
    text = before + records + after.partition("\n")[2]
    return text.replace("  folio: CHH", "  folio: CHH\n  rows: sum")


def test_what_one_row_does_not_say_another_says() -> None:
    alone = {"abierto": "2024-05-05", "contacto": "telephone", "contactado": "2024-01-20"}
    (case,), rejected = gathered(handed_over(rows="each"), row_of(2, **FIRST), row_of(3, **alone))
    assert rejected == []
    assert case.opened is not None
    assert str(case.opened.date()) == "2024-01-02"
    assert (len(case.contacts), len(case.all_handovers)) == (1, 1)


def test_a_case_in_which_something_was_done_was_accepted_by_somebody(tmp_path: Path) -> None:
    alone = {"abierto": "2024-05-05", "contacto": "telephone"}
    summary, lines = imported(tmp_path, handed_over(rows="sum"), alone, alone)
    assert (summary.imported, summary.rejected, len(lines)) == (0, 2, 2)


def test_a_row_that_contradicts_an_earlier_one_keeps_the_whole_case_out(tmp_path: Path) -> None:
    sent = {**FIRST, "enviado": "2024-01-05"}
    other = {**LATER, "enviado": "2024-01-06"}
    mapping = handed_over(rows="sum")
    alone = {**FIRST, "numero": "2"}
    summary, lines = imported(tmp_path, mapping, sent, other, alone, LATER)
    assert (summary.imported, summary.rejected, summary.done) == (1, 3, 4)
    assert [line[:3] for line in lines] == [
        ["3", "Enviado", "2024-01-06"],
        ["2", "", ""],
        ["5", "", ""],
    ]
    assert "row 3 contradicts row 2" in lines[0][3]
    assert "as row 3" in lines[1][3]


def test_a_row_that_cannot_be_read_keeps_the_whole_case_out(tmp_path: Path) -> None:
    bad = {**LATER, "pagado": "x"}
    for rows in ([FIRST, bad, LATER], [bad, FIRST, LATER]):
        summary, lines = imported(tmp_path, handed_over(rows="sum"), *rows)
        assert (summary.imported, summary.rejected) == (0, 3)
        assert {line[0] for line in lines} == {"2", "3", "4"}


def test_a_sum_that_no_service_takes_is_told_for_all_its_rows(tmp_path: Path) -> None:
    high = {**FIRST, "pagado": "9" * 15}
    summary, lines = imported(tmp_path, handed_over(rows="sum"), high, high)
    assert (summary.imported, summary.rejected) == (0, 2)
    assert [line[0] for line in lines] == ["2", "3"]


@pytest.mark.parametrize("rows", ["sum", "each"])
def test_a_case_of_several_rows_counts_all_its_rows(tmp_path: Path, rows: str) -> None:
    summary, _ = imported(tmp_path, handed_over(rows=rows), FIRST, {**FIRST, "numero": "2"}, LATER)
    assert (summary.rows, summary.imported, summary.clean) == (3, 3, True)


def test_an_institution_that_the_directory_refuses_is_told_at_its_cell_and_others_go_on(
    tmp_path: Path,
) -> None:
    rows = [
        {**FIRST, "oficina": "oficina@ejemplo.mx"},
        FIRST,
        {**FIRST, "oficina": "Norte"},
        {**FIRST, "oficina": "(Norte)", "numero": "18/26"},
        {**FIRST, "oficina": "Oficina de quejas", "destino": "Oficina de quejas", "numero": "19"},
    ]
    summary, lines = imported(tmp_path, handed_over(), *rows)
    assert (summary.imported, summary.rejected) == (3, 2)
    assert [line[:3] for line in lines] == [
        ["2", "Oficina", "oficina@ejemplo.mx"],
        ["6", "Oficina", "Oficina de quejas"],
    ]


def test_a_way_that_no_service_would_go_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    waits = {**FIRST, "respuesta": "pendiente", "estado": ""}
    summary, (line,) = imported(tmp_path, handed_over(), waits)
    assert (summary.imported, summary.rejected) == (0, 1)
    assert line[0] == "2"


@pytest.mark.parametrize("rows", ["sum", "each"])
def test_a_case_of_thousands_of_rows_has_a_key_that_is_none(rows: str) -> None:
    many = [row_of(n, **FIRST) for n in range(2, 5_003)]
    cases, rejected = gathered(handed_over(rows=rows), *many)
    assert (cases, rejected) == ([], [5_002, *range(2, 5_002)])
    assert len(gathered(handed_over(rows=rows), *many[:-1])[0]) == 1
