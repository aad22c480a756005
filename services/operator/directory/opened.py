"""A directory as an operator names it: a file, a folder of CSV, a zip, a table with a mapping."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from services.operator.directory.mapped_rows import read_rows
from services.operator.directory.mapping.directory_mapping import DirectoryMapping
from services.operator.importer.errors import FileNotUsable
from services.operator.importer.run.opened_file import OpenedFile
from shared.hsds.directory_file import DirectoryFile
from shared.hsds.packages import LARGEST, TOO_LARGE, is_of_a_package, read_bytes, read_files
from shared.kernel.text import Text


@dataclass(frozen=True)
class Opened:
    """What was read. digest: of its bytes. mapping: the name and version by which it was read."""

    file: DirectoryFile
    digest: str
    mapping: str
    legal_basis: str


_HSDS = "hsds:1"
_PUBLIC = "public-source"


def open_directory(path: Path, mapping: DirectoryMapping | None) -> Opened:
    """Read all of it. Raises UserError (2) if it is no directory."""
    if path.is_dir() and mapping is None:
        return _folder(path)
    file = OpenedFile(path)
    try:
        if mapping is not None:
            read_by = f"{mapping.name}:{mapping.version}"
            return Opened(read_rows(file, mapping), file.digest, read_by, mapping.legal_basis)
        if file.size > LARGEST:
            raise FileNotUsable(TOO_LARGE)
        content = file.stream().read()
        return Opened(read_bytes(content), file.digest, _HSDS, _PUBLIC)
    finally:
        file.close()


def _folder(path: Path) -> Opened:
    try:
        members = sorted(one for one in path.iterdir() if is_of_a_package(one.name.lower()))
        if sum(one.stat().st_size for one in members) > LARGEST:
            raise FileNotUsable(TOO_LARGE)
        files = {one.name.lower(): one.read_bytes() for one in members if one.is_file()}
    except OSError as error:
        raise FileNotUsable(_NOT_READABLE.filled(path.name, error.strerror)) from None
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return Opened(read_files(files), digest.hexdigest(), _HSDS, _PUBLIC)


_NOT_READABLE = Text("No se puede leer {}: {}.", "{} cannot be read: {}.")
