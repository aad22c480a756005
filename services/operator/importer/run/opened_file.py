"""A file's bytes: the same from the digest by which its facts name it to the last row."""

import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from typing_extensions import Buffer, override

from services.operator.importer.errors import FileChanged, FileNotUsable, ImportCutShort
from shared.kernel.text import Text

_CHUNK = 1 << 16


class OpenedFile:
    """A file, opened once. A pipe is read to its end first, into a file that has no name.

    name: as the user knows it. digest: of its bytes.
    """

    def __init__(self, file: Path) -> None:
        """Open it. Raises FileNotUsable if it is not there, or is neither a file nor a pipe.

        Raises ImportCutShort if a pipe finds no room to be kept.
        """
        self.name = file.name
        with ExitStack() as opened:
            try:
                self._file = opened.enter_context(_opened(file))
                self._stat = _stat_of(self._file)
                self.digest = self._digest()
            except OSError as error:
                raise FileNotUsable(_cannot_open(self.name, error)) from None
            opened.pop_all()  # it stays open
        self.position = 0
        self._read = hashlib.sha256()

    @property
    def size(self) -> int:
        """How many bytes it had when it was opened."""
        return self._stat[0]

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        return os.pread(self._file.fileno(), count, 0)

    def stream(self) -> io.BufferedReader:
        """Return its bytes from the beginning, once; reading raises FileChanged if they change."""
        self._file.seek(0)
        return io.BufferedReader(_Watched(self), _CHUNK)

    def from_the_beginning(self) -> int:
        """Return the descriptor for another process that reads it from the beginning."""
        os.lseek(self._file.fileno(), 0, os.SEEK_SET)
        return self._file.fileno()

    def read_into(self, buffer: Buffer) -> int:
        """Read on, as ``readinto`` does. Raises FileChanged.

        Whether it changed shows at once by its size and time, and at its end in any case.
        """
        count = os.readv(self._file.fileno(), [buffer])
        self.position += count
        self._read.update(memoryview(buffer)[:count])
        self.require_unchanged()
        if not count:
            self.require_digest(self._read.hexdigest())
        return count

    def require_unchanged(self) -> None:
        """Raise FileChanged if its bytes are not those of the digest any more."""
        found = _stat_of(self._file)
        if found != self._stat:
            self.require_digest(self._digest())
            self._stat = found

    def require_digest(self, found: str) -> None:
        """Raise FileChanged if this is not the digest of its bytes."""
        if found != self.digest:
            raise FileChanged(_changed(self.name))

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
    with ExitStack() as left:
        opened: IO[bytes] = left.enter_context(file.open("rb", buffering=0))
        mode = os.fstat(opened.fileno()).st_mode
        if stat.S_ISREG(mode):
            left.pop_all()
            return opened
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            return _kept(opened, file.name)
        raise FileNotUsable(_neither_file_nor_pipe(file.name))


def _kept(pipe: IO[bytes], name: str) -> IO[bytes]:
    with ExitStack() as left:
        with _no_room_explained(name):
            copy = left.enter_context(tempfile.TemporaryFile(buffering=0))
        for piece in iter(partial(pipe.read, _CHUNK), b""):
            rest = memoryview(piece)
            with _no_room_explained(name):
                while rest:
                    rest = rest[copy.write(rest) :]
        left.pop_all()
    return copy


@contextmanager
def _no_room_explained(name: str) -> Iterator[None]:
    """Raise ImportCutShort for what goes wrong with the copy of a pipe, and not with the pipe."""
    try:
        yield
    except OSError as error:
        raise ImportCutShort(_cannot_keep(name, error)) from None


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


def _cannot_keep(name: str, error: OSError) -> Text:
    reason = error.strerror or type(error).__name__
    return Text(
        f"{name} es una tubería, y no se puede guardar en la carpeta temporal ({reason}). Libere"
        " espacio ahí, o indique otra carpeta en TMPDIR.",
        f"{name} is a pipe, and cannot be kept in the temporary folder ({reason}). Free some space"
        " there, or name another folder in TMPDIR.",
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
