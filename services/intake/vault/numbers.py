"""The numbers by which states, offices and telephones know a person: whether one can be such a one.

The form and the check digit are looked at, no register is asked. Nothing here keeps or repeats a
number.
"""

import re
from typing import Final

_CURP: Final = re.compile(
    r"[A-Z]{4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[A-Z0-9]\d",
    re.ASCII,
)
_CURP_LETTERS: Final = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_CUI: Final = re.compile(r"\d{9}(?:0[1-9]|1\d|2[0-2])(?:0[1-9]|[1-9]\d)", re.ASCII)
"""Eight digits, theirs to check them, a department, a municipality."""
_RFC: Final = re.compile(
    r"[A-ZÑ&]{4}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z0-9]{2}[0-9A]", re.ASCII
)
_DOCUMENT: Final = re.compile(r"[A-Z0-9][A-Z0-9/]{2,}[A-Z0-9]", re.ASCII)
_PHONE: Final = re.compile(r"\+[1-9]\d{7,14}", re.ASCII)
"""E.164: the country, then the number, fifteen digits at most."""
_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")
_BETWEEN: Final = re.compile(r"[\s.\u2010-\u2015-]+")
_AROUND: Final = re.compile(r"[\s().\u2010-\u2015/-]+")


def compact(text: str) -> str:
    """Return a number in capitals without what people write between its parts."""
    return _BETWEEN.sub("", text).upper()


def dialled(text: str) -> str:
    """Return a telephone number without what people write between its parts; 00 as +."""
    digits = _AROUND.sub("", text)
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def is_curp(text: str) -> bool:
    """Whether it has a CURP's form, and its check digit (RENAPO's instructive)."""
    if not _CURP.fullmatch(text):
        return False
    total = sum(_CURP_LETTERS.index(each) * (18 - n) for n, each in enumerate(text[:17]))
    return (10 - total % 10) % 10 == int(text[17])


def is_cui(text: str) -> bool:
    """Whether it has a Guatemalan CUI's form, and its check digit (modulo 11)."""
    if not _CUI.fullmatch(text):
        return False
    total = sum(int(each) * (n + 2) for n, each in enumerate(text[:8]))
    return total % 11 == int(text[8])


def is_rfc(text: str) -> bool:
    """Whether it has the form of a natural person's RFC."""
    return _RFC.fullmatch(text) is not None


def is_document(text: str) -> bool:
    """Whether it is the number of some document: letters, digits and strokes."""
    return _DOCUMENT.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether it is a telephone number with its country's prefix."""
    return _PHONE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether it has the form of an e-mail address."""
    return text.isprintable() and _EMAIL.fullmatch(text) is not None
