"""Mappings and rows for the tests of importing: the shipped mapping, and one of another shape."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.imported_case import ImportedCase, read_case
from services.operator.importer.run.row_source import Row
from shared.definitions.located_yaml import read_located

WAGES = Path(__file__).parents[3] / "services/operator/importer/mappings/us-wage-claims.yaml"

CLAIMS = """\
name: claims
legal_basis: public-source
about: {es: Reclamaciones, en: Claims}
values:
  id:       {column: case_uuid, type: text}
  subdivision: {column: state_name, type: code, list: subdivisions, only: {country: US}}
  status:   {column: case_status, type: word}
  opened:   {column: date_opened, type: moment, formats: ["%Y-%m-%d"]}
  paid_on:  {column: date_paid, type: moment, formats: ["%Y-%m-%d"]}
  closed:   {column: date_closed, type: moment, formats: ["%Y-%m-%d"]}
  assessed: {column: amount_assessed, type: amount}
  paid:     {column: amount_paid, type: amount}
case:
  key: id
  programme: us-wage-claims
  channel: {code: published-record}
  subdivision: {value: subdivision}
  folio: "{subdivision}"
  opened: opened
zone: {all: America/Chicago}
registers: {code: claims-office, name: Claims office, kind: labour-office}
"""
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
def with_file(layout: str = "{}") -> ImportMapping:
    """A mapping of eight columns, for files that are written so: YAML of ``file`` in one line.

    Without headings the columns follow each other.
    """
    mapping: dict[str, Any] = read_located(CLAIMS).content
    mapping["file"] = read_located(layout).content
    if not mapping["file"].get("headings", True):
        for name, value in zip("ABCDEFGH", mapping["values"].values(), strict=True):
            value["column"] = name
    return MAPPINGS.read(yaml.safe_dump(mapping, sort_keys=False), "claims.yaml")


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
