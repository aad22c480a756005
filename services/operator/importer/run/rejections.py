"""Why rows are rejected: at which column, for which value, for which reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.operator.importer.mapping.import_mapping import ImportMapping, OutcomeToRecord
from services.operator.importer.run.guilty_cells import guilty_heading, in_words
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
    """A row cannot be imported; ``rejections`` is every reason. key: the row's, if it has one."""

    def __init__(self, *rejections: Rejection, key: str | None = None) -> None:
        super().__init__(len(rejections))
        self.rejections = rejections
        self.key = key


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


DONE_BY_NOBODY = Rejection(
    "",
    "",
    Text(
        "algo se hizo o resultó, y ninguna institución aceptó el caso: revise en el mapeo «when» y"
        " «answers» de handover",
        "something was done or came of it, and no institution accepted the case: look at “when” and"
        " “answers” of the mapping's handover",
    ),
)
VOIDED = Rejection(
    "",
    "",
    Text(
        "su caso se anuló; no revive: para importarlo como uno nuevo, use un mapeo de otro nombre",
        "its case was entered in error and does not come back: to import it as a new one, use a"
        " mapping of another name",
    ),
)
CHANGED = Text("{}: {} → {} (caso {})", "{}: {} → {} (case {})")
"""A kind of change, what was there before, what comes after, and the case's folio."""
_CONTESTED = Text(
    "el archivo y otra persona cambiaron este dato; el caso se dejó como está",
    "the file and somebody else have both changed this; the case was left as it is",
)
_ELSEWHERE: Mapping[str, Text] = {
    "custodian": Text(
        "ahora responde por el caso otra institución; se dejó como está",
        "another institution answers for the case now; it was left as it is",
    ),
    "to": Text(
        "el archivo cuenta otra canalización que la registrada; una actualización no la cambia",
        "the file tells of another referral than the recorded one; an update does not change it",
    ),
    **dict.fromkeys(
        ("referred", "acknowledged", "answered", "reason", "registered_by", "programme"),
        Text(
            "el archivo decía otra cosa antes, y una actualización no la cambia; se dejó como está",
            "the file said otherwise before, and an update does not change it; it was left as it"
            " is",
        ),
    ),
}


def contested_at(field: str, row: Row, mapping: ImportMapping) -> Rejection:
    """Return why an update leaves a row's case as it is. field: as a command names the value."""
    reason = _ELSEWHERE.get(field, _CONTESTED)
    return value_at(field, row, mapping, reason)


def value_at(field: str, row: Row, mapping: ImportMapping, reason: Text) -> Rejection:
    """Return what is to be told of a row, at the cell of a command's field, if it has one."""
    headings = (mapping.heading(name) for name in _values_behind(field, mapping))
    at = [rejection_at(heading, row, reason) for heading in headings if heading]
    return next((one for one in at if one.value.strip()), Rejection("", "", reason))


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


def same_key(first: int, row: Row, mapping: ImportMapping) -> Rejection:
    """Return why a row is rejected whose key an earlier one has, with other values."""
    n = row.number
    reason = Text(
        f"la fila {n} tiene la misma clave que la fila {first} y otros datos; solo cuenta la fila"
        f" {first}. Deje una, o indique en el mapeo «case.rows»",
        f"row {n} has the same key as row {first} and other values; only row {first} counts. Keep"
        " one, or say “case.rows” in the mapping",
    )
    return rejection_at(mapping.heading(mapping.key[0]), row, reason)


def contradicts(field: str, first: int, row: Row, mapping: ImportMapping) -> Rejection:
    """Return why a row is rejected that does not agree with an earlier one of its case."""
    reason = Text(
        f"la fila {row.number} contradice a la fila {first}, que es del mismo caso",
        f"row {row.number} contradicts row {first}, which is of the same case",
    )
    behind = next((mapping.heading(name) for name in _values_behind(field, mapping)), "")
    return rejection_at(behind, row, reason)


def rejected_with(guilty: int) -> Rejection:
    """Return why a row is rejected together with another one of its case."""
    return Rejection(
        "",
        "",
        Text(
            f"es del mismo caso que la fila {guilty}, que se rechazó; un caso entra entero",
            f"it is of the same case as row {guilty}, which was rejected; a case comes in whole",
        ),
    )


def rejection_of(refusal: Refusal, row: Row, mapping: ImportMapping) -> Rejection:
    """Return a rule's refusal as a rejection, at the column that it is about if one is."""
    field = refusal.field if isinstance(refusal, Invalid) else ""
    heading = guilty_heading(refusal, _values_behind(field, mapping), row, mapping)
    return rejection_at(heading, row, in_words(refusal, heading))


def _values_behind(field: str, mapping: ImportMapping) -> Iterator[str]:
    """Yield the mapping's values that a command's field may come from, the likeliest first."""
    match field:
        case "amount":
            for record in _records(mapping):
                yield from record.amount
        case "happened_at" | "opened_at":
            if field == "happened_at":
                yield from _dates_of_what_happened(mapping)
            yield from mapping.opened
        case "subdivision" | "municipality" | "channel":
            value = getattr(mapping, field).value
            yield from (value,) if value else ()
        case _ if field.startswith("details."):
            source = mapping.details.get(field.removeprefix("details."))
            yield from (source.value,) if source and source.value else ()
        case _:
            yield from _values_of_acts(field, mapping)


def _values_of_acts(field: str, mapping: ImportMapping) -> Iterator[str]:
    """Yield the values that say who acted, or when."""
    if field == "registered_by":
        yield from mapping.registers.named_by
    for handover in mapping.handovers:
        if field == "to":
            yield from handover.to.named_by
        if field in {"referred", "acknowledged", "answered"}:
            yield from getattr(handover, field)
        if field == "reason":
            reasons = (answer.reason.value for answer in handover.answers)
            yield from filter(None, reasons)


def _dates_of_what_happened(mapping: ImportMapping) -> Iterator[str]:
    for followup in mapping.followups:
        yield from followup.closed
    for handover in mapping.handovers:
        yield from (*handover.referred, *handover.acknowledged, *handover.answered)
    for record in _records(mapping):
        yield from record.happened
    for followup in mapping.followups:
        for deed in (*followup.contacts, *followup.services):
            yield from deed.happened


def _records(mapping: ImportMapping) -> Iterator[OutcomeToRecord]:
    for followup in mapping.followups:
        for rule in followup.rules:
            yield from rule.records
