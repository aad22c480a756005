"""Refusals of coded values that the committed code lists do not have.

Rules check codes while they decide; recorded facts are never checked again, so a list may change.
"""

from collections.abc import Iterable, Sequence

from shared.kernel.codes import closest, code, known
from shared.kernel.refusals import CodeNotKnown


def not_known(field: str, list_name: str, value: str | None) -> CodeNotKnown | None:
    """Refuse a value that its list does not have; None if the list has it, or the value is None."""
    if value is None or known(list_name, value):
        return None
    return no_code(field, list_name, value)


def no_code(field: str, list_name: str, value: str) -> CodeNotKnown:
    """Refuse a value: the field, the list and the closest codes are named, never the value."""
    near = ", ".join(closest(list_name, value)) or "—"
    return CodeNotKnown(field=field, code_list=list_name, closest=near)


def attribute(list_name: str, value: str, name: str) -> str:
    """Return an attribute of a code, such as the ``country`` of a subdivision."""
    return str(code(list_name, value).extra[name])


def attributes(list_name: str, value: str, name: str) -> tuple[str, ...]:
    """Return an attribute with several values, such as a programme's countries."""
    found = code(list_name, value).extra[name]
    return tuple(str(each) for each in found) if isinstance(found, Sequence) else ()


def canonical(values: Iterable[str]) -> tuple[str, ...]:
    """Return the codes sorted, each once: the only way to write a set of codes."""
    return tuple(sorted(set(values)))
