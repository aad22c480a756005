"""Which cases a number or a list is about, read from what people write."""

from services.reporting.indicators.definition import Selection
from shared.kernel.coded_fields import not_known
from shared.kernel.places import resolve_subdivision
from shared.kernel.refusals import Refused


def chosen(programme: str | None, subdivision: str | None) -> Selection:
    """Read a programme's code, and a subdivision however it is written. Raises Refused."""
    return Selection(
        one_of("programmes", "programme", programme),
        None if subdivision is None else resolve_subdivision(subdivision),
    )


def one_of(code_list: str, field: str, code: str | None) -> str | None:
    """Return a code of a list, or None for all. Raises Refused with what is near."""
    if refusal := not_known(field, code_list, code):
        raise Refused(refusal)
    return code
