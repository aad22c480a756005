"""The refusals of a life for which its table has no own."""

from collections.abc import Iterable
from typing import ClassVar

from shared.kernel.fields import title_of
from shared.kernel.refusals import Conflicting, Forbidden
from shared.kernel.statuses import relation, status_in
from shared.kernel.text import Text, joined

_POSSIBLE = Text("Ahora puede: {titles}.", "Possible now: {titles}.")
_NOTHING = Text("Ahora no le toca hacer nada.", "Nothing is yours to do now.")


class NotYours(Forbidden):
    """The command is for an institution in another relation to this life.

    by: the codes of those relations. named: their labels.
    """

    by: tuple[str, ...]
    named: Text
    code: ClassVar[str] = "not-yours"
    text: ClassVar[Text] = Text(
        "Eso le corresponde a otra institución: {named}.",
        "That is another institution's to do: {named}.",
    )


class NotNow(Conflicting):
    """The command is not possible in this status.

    status: its code. label: its label. instead: what the caller may do now.
    """

    status: str
    label: Text
    instead: Text
    code: ClassVar[str] = "not-now"
    text: ClassVar[Text] = Text(
        "La situación es «{label}» y no lo permite. {instead}",
        "The status is “{label}” and does not allow it. {instead}",
    )


def not_yours(by: Iterable[str]) -> NotYours:
    """Refuse a command that is for these relations."""
    codes = tuple(by)
    return NotYours(codes, joined([relation(code) for code in codes]))


def not_now(status_list: str, status: str, possible: Iterable[type]) -> NotNow:
    """Refuse a command in a status in which its caller may give these others."""
    titles = [title_of(kind) or Text(kind.__name__, kind.__name__) for kind in possible]
    instead = _POSSIBLE.filled(titles=joined(titles)) if titles else _NOTHING
    return NotNow(status, status_in(status_list, status).label, instead)
