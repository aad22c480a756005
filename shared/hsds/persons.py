"""What of HSDS names a person: contacts' names, and how to reach them. It stays outside."""

from collections.abc import Mapping
from typing import Final

from shared.hsds.vocabulary import CONTACT, METADATA, SERVICE, Record

NOT_SAID: Final = "-"
"""Stands where the published schema requires who did something."""
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    CONTACT: ("name", "email", "phones", "metadata"),
    "address": ("attention",),
    SERVICE: ("assurer_email",),
    METADATA: ("updated_by",),
}
_OF_CONTACTS: Final = ("previous_value", "replacement_value")
"""What was written into a contact before, or after, which may be a name."""


def left_out(kind: str, record: Record) -> tuple[str, ...]:
    """Take out of a record what names a person; return the names of the fields."""
    fields = _FIELDS.get(kind, ())
    if kind == METADATA and record.get("resource_type") == CONTACT:
        fields = (*fields, *_OF_CONTACTS)
    there = tuple(name for name in fields if record.get(name) not in (None, "", NOT_SAID))
    for name in fields:
        record.pop(name, None)
    return there


def says_nothing(kind: str, record: Record) -> bool:
    """Tell whether only its id is left of a contact."""
    return kind == CONTACT and record.keys() <= {"id"}
