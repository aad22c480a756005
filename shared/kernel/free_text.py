"""What somebody may write where no code list applies: names of institutions, and documents.

Facts are for ever and published, and no name, number or address of a person may be in them. So a
text is refused if it looks as if it held one: a guard against slips, not a proof. It finds CURP,
RFC, telephone numbers and e-mail addresses in any case and with the usual separators; it cannot
tell a person's name from an institution's. It takes as long as the text is, however that is made
up: whoever writes megabytes holds up nobody.
"""

import re
import unicodedata
from functools import cache
from typing import ClassVar

from shared.kernel.refusals import Invalid
from shared.kernel.text import Text

_CURP = re.compile(
    r"(?<![A-Z0-9])[A-Z]{4}[ .-]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ .-]?"
    r"[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[ .-]?[A-Z0-9]\d(?![A-Z0-9])"
)
_RFC = re.compile(
    r"(?<![A-Z0-9])[A-ZÑ&]{3,4}[ .-]?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ .-]?"
    r"[A-Z0-9]{2}[0-9A](?![A-Z0-9])"
)
_PERSONS_RFC = re.compile(_RFC.pattern.replace("{3,4}", "{4}"))
"""An institution's has three letters."""
_EMAIL = re.compile(r"[^\s@]@[^\s@]|\S\s*[(\[]\s*(?:at|arroba)\s*[)\]]\s*\S", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\(?\d(?:[\s().+\/\u2010-\u2015-]{0,3}\d){6,}")
_SHORTEST_PHONE = 8
"""Digits: Guatemala's numbers have eight, Mexico's ten."""
_PERIOD = re.compile(r"(?:1[5-9]|20)\d\d[\s-]+(?:1[5-9]|20)\d\d|(?:1[5-9]|20)\d\d(?:-\d\d){2}")
"""Two years, or a date."""
_MOST_MARKS, _LONG = 16, 1_000
"""Accents on one letter that are read, in a text longer than this: sorting many of them is slow."""
_LOOKS_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_VARIATIONS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))

CURP = Text("una CURP", "a CURP")
RFC = Text("un RFC", "an RFC")
PHONE = Text("un teléfono", "a telephone number")
EMAIL = Text("un correo electrónico", "an e-mail address")


class LooksPersonal(Invalid):
    """A text seems to hold what identifies a person. ``found``: which kind of thing."""

    found: Text
    code: ClassVar[str] = "looks-personal"
    text: ClassVar[Text] = Text(
        "«{field}» parece llevar {found}; aquí no va ningún dato de una persona.",
        "“{field}” seems to hold {found}; nothing of a person belongs here.",
    )


def normal(text: str) -> str:
    """Return the text in NFC, the form in which it is compared and recorded.

    Some keyboards and file systems write an accented one as two characters, and nobody sees it.
    """
    return unicodedata.normalize("NFC", text)


def is_one_line(text: str) -> bool:
    """Whether a text is one line that can be seen: no controls, no blanks around it or invisible.

    It has something alphabetic or a digit, because marks alone name nothing.
    """
    return (
        text == text.strip()
        and text.isprintable()
        and not any(map(is_invisible, text))
        and any(map(str.isalnum, text))
    )


def same_name(text: str) -> str:
    """Return what is the same for texts that people take for one name.

    Case, accents, width, punctuation and blanks do not count.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(filter(str.isalnum, apart))


def looks_personal(text: str, *, contacts: bool = True) -> Text | None:
    """Return what of a person the text seems to hold, None if it seems to hold nothing.

    contacts: whether what an institution has as well counts too: telephones, e-mail, tax numbers.
    """
    plain = unicodedata.normalize("NFKC", _few_marks(text))
    capitals = plain.upper()
    if _CURP.search(capitals):
        return CURP
    if (_RFC if contacts else _PERSONS_RFC).search(capitals):
        return RFC
    if not contacts:
        return None
    if _EMAIL.search(plain):
        return EMAIL
    return PHONE if any(map(_is_phone, _DIGITS.findall(plain))) else None


def personal(field: str, text: str, *, contacts: bool = True) -> LooksPersonal | None:
    """Refuse a field's text if it looks as if it held something of a person (see above)."""
    found = looks_personal(text, contacts=contacts)
    return None if found is None else LooksPersonal(field=field, found=found)


def is_invisible(character: str) -> bool:
    """Whether a character that counts as printable shows nothing."""
    point = ord(character)
    return character in _LOOKS_EMPTY or any(low <= point <= high for low, high in _VARIATIONS)


def _is_phone(digits: str) -> bool:
    count = sum(map(str.isdigit, digits))
    return count >= _SHORTEST_PHONE and not _PERIOD.fullmatch(digits.strip())


def _few_marks(text: str) -> str:
    """Return a text without those accents that are too many on one letter to be any."""
    if text.isascii() or len(text) < _LONG or _marks().isdisjoint(text):
        return text
    return _many_marks().sub(r"\1", text)


@cache
def _marks() -> frozenset[str]:
    return frozenset(filter(unicodedata.combining, map(chr, range(0x300, 0x1E94B))))


@cache
def _many_marks() -> re.Pattern[str]:
    marks = "".join(sorted(_marks()))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]+")
