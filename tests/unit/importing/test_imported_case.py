"""The cases of rows: by the publisher's rule for wage claims, and by a mapping of another shape."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.imported_history import ImportedOutcome
from services.operator.importer.run.rejections import RowRejected, RowSkipped
from services.operator.importer.run.row_source import Row
from shared.kernel.text import Text
from tests.unit.importing.mapping_files import quejas, wage_claim, wage_row, wages, with_file

NOT_A_ROW = Text("no se puede leer", "cannot be read")
AWARD, PAYMENT = "award", "payment"


def outcomes(**cells: str) -> list[tuple[str, str | None]]:
    return [
        (o.outcome, None if o.amount is None else str(o.amount))
        for o in wage_claim(**cells).outcomes
    ]


@pytest.mark.parametrize(
    "status",
    ["open", "dismissed", "withdrawn", "pending appeal", "overturned",
     "amount exceeds statutory limit"],
)  # fmt: skip
def test_these_are_not_decided_for_the_claimant_whatever_was_paid(status: str) -> None:
    assert outcomes(case_status=status, amount_paid="10", amount_assessed="10") == []


@pytest.mark.parametrize("status", ["pending enforcement", "affirmed", "claimant_won", "paid"])
def test_these_are_decided_for_the_claimant_even_without_an_amount(status: str) -> None:
    assert outcomes(case_status=status) == [(AWARD, None)]


@pytest.mark.parametrize("status", ["", "closed", "Something Else"])
def test_else_a_payment_decides_even_of_zero(status: str) -> None:
    assert outcomes(case_status=status, amount_paid="0") == [(AWARD, None), (PAYMENT, "0")]
    assert outcomes(case_status=status, amount_assessed="0.0") == []
    assert outcomes(case_status=status, amount_assessed="0.01") == [(AWARD, "0.01")]
    assert outcomes(case_status=status) == []


@pytest.mark.parametrize(
    ("assessed", "paid", "claimed", "owed"),
    [
        ("4835.886", "100", "9000", "4835.886"),
        ("0", "100", "9000", "0"),
        ("", "100", "9000", "100"),
        ("", "0", "9000", "9000"),
        ("", "0", "", None),
        ("", "", "9000", "9000"),
        ("", "", "2699.99999999995", "2700.0000"),
        ("", "", "-549.48", None),
        ("", "", "n/a", None),
        ("", "", "", None),
    ],
)
def test_what_is_owed_was_assessed_or_else_paid_if_anything_was_or_else_claimed(
    assessed: str, paid: str, claimed: str, owed: str | None
) -> None:
    amounts = {"amount_assessed": assessed, "amount_paid": paid, "amount_claimed": claimed}
    [award, *payments] = outcomes(case_status="affirmed", **amounts)
    assert award == (AWARD, owed)
    assert payments == ([(PAYMENT, paid)] if paid else [])


def test_what_was_only_claimed_decides_nothing() -> None:
    assert outcomes(amount_claimed="9000") == []


@pytest.mark.parametrize(
    ("status", "closing", "undated"),
    [
        ("dismissed", "dismissed", True),
        ("overturned", "dismissed", True),
        ("withdrawn", "withdrawn-by-person", True),
        ("pending appeal", "pending-elsewhere", False),
        ("open", "not-decided", False),
        ("paid", "award", True),
        ("claimant_won", "award", False),
        ("closed", "not-decided", True),
        ("", "not-decided", False),
    ],
)
def test_a_claim_closes_with_what_came_of_it_if_its_date_or_its_status_says_that_it_did(
    status: str, closing: str, *, undated: bool
) -> None:
    dated = wage_claim(case_status=status, date_closed="2011-03-28")
    assert (dated.closing, dated.undated) == (closing, False)
    without = wage_claim(case_status=status)
    assert (without.closing, without.undated) == (closing if undated else None, undated)


def test_a_claim_closes_when_it_closed_or_else_when_it_was_paid() -> None:
    both = wage_claim(date_closed="2011-03-28", date_paid="2011-04-01", amount_paid="5")
    paid = wage_claim(date_paid="2011-04-01", amount_paid="5")
    assert str(both.closed) == "2011-03-28 00:00:00-05:00"
    assert [o.on for o in both.outcomes] == [date(2011, 3, 28), date(2011, 4, 1)]
    assert str(paid.closed) == "2011-04-01 00:00:00-05:00"


def test_the_time_of_day_stays_as_it_is_in_the_file() -> None:
    claim = wage_claim(state_name="Wyoming", date_opened="2022-08-30 11:16:31.717")
    assert str(claim.opened) == "2022-08-30 11:16:31.717000-06:00"
    assert claim.registered_by == "us-wy-wage-claims-intake"
    assert claim.referred_to == "us-wy-wage-claims"


def test_nothing_of_the_employer_is_in_a_rows_case() -> None:
    cells = wage_row().cells
    row = Row(2, {**(cells or {}), "employer_name": "Secret Ltd", "employer_city": "Nowhere"})
    case = str(read_case(row, wages()))
    assert "Secret" not in case
    assert "Nowhere" not in case


def test_each_bad_cell_of_a_row_is_a_reason_with_its_column_and_value() -> None:
    with pytest.raises(RowRejected) as caught:
        wage_claim(state_name="Kansaz", date_opened="soon", amount_paid="-3", case_uuid="")
    assert [(t.column, t.value) for t in caught.value.rejections] == [
        ("case_uuid", ""),
        ("state_name", "Kansaz"),
        ("date_opened", "soon"),
        ("amount_paid", "-3"),
    ]


def test_what_is_wrong_with_a_row_before_its_cells_are_read_is_a_reason_too() -> None:
    with pytest.raises(RowRejected) as caught:
        read_case(Row(7, None, (("", NOT_A_ROW),)), wages())
    assert [(t.column, t.reason) for t in caught.value.rejections] == [("", NOT_A_ROW)]
    with pytest.raises(RowRejected) as caught:
        read_case(Row(7, wage_row().cells, (("case_status", NOT_A_ROW),)), wages())
    assert [(t.column, t.reason) for t in caught.value.rejections] == [("case_status", NOT_A_ROW)]


def test_a_row_that_the_mapping_skips_is_none_of_the_files_cases() -> None:
    totals = with_file("{skip_rows: {status: {equals: total}, opened: {present: false}}}")
    cells = wage_row(case_status="TOTAL", amount_paid="x", state_name="").cells
    with pytest.raises(RowSkipped):
        read_case(Row(2, cells), totals)
    unsure = Row(2, {**(cells or {}), "date_opened": "soon"})  # perhaps there is a date after all
    with pytest.raises(RowRejected):
        read_case(unsure, totals)
    assert read_case(wage_row(case_status="paid"), totals).key == "a-1"


def test_another_mapping_reads_another_shape_of_file() -> None:
    cells = {
        "Folio": "17/2026", "Fecha": "05/02/2026", "Municipio": "Cd. Juárez", "Sexo": "M",
        "Monto": "$12,345.60", "Convenio": "Sí",
    }  # fmt: skip
    case = read_case(Row(2, cells), quejas())
    assert case.opened == datetime.fromisoformat("2026-02-05T00:00:00-06:00")
    assert (case.municipality, case.details["sex"]) == ("08037", "female")
    agreement = ImportedOutcome("agreement", Decimal("12345.60"), "MXN", date(2026, 2, 5))
    assert case.outcomes == (agreement,)
    assert case.closing is None
    small = read_case(
        Row(3, {**cells, "Monto": "99.99", "Municipio": "S/D", "Sexo": "x"}), quejas()
    )
    assert small.outcomes == ()
    assert small.municipality is None
    assert "sex" not in small.details
