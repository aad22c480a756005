"""Names and codes in the directory: what may be written, of institutions and what they form."""

import re

from services.referral.directory_refusals import InstitutionCodeNotReadable, NameNotUsable
from shared.kernel.free_text import is_one_line, normal, personal
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import Invalid, Refusal

NAME_LENGTH = 200
"""Characters of a name at most."""


def code_not_usable(
    field: str,
    code: str,
    pattern: str = INSTITUTION_CODE,
    refusal: type[Invalid] = InstitutionCodeNotReadable,
) -> Refusal | None:
    """Refuse a code that is not written as codes are, or looks as if it were a person's number.

    refusal: what is said of one that is written otherwise.
    """
    if not re.fullmatch(pattern, code):
        return refusal(field=field)
    return personal(field, code)


def name_not_usable(
    field: str, name: str, most: int = NAME_LENGTH, refusal: type[Invalid] = NameNotUsable
) -> Refusal | None:
    """Refuse a name that is no visible line, or looks as if it held something of a person.

    most: its characters. refusal: what is said of what is no such line.
    """
    written = normal(name)
    if not is_one_line(written) or len(written) > most:
        return refusal(field=field)
    return personal(field, written)
