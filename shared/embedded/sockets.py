"""A private folder for PostgreSQL's socket, on a path that is short enough for one."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from shared.embedded.errors import EmbeddedProblem
from shared.embedded.folder import DataFolder
from shared.embedded.privileges import closed_parent
from shared.kernel.text import Text

_PATH_LIMIT = 103  # bytes with the file's name: macOS's limit, Linux's is 107
_FILE_NAME = "/.s.PGSQL.5432.lock"
_PLAIN = re.compile(r"/[A-Za-z0-9/_.+-]*")  # a comma or a space has a meaning to libpq
_PREFIX = "canaliza-"


def make(folder: DataFolder) -> Path:
    """Make an empty folder of mode 0700 for the servers' user, in the data or a temporary folder.

    A temporary one is noted, so the next start after a kill removes it. Raises EmbeddedProblem
    if every candidate is too long or closed.
    """
    noted = folder.noted("sockets")
    if noted is not None:
        remove(folder, Path(noted["path"]))
    if _fits(folder.path / "postgres/socket"):
        return folder.fresh("postgres/socket")
    candidates = (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp")  # noqa: S108 - only mkdtemp inside it
    for base in (Path(candidate) for candidate in candidates if candidate):
        usable = _fits(base / f"{_PREFIX}12345678") and os.access(base, os.W_OK | os.X_OK)
        if usable and closed_parent(base, folder.user) is None:
            private = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
            folder.note("sockets", {"path": str(private)})
            folder.give(private)
            return private
    raise EmbeddedProblem(
        Text(
            "No hay una carpeta temporal corta y abierta para el socket de PostgreSQL. "
            "Ponga una en XDG_RUNTIME_DIR.",
            "There is no short and open temporary folder for PostgreSQL's socket. "
            "Set one in XDG_RUNTIME_DIR.",
        ),
    )


def remove(folder: DataFolder, socket_folder: Path) -> None:
    """Remove a temporary socket folder if it is still ours; keep one in the data folder."""
    if folder.path in socket_folder.parents or not socket_folder.name.startswith(_PREFIX):
        return
    if socket_folder.is_dir() and socket_folder.lstat().st_uid in {folder.user.uid, os.geteuid()}:
        shutil.rmtree(socket_folder, ignore_errors=True)
    folder.drop_note("sockets")


def _fits(socket_folder: Path) -> bool:
    text = str(socket_folder)
    return _PLAIN.fullmatch(text) is not None and len(text + _FILE_NAME) <= _PATH_LIMIT
