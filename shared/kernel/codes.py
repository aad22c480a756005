"""The committed code lists: the values of coded fields, with their labels in both languages.

A list is a JSON file in `codelists/`. Each is read when it is first needed, and cached, so that a
process which never needs municipalities never loads them.

Promises:
- a published code is never removed, nor given another meaning: stored facts refer to it;
- the messages of the errors here never repeat the refused value, because a name that was typed into
  the wrong field must not get into a log; the value is on the exception.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shared.kernel.alike import Spellings

_FOLDER = Path(__file__).parent / "codelists"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a list: the code, its labels, and the attributes that its list gives it.

    `extra` holds the attributes, which differ between lists: a subdivision's `country`, the `class`
    of a reason, the `amount` that an outcome takes.
    """

    code: str
    es: str
    en: str
    extra: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A whole list: its name, its meaning in both languages, its source, and its codes.

    version: the number of a taxonomy whose codes are recorded with it; 1 of every other list.
    """

    name: str
    es: str
    en: str
    source: str
    codes: Mapping[str, Code]
    version: int = 1


class UnknownList(LookupError):
    """No list has this name. `names` are those there are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.names = list_names()
        super().__init__(
            f"no hay tal lista de códigos / no such code list; {', '.join(self.names)}"
        )


class UnknownCode(ValueError):
    """The value is not a code of the list. `candidates` are the codes nearest to it."""

    def __init__(self, list_name: str, value: str, candidates: Iterable[str] = ()) -> None:
        self.list_name = list_name
        self.value = value
        self.candidates = tuple(candidates)
        nearest = f": {', '.join(self.candidates)}" if self.candidates else ""
        super().__init__(f"valor fuera de la lista / value not in the list «{list_name}»{nearest}")


@cache
def list_names() -> tuple[str, ...]:
    """Return the names of all lists in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


@cache
def code_list(list_name: str) -> CodeList:
    """Read a whole list, in its file's order. Raises `UnknownList`."""
    if list_name not in list_names():
        raise UnknownList(list_name)
    text = (_FOLDER / f"{list_name}.json").read_text(encoding="utf-8")
    stored = json.loads(text)
    meaning = stored["meaning"]
    return CodeList(
        name=list_name,
        es=meaning["es"],
        en=meaning["en"],
        source=stored["source"],
        codes=MappingProxyType(dict(_entries(stored["codes"]))),
        version=stored.get("version", 1),
    )


def codes(list_name: str) -> Mapping[str, Code]:
    """Return the codes of a list, in the order to offer them. Raises `UnknownList`."""
    return code_list(list_name).codes


def known(list_name: str, value: str) -> bool:
    """Whether the value is exactly a code of the list. Raises `UnknownList`."""
    return value in codes(list_name)


def code(list_name: str, value: str) -> Code:
    """Return one entry of a list. Raises `UnknownCode` with the nearest codes, `UnknownList`."""
    found = codes(list_name).get(value)
    if found is None:
        raise UnknownCode(list_name, value, closest(list_name, value))
    return found


def label(list_name: str, value: str, lang: str = "es") -> str:
    """Return a code's label: English if `lang` is `en`, else Spanish. Raises `UnknownCode`."""
    found = code(list_name, value)
    return found.en if lang == "en" else found.es


def closest(list_name: str, value: str) -> list[str]:
    """Return at most three codes whose code or label is near the value, nearest first."""
    code_of, spellings = _spelled(list_name)
    near = spellings.nearest(plain(value))
    return list(dict.fromkeys(code_of[spelling] for spelling in near))[:3]


def plain(text: str) -> str:
    """Return the text without regard to case, blanks, accents and invisible characters."""
    folded = " ".join(text.casefold().split())
    if folded.isascii():
        return folded
    characters = unicodedata.normalize("NFKD", folded)
    return "".join(each for each in characters if unicodedata.category(each) not in _UNSEEN)


@cache
def _spelled(list_name: str) -> tuple[Mapping[str, str], Spellings]:
    code_of: dict[str, str] = {}
    for entry in codes(list_name).values():
        for spelling in (entry.code, entry.es, entry.en):
            code_of.setdefault(plain(spelling), entry.code)
    return code_of, Spellings(code_of)


def _entries(stored: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Code]]:
    """Make the entries; those with equal attributes share them, as most municipalities do."""
    shared: dict[str, Mapping[str, object]] = {}
    for code, entry in stored.items():
        extra = {key: value for key, value in entry.items() if key not in {"es", "en"}}
        same = shared.setdefault(repr(extra), MappingProxyType(extra))
        es, en = entry["es"], entry["en"]
        yield code, Code(code, es, es if en == es else en, same)


_UNSEEN = frozenset({"Mn", "Me", "Cf"})
"""Unicode's categories of accents and other marks, and of characters that show nothing."""
