"""Who else may read or write what is in a data folder: nobody.

What somebody else could write may say by now what they like, and no chmod mends that: a person has
to look, so it is refused. What they could only read is closed at once.
"""

import os
import shlex
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.embedded.errors import OpenToOthers

_OURS = ("conf", "run", "secret", "log", "postgres", "kafka", "runtime")
_SECRET = ("secret", "run")
"""The folders whose files nobody else reads, as they read none of the data folder's own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A path that others may read, or even write. mode: its permission bits as they are now."""

    path: Path
    mode: int
    writable: bool

    @property
    def mend(self) -> str:
        """The command that closes it."""
        return f"chmod go-{'w' if self.writable else 'rwx'} {shlex.quote(str(self.path))}"


def opened(data: Path) -> list[Opened]:
    """Return what is open to others in a data folder, the folder itself included.

    Links are not followed: what they lead to is not the folder's. Changes nothing.
    """
    found = []
    for path, secret in _watched(data):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue  # it ended while we looked
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            continue
        writable = bool(mode & (stat.S_IWGRP | stat.S_IWOTH))
        if writable or (secret and mode & (stat.S_IRWXG | stat.S_IRWXO)):
            found.append(Opened(path, mode, writable))
    return found


def require_private(data: Path) -> None:
    """Close what others could read. Raises OpenToOthers if they could write, before anything."""
    found = opened(data)
    for one in found:
        if one.writable:
            raise OpenToOthers(one.path, one.mend)
    for one in found:
        one.path.chmod(one.mode & stat.S_IRWXU)


def _watched(data: Path) -> Iterator[tuple[Path, bool]]:
    """Yield each path that is looked at, and whether it must not even be read."""
    yield data, False
    for entry in _entries(data):
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path), True
    for name in _OURS:
        folder = data / name
        if not folder.is_dir():
            continue
        yield folder, name in _SECRET
        if name in {"conf", *_SECRET}:
            for entry in _entries(folder):
                yield Path(entry.path), name in _SECRET


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)
