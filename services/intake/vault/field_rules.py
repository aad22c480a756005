"""What may be kept of a person: every field in its one form, refused if it cannot be what it says.

A refusal names the field, and never repeats what was typed into it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, TypeVar

from services.intake.vault.fields import FIELDS, Form, PersonFields
from shared.kernel.fields import codes_not_known, note_of
from shared.kernel.free_text import normal
from shared.kernel.limits import beyond
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, hints_of, replace

V = TypeVar("V", bound=Value)


class NotOfItsForm(Invalid):
    """A field of a person is not written as such a thing is. The value is not repeated."""

    expected: Text
    code: ClassVar[str] = "not-of-its-form"
    text: ClassVar[Text] = Text(
        "«{field}»: se espera {expected}.", "“{field}”: expected is {expected}."
    )


class BornLater(Invalid):
    """Nobody was born after today."""

    code: ClassVar[str] = "born-later"
    text: ClassVar[Text] = Text(
        "«{field}» es un día que aún no llega.", "“{field}” is a day that is still to come."
    )


class NoSuchField(Invalid):
    """The vault has no field of that name, which is not repeated. Those there are follow."""

    there_are: str = ", ".join(FIELDS)
    code: ClassVar[str] = "no-such-field"
    text: ClassVar[Text] = Text(
        "«{field}» nombra un campo que no existe. Los que hay: {there_are}.",
        "“{field}” names a field that does not exist. There are: {there_are}.",
    )


def not_fields(names: Iterable[str], within: str = "fields") -> NoSuchField | None:
    """Refuse names that are no fields. within: what they were given as."""
    return None if FIELDS.keys() >= {*names} else NoSuchField(field=within)


def cleaned(fields: V) -> V:
    """Return the fields as they are kept: texts in NFC and in their forms, nested ones too."""
    held = {name: _cleaned(name, value, fields) for name, value in _held(fields)}
    return replace(fields, **held)


def not_usable(fields: PersonFields, today: date) -> Refusal | None:
    """Refuse the first field that cannot be kept. fields: cleaned. today: where the person is."""
    if found := beyond(fields):
        return found.refusal
    return codes_not_known(fields) or _not_of_its_form(fields) or _born_later(fields, today)


def _born_later(fields: PersonFields, today: date) -> BornLater | None:
    born = fields.birth_date
    return BornLater(field="birth_date") if born is not None and born > today else None


def _not_of_its_form(fields: Value, within: str = "") -> NotOfItsForm | None:
    for name, value in _held(fields):
        form = note_of(hints_of(type(fields))[name], Form)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Value):
                if refused := _not_of_its_form(each, f"{within}{name}."):
                    return refused
            elif form is not None and not form.fits(each):
                return NotOfItsForm(field=f"{within}{name}", expected=form.expected)
    return None


def _cleaned(name: str, value: Any, of: Value) -> Any:
    if isinstance(value, tuple):
        return tuple(_cleaned(name, each, of) for each in value)
    if isinstance(value, Value):
        return cleaned(value)
    form = note_of(hints_of(type(of))[name], Form)
    return value if form is None else form.cleaned(normal(value))


def _held(fields: Value) -> list[tuple[str, Any]]:
    """Return the fields that hold something, by name."""
    return [(name, value) for name, value in fields_of(fields).items() if value is not None]
