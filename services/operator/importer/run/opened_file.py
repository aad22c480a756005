"""A file's bytes: the same from the digest by which its facts name it to the last row."""

import hashlib
import io
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import IO

from typing_extensions import Buffer, override

from services.operator.importer.errors import FileChanged, FileNotUsable
from shared.kernel.text import Text

_CHUNK = 1 << 16


class OpenedFile:
    """A file, opened once. A pipe is read to its end first, into a file that has no name.

    name: as the user knows it. digest: of its bytes.
    """

    def __init__(self, file: Path) -> None:
        """Open it. Raises FileNotUsable if it is not there, or is neither a file nor a pipe."""
        self.name = file.name
        try:
            self._file = _opened(file)
            self._stat = _stat_of(self._file)
            self.digest = self._digest()
        except OSError as error:
            raise FileNotUsable(_cannot_open(self.name, error)) from None
        self.position = 0

    @property
    def size(self) -> int:
        """How many bytes it had when it was opened."""
        return self._stat[0]

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        return os.pread(self._file.fileno(), count, 0)

    def stream(self) -> io.BufferedReader:
        """Return its bytes from the beginning; reading raises FileChanged if they change."""
        self._file.seek(0)
        return io.BufferedReader(_Watched(self), _CHUNK)

    def from_the_beginning(self) -> int:
        """Return the descriptor for another process that reads it from the beginning."""
        os.lseek(self._file.fileno(), 0, os.SEEK_SET)
        return self._file.fileno()

    def read_into(self, buffer: Buffer) -> int:
        """Read on, as ``readinto`` does. Raises FileChanged."""
        count = os.readv(self._file.fileno(), [buffer])
        self.position += count
        self.require_unchanged()
        return count

    def require_unchanged(self) -> None:
        """Raise FileChanged if its bytes are not those of the digest any more."""
        found = _stat_of(self._file)
        if found != self._stat:
            if self._digest() != self.digest:
                raise FileChanged(_changed(self.name))
            self._stat = found

    def close(self) -> None:
        """Close it."""
        self._file.close()

    def _digest(self) -> str:
        digest, at = hashlib.sha256(), 0
        while piece := os.pread(self._file.fileno(), 1 << 20, at):
            digest.update(piece)
            at += len(piece)
        return digest.hexdigest()


class _Watched(io.RawIOBase):
    """Reads an opened file, as long as it stays what it was."""

    def __init__(self, file: OpenedFile) -> None:
        super().__init__()
        self._file = file

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        return self._file.read_into(buffer)


def _opened(file: Path) -> IO[bytes]:
    opened: IO[bytes] = file.open("rb", buffering=0)
    mode = os.fstat(opened.fileno()).st_mode
    if stat.S_ISREG(mode):
        return opened
    with opened:
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            raise FileNotUsable(_neither_file_nor_pipe(file.name))
        copy = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed with what it stands for
        shutil.copyfileobj(opened, copy, _CHUNK)
    return copy


def _stat_of(file: IO[bytes]) -> tuple[int, int]:
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _cannot_open(name: str, error: OSError) -> Text:
    match error:
        case FileNotFoundError():
            return Text(
                f"No existe {name} ahí. Revise la ruta.",
                f"There is no {name} there. Look at the path.",
            )
        case IsADirectoryError():
            return Text(
                f"{name} es una carpeta. Indique el archivo que está en ella.",
                f"{name} is a folder. Give the file that is in it.",
            )
        case PermissionError():
            return Text(
                f"No tiene permiso de leer {name}. Cambie sus permisos, o cópielo a donde pueda.",
                f"You may not read {name}. Change its permissions, or copy it to where you may.",
            )
        case _:
            reason = error.strerror or type(error).__name__
            return Text(
                f"No se puede leer {name} ({reason}).", f"{name} cannot be read ({reason})."
            )


def _neither_file_nor_pipe(name: str) -> Text:
    return Text(
        f"{name} no es un archivo ni una tubería. Guarde lo que quiere importar en un archivo.",
        f"{name} is neither a file nor a pipe. Save what you want to import in a file.",
    )


def _changed(name: str) -> Text:
    return Text(
        f"{name} cambió mientras se leía: espere a que esté completo.",
        f"{name} changed while it was read: wait until it is complete.",
    )
