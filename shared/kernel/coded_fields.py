"""Whether the coded fields of a command say what the committed code lists have, as refusals.

Rules ask here while they decide; what was decided once is never asked again, so a list may change.
"""

from collections.abc import Iterable, Sequence

from shared.kernel.codes import closest, code, known
from shared.kernel.refusals import CodeNotKnown


def not_known(field: str, list_name: str, value: str | None) -> CodeNotKnown | None:
    """Refuse a value that its list does not have; None where the list has it, or it is not stated.

    The refusal names the field, the list and what is close, never the value itself.
    """
    if value is None or known(list_name, value):
        return None
    near = ", ".join(closest(list_name, value)) or "—"
    return CodeNotKnown(field=field, code_list=list_name, closest=near)


def attribute(list_name: str, value: str, name: str) -> str:
    """Return what a list says of one of its codes, such as the ``country`` of a subdivision."""
    return str(code(list_name, value).extra[name])


def attributes(list_name: str, value: str, name: str) -> tuple[str, ...]:
    """Return what a list says of a code where that is many, as a programme's countries."""
    found = code(list_name, value).extra[name]
    return tuple(str(each) for each in found) if isinstance(found, Sequence) else ()


def canonical(values: Iterable[str]) -> tuple[str, ...]:
    """Return the codes once each, sorted: a set of codes is written one way only."""
    return tuple(sorted(set(values)))
