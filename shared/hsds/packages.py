"""A directory as bytes: JSON, a zip of tabular CSV, or its files; told apart by what is in it."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from lzma import LZMAError
from typing import Any
from zlib import error as DeflateError  # noqa: N812 - the module's own name says nothing

import msgspec

from shared.hsds.directory_file import DirectoryFile
from shared.hsds.problems import NotADirectory
from shared.hsds.reading_csv import read_csv
from shared.hsds.reading_json import read_json
from shared.hsds.vocabulary import KINDS
from shared.kernel.text import Text

LARGEST = 64 * 1024 * 1024
"""Bytes that a directory may have, unpacked."""
_DESCRIPTION = "datapackage.json"
_MOST_FILES = 200
_OF_DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError),
    *(DeflateError, LZMAError),  # each method's own
)


def read_bytes(content: bytes) -> DirectoryFile:
    """Read JSON or a zip of CSV. Raises NotADirectory."""
    if len(content) > LARGEST:
        raise NotADirectory(TOO_LARGE)
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return read_files(_unzipped(content))
    return read_json(content)


def read_files(files: Mapping[str, bytes]) -> DirectoryFile:
    """Read the files of a tabular package, by name. Raises NotADirectory."""
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    return read_csv(tables, _kinds_by_file(files.get(_DESCRIPTION)))


def is_of_a_package(name: str) -> bool:
    """Tell whether a file of a folder belongs to a tabular package."""
    return name.endswith(".csv") or name == _DESCRIPTION


def _unzipped(content: bytes) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return dict(_members(archive))
    except _OF_DAMAGE:
        raise NotADirectory(_DAMAGED) from None
    except (NotImplementedError, RuntimeError):  # a method that nobody has, a password
        raise NotADirectory(_LOCKED) from None


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    wanted = [one for one in archive.infolist() if is_of_a_package(_bare(one.filename))]
    if len(wanted) > _MOST_FILES:
        raise NotADirectory(TOO_LARGE)
    left = LARGEST
    for one in wanted:
        with archive.open(one) as member:  # what it says of its size may be a lie
            content = member.read(left + 1)
        left -= len(content)
        if left < 0:
            raise NotADirectory(TOO_LARGE)
        yield _bare(one.filename), content


def _bare(name: str) -> str:
    """Return a member's name without its folders; nothing of a Mac's own files beside it."""
    return "" if name.startswith("__MACOSX/") else name.rsplit("/", 1)[-1].lower()


def _kinds_by_file(description: bytes | None) -> Mapping[str, str]:
    """Return which kind each file holds that a ``datapackage.json`` names."""
    if description is None:
        return {}
    try:
        package: Any = msgspec.json.decode(description)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise NotADirectory(_DESCRIPTION_NOT_JSON) from None
    resources = package.get("resources") if isinstance(package, dict) else None
    return {
        _bare(one["path"]): one["name"]
        for one in (resources if isinstance(resources, list) else ())
        if isinstance(one, dict) and _is_named(one)
    }


def _is_named(resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource says of one file which kind of HSDS's it holds."""
    name, path = resource.get("name"), resource.get("path")
    return isinstance(name, str) and name in KINDS and isinstance(path, str)


TOO_LARGE = Text(
    "El directorio pasa de 64 MiB. Divídalo por organizaciones.",
    "The directory is larger than 64 MiB. Split it by organizations.",
)
_DAMAGED = Text("El zip está dañado. Cópielo otra vez.", "The zip is damaged. Copy it again.")
_LOCKED = Text(
    "El zip tiene contraseña, o un método que aquí no se lee. Guárdelo sin contraseña.",
    "The zip has a password, or a method that is not read here. Save it without a password.",
)
_DESCRIPTION_NOT_JSON = Text(
    "datapackage.json no es JSON. Corríjalo, o quítelo: los nombres de HSDS bastan.",
    "datapackage.json is no JSON. Mend it, or leave it out: HSDS's own file names are enough.",
)
