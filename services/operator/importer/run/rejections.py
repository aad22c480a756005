"""Why rows are rejected: at which column, for which value, for which reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.row_source import Row
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row is rejected. column: its heading, empty if it is the row as a whole.

    value: the cell's text; it goes into the operator's own file of rejected rows, nowhere else.
    """

    column: str
    value: str
    reason: Text


class RowRejected(Exception):
    """A row cannot be imported; ``rejections`` is every reason."""

    def __init__(self, *rejections: Rejection) -> None:
        super().__init__(len(rejections))
        self.rejections = rejections


class RowSkipped(Exception):
    """A row is none of the file's cases, as the mapping has it (``file.skip_rows``)."""


DIFFERS = Rejection(
    "",
    "",
    Text(
        "ya hay un caso con esta clave y con otros datos; se dejó como está",
        "there is a case with this key and with other values; it was left as it is",
    ),
)


def parked_at(service: str) -> Rejection:
    """Return why a row went no further: its message is parked there."""
    return Rejection(
        "",
        "",
        Text(
            f"su mensaje está apartado en {service}: resuélvalo (canaliza parked list) y repita la"
            " importación",
            f"its message is parked at {service}: resolve it (canaliza parked list) and import"
            " again",
        ),
    )


def rejection_at(column: str, row: Row, reason: Text) -> Rejection:
    """Return a rejection at a column of the row."""
    return Rejection(column, (row.cells or {}).get(column, ""), reason)


def rejection_of(refusal: Refusal, row: Row, mapping: ImportMapping) -> Rejection:
    """Return a rule's refusal as a rejection, at the column that it is about if one is."""
    field = refusal.field if isinstance(refusal, Invalid) else ""
    reason = Text(refusal.sentence(), refusal.sentence("en"))
    for name in _values_behind(field, mapping):
        rejection = rejection_at(mapping.heading(name), row, reason)
        if rejection.value.strip():
            return rejection
    return Rejection("", "", reason)


def _values_behind(field: str, mapping: ImportMapping) -> Iterator[str]:
    """Yield the mapping's values that a command's field may come from, the likeliest first."""
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
            source = mapping.details.get(field.removeprefix("details."))
            yield from (source.value,) if source and source.value else ()
        case _:
            return
