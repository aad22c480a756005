"""Mappings and rows for the tests of importing: the shipped mapping, and one of another shape."""

from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import yaml

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.imported_case import ImportedCase, read_case
from services.operator.importer.run.row_source import Row
from shared.definitions.located_yaml import read_located

WAGES = Path(__file__).parents[3] / "services/operator/importer/mappings/us-wage-claims.yaml"

QUEJAS = """\
name: quejas-chihuahua
legal_basis: provided-by-law
about: {es: Quejas laborales de una oficina, en: An office's labour complaints}
file: {encoding: cp1252, delimiter: ";", missing: ["s/d"]}
values:
  folio: {column: Folio, type: text}
  fecha: {column: Fecha, type: moment, formats: ["%d/%m/%Y"], required: true}
  municipio:
    column: Municipio
    type: code
    list: municipalities
    only: {subdivision: MX-CHH}
    translate: {cd. juárez: "08037"}
  sexo: {column: Sexo, type: code, list: sexes, translate: {m: female, h: male}, unknown: missing}
  monto: {column: Monto, type: amount, decimal: ".", thousands: ",", symbols: ["$", MXN]}
  convenio: {column: Convenio, type: word, translate: {sí: "yes", si: "yes"}, unknown: reject}
case:
  key: folio
  programme: mx-labour-protection
  channel: {code: labour-inspection}
  subdivision: {code: MX-CHH}
  municipality: {value: municipio}
  opened: fecha
  folio: CHH
  details: {sex: {value: sexo}, violations: {code: unpaid-wages}}
zone: {all: America/Chihuahua}
handover:
  from: {code: oficina-quejas, name: Oficina de quejas, kind: labour-office}
  to: {code: conciliacion-quejas, name: Centro de conciliación, kind: conciliation-centre}
  kind: share
  services: [conciliation]
  priority: urgent
followup:
  currency: MXN
  outcomes:
    - when: {all: [{convenio: {equals: "yes"}}, {not: {monto: {less_than: 100}}}]}
      records: [{outcome: agreement, amount: [monto], on: [fecha]}]
      closes_with: agreement
    - closes_with: not-decided
"""


@cache
def wages(name: str = "us-wage-claims") -> ImportMapping:
    """The shipped mapping, under a name of the test's own."""
    text = WAGES.read_text(encoding="utf-8")
    return MAPPINGS.read(text.replace("name: us-wage-claims", f"name: {name}", 1), WAGES.name)


@cache
def with_file(layout: str) -> ImportMapping:
    """The shipped mapping for files that are written otherwise: YAML of its ``file`` in one line.

    Without headings the columns follow each other.
    """
    mapping: dict[str, Any] = read_located(WAGES.read_text(encoding="utf-8")).content
    mapping["file"] = read_located(layout).content
    if not mapping["file"].get("headings", True):
        columns = [value for value in mapping["values"].values() if "column" in value]
        for letter, value in zip(ascii_uppercase, columns, strict=False):
            value["column"] = letter
    return MAPPINGS.read(yaml.safe_dump(mapping, allow_unicode=True), WAGES.name)


@cache
def quejas() -> ImportMapping:
    """The second mapping: another country, another CSV, no closing date."""
    return MAPPINGS.read(QUEJAS, "quejas.yaml")


def wage_row(**cells: str) -> Row:
    """A row of the publisher's file; what is not given is empty."""
    mapping = wages()
    row = {column.heading: "" for column in mapping.columns}
    return Row(2, {**row, "case_uuid": "a-1", "state_name": "Kansas", **cells})


def wage_claim(**cells: str) -> ImportedCase:
    """The case of such a row."""
    return read_case(wage_row(**cells), wages())
