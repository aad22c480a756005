"""The types of cells: each reads a cell's text, or tells why it cannot.

Promise: whatever the text, ``read`` returns a value or raises CellNotReadable; nothing else. The
reason never repeats the text. None is returned if the text counts as an empty cell.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import ClassVar, Literal

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.moments import Moment
from services.operator.importer.mapping.place_cells import (
    PLACES,
    no_municipality,
    no_subdivision,
    places_meant,
)
from services.operator.importer.mapping.unreadable import CellNotReadable, RejectOrMissing
from shared.kernel.codes import codes, plain
from shared.kernel.places import MUNICIPALITIES, SUBDIVISIONS
from shared.kernel.text import Text

_LONGEST = 200


@dataclass(frozen=True)
class PlainText:
    """Text as it is, without outer blanks: for keys and for comparing, never stored."""

    type_name: ClassVar[str] = "text"

    def read(self, text: str) -> str:
        """Read one printable line of at most 200 characters. Raises CellNotReadable."""
        text = text.strip()
        if not text or len(text) > _LONGEST or not text.isprintable():
            raise CellNotReadable(_NOT_ONE_LINE)
        return text


Unknown = Literal["reject", "keep", "missing"]
"""What to do with a word that the mapping does not translate."""


@dataclass(frozen=True)
class Word:
    """A word of a small vocabulary: case and blanks do not matter.

    translate: the file's words to ours. unknown: what to do with any other.
    """

    type_name: ClassVar[str] = "word"

    translate: Mapping[str, str] = field(default_factory=dict)
    unknown: Unknown = "keep"

    def read(self, text: str) -> str | None:
        """Read a word and translate it. Raises CellNotReadable."""
        word = folded(text)
        if word in self.translate:
            return self.translate[word]
        if self.unknown == "reject":
            raise CellNotReadable(_NOT_IN_TABLE)
        return word if self.unknown == "keep" else None


@dataclass(frozen=True)
class CodeOf:
    """A code of one of the committed code lists, written as code or as label in either language.

    A place is written as ``shared.kernel.places`` has it. only: attributes that the code must have,
    as ``country: US``. translate, unknown: see ``Word``.
    """

    type_name: ClassVar[str] = "code"

    code_list: str
    only: tuple[tuple[str, str], ...] = ()
    translate: Mapping[str, str] = field(default_factory=dict)
    unknown: RejectOrMissing = "reject"

    def read(self, text: str, within: str | None = None) -> str | None:
        """Read a code. within: the row's subdivision, if what is read may lie there.

        Raises CellNotReadable, also if the text may mean more than one.
        """
        word = folded(text)
        if word in self.translate:
            return self.translate[word]
        meant = self._meant(text, within)
        if len(meant) == 1:
            return meant[0]
        if self.unknown == "missing":
            return None
        if self.code_list == MUNICIPALITIES:
            raise CellNotReadable(no_municipality(text, meant, within))
        if self.code_list == SUBDIVISIONS and not meant:
            raise CellNotReadable(no_subdivision(text, self.only))
        raise CellNotReadable((_ambiguous if meant else _not_in_list)(self.code_list))

    def _meant(self, text: str, within: str | None) -> tuple[str, ...]:
        if self.code_list in PLACES:
            return places_meant(self.code_list, self.only, text, within)
        return _spellings(self.code_list, self.only).get(plain(text), ())


@dataclass(frozen=True)
class CodesOf:
    """Several codes of a list in one cell, with one of these separators between them."""

    type_name: ClassVar[str] = "code (split)"

    one: CodeOf
    separators: tuple[str, ...]

    def read(self, text: str) -> tuple[str, ...] | None:
        """Read the codes, each once; None if there is none. Raises CellNotReadable."""
        read = [self.one.read(part) for part in self._parts(text)]
        return tuple(dict.fromkeys(code for code in read if code is not None)) or None

    def unread(self, text: str) -> tuple[str, ...]:
        """Return the parts of a cell that was read that are no code, and count as missing."""
        return tuple(part for part in self._parts(text) if self.one.read(part) is None)

    def _parts(self, text: str) -> list[str]:
        parts = re.split("|".join(map(re.escape, self.separators)), text)
        return [part.strip() for part in parts if part.strip()]


CellType = PlainText | Word | CodeOf | CodesOf | Amount | Moment


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Return the text without regard to case, blanks and how its accents are composed."""
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(text.casefold().split())


@cache
def _spellings(code_list: str, only: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """Map every way to write a code, which is the code and its labels, to its codes."""
    meant: dict[str, tuple[str, ...]] = {}
    for entry in codes(code_list).values():
        if any(entry.extra.get(name) != value for name, value in only):
            continue
        for spelling in {plain(each) for each in (entry.code, entry.es, entry.en)}:
            meant[spelling] = (*meant.get(spelling, ()), entry.code)
    return meant


_NOT_ONE_LINE = Text(
    "debe ser un renglón de 1 a 200 caracteres", "must be one line of 1 to 200 characters"
)
_NOT_IN_TABLE = Text(
    "no está en la tabla de equivalencias del mapeo", "is not in the mapping's translations"
)


def _not_in_list(code_list: str) -> Text:
    return Text(
        f"no está en la lista de códigos «{code_list}»", f"is not in the code list “{code_list}”"
    )


def _ambiguous(code_list: str) -> Text:
    return Text(
        f"puede ser más de un código de «{code_list}»; escriba el código",
        f"may be more than one code of “{code_list}”; write the code",
    )
