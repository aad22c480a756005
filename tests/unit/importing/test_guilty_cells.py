"""A refusal is told at the cell that is guilty, in the words of whoever has the file."""

from datetime import UTC, datetime

import pytest

from services.followup.amounts import OutcomeNeedsAmount
from services.intake.details import MunicipalityOutsideSubdivision, OffsetMissing
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.rejections import Rejection, rejection_of
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import Row
from shared.kernel.ids import InstallationSecret
from tests.unit.importing.handed_over import CANALIZACIONES, cells_of
from tests.unit.importing.mapping_files import quejas
from tests.unit.importing.test_ways import ON
from tests.unit.importing.trials import refusal_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLAIMS = """\
name: claims
legal_basis: public-source
about: {es: Reclamaciones, en: Claims}
values:
  id:     {column: Id, type: text}
  opened: {column: Opened, type: moment, formats: ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]}
  closed: {column: Closed, type: moment, formats: ["%Y-%m-%d"]}
  owed:   {column: Owed, type: amount, negative: keep}
  paid:   {column: Paid, type: amount, negative: keep}
  rest:   {type: amount, computed: owed - paid}
case:
  key: id
  programme: us-wage-claims
  channel: {code: published-record}
  subdivision: {code: US-KS}
  folio: KS
  opened: opened
zone: {all: America/Chicago}
handover:
  from: {code: intake-office, name: Recepción, kind: labour-office}
  to: {code: deciding-office, name: Resolución, kind: labour-office}
  kind: transfer
  services: [claim-adjudication]
followup:
  currency: USD
  closed: [closed]
  outcomes:
    - records:
        - {outcome: award, amount: [owed, paid]}
        - {outcome: payment, when: {paid: {present: true}}, amount: [paid]}
      closes_with: award
"""
CELLS = {"Id": "a1", "Opened": "2024-01-02", "Closed": "2024-02-03", "Owed": "9726.28", "Paid": "5"}


def rejected(**cells: str) -> Rejection:
    mapping = MAPPINGS.read(CLAIMS, "claims.yaml")
    row = Row(2, {**CELLS, **cells})
    commands = RowCommands(
        row, read_case(row, mapping), mapping, NOW, secret=InstallationSecret(b"x" * 32)
    )
    refusal = refusal_of(commands, NOW)
    assert refusal is not None
    return rejection_of(refusal, row, mapping)


BEFORE = """\
    followup:
      currency: MXN
      contacts: [{channel: {code: telephone}, happened: [contactado]}]
      outcomes:
        - records: [{outcome: payment, amount: [pagado], happened: [pagado_el]}]
          closes_with: referred-elsewhere
"""


@pytest.mark.parametrize(
    ("column", "cell"),
    [("Pagado", "1.23456"), ("Pagado el", "2031-01-01"), ("Contactado", "2031-01-01")],
)
def test_what_was_done_before_a_hand_over_is_told_at_its_cell_too(column: str, cell: str) -> None:
    own = """\
    followup:
      closed: [traspaso]
      outcomes: [{closes_with: referred-elsewhere}]
"""
    without = CANALIZACIONES[: CANALIZACIONES.index("\nfollowup:") + 1]
    assert own in without
    mapping = MAPPINGS.read(without.replace(own, BEFORE), "canalizaciones.yaml")
    good = {"Pagado": "5", "Pagado el": "2026-02-02", "Contactado": "2026-02-01"}
    row = Row(2, {**cells_of(**ON), **good, column: cell})
    commands = RowCommands(
        row, read_case(row, mapping), mapping, NOW, secret=InstallationSecret(b"x" * 32)
    )
    refusal = refusal_of(commands, NOW)
    assert refusal is not None
    assert rejection_of(refusal, row, mapping).column == column


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"Paid": "219.95255"}, "Paid", "tiene más de cuatro decimales"),
        ({"Owed": "0.00001"}, "Owed", "tiene más de cuatro decimales"),
        ({"Paid": "-5"}, "Paid", "menor que cero"),
        ({"Paid": "1234567890123456"}, "Paid", "más de 15 cifras"),
        ({"Opened": "2099-01-02"}, "Opened", "es una fecha que aún no llega"),
        ({"Opened": "2099-01-02T03:04:05Z"}, "Opened", "es una fecha que aún no llega"),
        ({"Closed": "2099-02-03"}, "Closed", "es una fecha que aún no llega"),
    ],
)
def test_the_guilty_cell_is_blamed_and_no_other(
    cells: dict[str, str], column: str, reason: str
) -> None:
    found = rejected(**cells)
    assert (found.column, found.value) == (column, cells[column])
    assert reason in found.reason.es
    for text in (found.reason.es, found.reason.en):
        assert "happened_at" not in text
        assert "_" not in text


def test_a_fields_name_is_never_shown_but_the_heading() -> None:
    row = Row(2, {"Fecha": "05/02/2026", "Municipio": "08037", "Monto": ""})
    missing = rejection_of(OffsetMissing(field="opened_at"), row, quejas())
    assert missing.column == "Fecha"
    assert "«Fecha»" in missing.reason.es
    elsewhere = rejection_of(OffsetMissing(field="happened_at"), Row(2, {}), quejas())
    assert elsewhere.column == ""
    assert "«la fila»" in elsewhere.reason.es
    assert "“the row”" in elsewhere.reason.en
    outside = MunicipalityOutsideSubdivision(
        field="municipality", municipality="08037", subdivision="MX-JAL"
    )
    assert rejection_of(outside, row, quejas()).column == "Municipio"


def test_an_amount_that_is_missing_is_told_at_its_empty_cell() -> None:
    row = Row(2, {"Fecha": "05/02/2026", "Monto": ""})
    found = rejection_of(OutcomeNeedsAmount(field="amount", outcome="payment"), row, quejas())
    assert (found.column, found.value) == ("Monto", "")
    assert "falta el importe" in found.reason.es
