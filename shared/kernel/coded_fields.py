"""Refusals of coded values that the committed code lists do not have.

Rules check codes while they decide; recorded facts are never checked again, so a list may change.
"""

from collections.abc import Iterable, Sequence

from shared.kernel.codes import closest, code, codes, known
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.text import Text, joined

_FEW = 24
"""So many codes can be read in a sentence."""
CLOSE = Text("parecidos", "close to it")


def not_known(field: str, list_name: str, value: str | None) -> CodeNotKnown | None:
    """Refuse a value that its list does not have; None if the list has it, or the value is None."""
    if value is None or known(list_name, value):
        return None
    return no_code(field, list_name, value)


def no_code(field: str, list_name: str, value: str) -> CodeNotKnown:
    """Refuse a value: named are the field, the list and the closest codes; never the value.

    Where none is close, all codes of a short list are: whoever asks sees what there is.
    """
    near = closest(list_name, value) or _all_of_a_few(list_name)
    return CodeNotKnown(field=field, code_list=list_name, closest=", ".join(near))


def with_near(told: Text, near: str, called: Text = CLOSE) -> Text:
    """Add to a text what is written much like it, if anything is. called: what that is called."""
    if not near:
        return told
    return joined((told, joined((called, Text(near, near)), ": ")), "; ")


def _all_of_a_few(list_name: str) -> Sequence[str]:
    """Return all codes of a list short enough to be read; none of a longer one."""
    every = tuple(codes(list_name))
    return every if len(every) <= _FEW else ()


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
