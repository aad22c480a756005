"""A mapping that says all of a case's way: keys, institutions of cells, hand-overs, deeds, ends."""

from functools import cache
from pathlib import Path

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.row_source import Row

CANALIZACIONES = """\
name: canalizaciones
legal_basis: provided-by-law
about: {es: Canalizaciones de varias oficinas, en: Hand-overs of several offices}
values:
  oficina: {column: Oficina, type: text, required: true}
  numero: {column: Número, type: text, required: true}
  abierto: {column: Abierto, type: moment, formats: ["%Y-%m-%d"]}
  destino: {column: Destino, type: text}
  enviado: {column: Enviado, type: moment, formats: ["%Y-%m-%d"]}
  recibido: {column: Recibido, type: moment, formats: ["%Y-%m-%d"]}
  respondido: {column: Respondido, type: moment, formats: ["%Y-%m-%d"]}
  respuesta: {column: Respuesta, type: word}
  motivo: {column: Motivo, type: code, list: decline_reasons}
  juzgado: {column: Juzgado, type: text}
  traspaso: {column: Traspaso, type: moment, formats: ["%Y-%m-%d"]}
  contacto: {column: Contacto, type: code, list: contact_channels}
  contactado: {column: Contactado, type: moment, formats: ["%Y-%m-%d"]}
  servicio: {column: Servicio, type: code, list: service_kinds, split: ","}
  pagado: {column: Pagado, type: amount}
  pagado_el: {column: Pagado el, type: moment, formats: ["%Y-%m-%d"]}
  cerrado: {column: Cerrado, type: moment, formats: ["%Y-%m-%d"]}
  estado: {column: Estado, type: word}
case:
  key: [oficina, numero]
  programme: mx-labour-protection
  channel: {code: labour-inspection}
  subdivision: {code: MX-CHH}
  opened: abierto
  folio: CHH
zone: {all: America/Chihuahua}
registers:
  value: oficina
  translate:
    oficina de quejas: {code: oficina-quejas, name: Oficina de quejas, kind: labour-office}
  code: "oficina-{oficina}"
  name: "Oficina {oficina}"
  kind: labour-office
handover:
  - to:
      value: destino
      translate:
        c. conciliación: {code: conciliacion-chih, name: Conciliación, kind: conciliation-centre}
        oficina de quejas: {code: oficina-quejas, name: Oficina de quejas, kind: labour-office}
    kind: transfer
    services: [conciliation]
    when: {destino: {present: true}}
    referred: [enviado]
    acknowledged: [recibido]
    answered: [respondido]
    answers:
      - {when: {respuesta: {equals: rechazada}}, answer: declined, reason: {value: motivo}}
      - {when: {respuesta: {equals: retirada}}, answer: withdrawn, reason: {code: no-response}}
      - {when: {respuesta: {equals: pendiente}}, answer: waiting}
      - answer: accepted
    followup:
      closed: [traspaso]
      outcomes: [{closes_with: referred-elsewhere}]
  - to: {code: "juzgado-{juzgado}", name: "Juzgado {juzgado}", kind: court}
    kind: transfer
    services: [claim-adjudication]
    priority: urgent
    when: {juzgado: {present: true}}
    referred: [traspaso]
followup:
  closed: [cerrado]
  currency: MXN
  contacts:
    - {channel: {value: contacto}, happened: [contactado]}
  services:
    - {service: {value: servicio}, when: {contacto: {present: true}}}
  outcomes:
    - when: {estado: {equals: pagado}}
      records: [{outcome: payment, amount: [pagado], on: [pagado_el], happened: [pagado_el]}]
      closes_with: payment
      closes_undated: true
    - closes_with: not-decided
      closes_undated: {estado: {in: [archivado, cerrado]}}
"""


@cache
def handed_over(**instead: str) -> ImportMapping:
    """The mapping. instead: the rows, or the case's key, that it has instead."""
    text = CANALIZACIONES
    if "key" in instead:
        text = text.replace("key: [oficina, numero]", f"key: {instead['key']}")
    if "rows" in instead:
        text = text.replace("  folio: CHH", f"  folio: CHH\n  rows: {instead['rows']}")
    return MAPPINGS.read(text, "canalizaciones.yaml")


def cells_of(**cells: str) -> dict[str, str]:
    """A row's cells, by the names of their values; what is not given is empty."""
    given = {"oficina": "Oficina de Quejas", "numero": "17/26", **cells}
    return {column.heading: given.get(column.name, "") for column in handed_over().columns}


def row_of(number: int = 2, /, **cells: str) -> Row:
    """A row of such a file."""
    return Row(number, cells_of(**cells))


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """A file of such rows, each by the names of its values."""
    lines = [list(cells_of()), *(list(cells_of(**row).values()) for row in rows)]
    file = folder / "canalizaciones.csv"
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    file.write_text(text + "\n", encoding="utf-8")
    return file
