"""What goes into the file of rejected rows when it is not a cell that cannot be read."""

from collections.abc import Iterator

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.imported_case import Trouble
from services.operator.importer.run.source import Row
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text

ALREADY_TOLD_OTHERWISE = Text(
    "ya hay un caso con esta clave, y decía otra cosa; se dejó como está",
    "there is a case with this key, and it said something else; it was left as it is",
)


def parked_at(service: str) -> Text:
    """The row's message waits there."""
    return Text(
        f"su aviso espera en {service}: resuélvalo (canaliza parked list) y repita la importación",
        f"its message waits at {service}: settle it (canaliza parked list) and import again",
    )


def whole_row(reason: Text) -> Trouble:
    """A trouble that no single cell is to blame for."""
    return Trouble("", "", reason)


def trouble_with(refusal: Refusal, row: Row | None, mapping: ImportMapping) -> Trouble:
    """A rule's no, at the column that it is about, where that can be told."""
    reason = Text(refusal.sentence(), refusal.sentence("en"))
    field = refusal.field if isinstance(refusal, Invalid) else ""
    cells = (row.cells if row else None) or {}
    for name in _values_behind(field, mapping):
        heading = mapping.heading(name)
        if cells.get(heading, "").strip():
            return Trouble(heading, cells[heading], reason)
    return whole_row(reason)


def _values_behind(field: str, mapping: ImportMapping) -> Iterator[str]:
    """The mapping's values that a command's field may have come from, the likeliest first."""
    followup = mapping.followup
    match field:
        case "amount" if followup is not None:
            for rule in followup.rules:
                for record in rule.records:
                    yield from record.amount
        case "happened_at" | "opened_at":
            yield from followup.closed if followup and field == "happened_at" else ()
            yield from (mapping.opened,) if mapping.opened else ()
        case "subdivision" | "municipality" | "channel":
            value = getattr(mapping, field).value
            yield from (value,) if value else ()
        case _ if field.startswith("details."):
            said = mapping.details.get(field.removeprefix("details."))
            yield from (said.value,) if said and said.value else ()
        case _:
            return
