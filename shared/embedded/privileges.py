"""The user that the servers run as, and which folders that user can reach.

PostgreSQL refuses to run as root, so as root the servers run as an unprivileged user. Nothing here
changes the mode or the owner of a folder that is not ours: what cannot be reached is reported.
"""

import hashlib
import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from shared.embedded.errors import EmbeddedProblem, FolderUnreachable
from shared.kernel.text import Text

_ROOT = 0
_NOBODY = 65_534
_FIRST, _HOW_MANY = 61_184, 4_336
"""The numbers that no system gives to a user for long: systemd's for dynamic users."""
_SYSTEM_DATA = Path("/var/lib/canaliza")


@dataclass(frozen=True)
class RunAs:
    """The operating-system user of the servers, whose only group is ``gid``.

    dropped: whether that is another user than this process's (we are root).
    """

    name: str
    uid: int
    gid: int
    dropped: bool


def run_as(data: Path | None = None) -> RunAs:
    """Return this process's own user; as root ``CANALIZA_RUN_AS``, else the installation's own.

    data: the folder of the installation. An installation's own user is a number that has no entry
    among the machine's users, so the servers of one cannot read another's files: the owner of what
    its servers have written, or one that follows from the folder's path.
    Raises EmbeddedProblem if ``CANALIZA_RUN_AS`` does not exist or is root again.
    """
    if os.geteuid() != _ROOT:
        return RunAs(str(os.geteuid()), os.geteuid(), os.getegid(), dropped=False)
    name = os.environ.get("CANALIZA_RUN_AS")
    if name:
        return _named(name)
    number = _NOBODY if data is None else _owner(data) or _own_number(data)
    return RunAs(_name(number) or str(number), number, number, dropped=True)


def _named(name: str) -> RunAs:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedProblem(
            Text(
                f"El usuario {name} no existe. Póngalo bien en CANALIZA_RUN_AS.",
                f"User {name} does not exist. Correct CANALIZA_RUN_AS.",
            ),
        ) from None
    if entry.pw_uid == _ROOT:
        raise EmbeddedProblem(
            Text(
                f"CANALIZA_RUN_AS={name} es root; PostgreSQL no corre como root. Elija otro "
                "usuario.",
                f"CANALIZA_RUN_AS={name} is root; PostgreSQL does not run as root. Choose another.",
            ),
        )
    return RunAs(name, entry.pw_uid, entry.pw_gid, dropped=True)


def _owner(data: Path) -> int | None:
    """Return whom the servers' own files belong to, None if there are none of an ordinary user."""
    for name in ("postgres/cluster", "kafka/data"):
        try:
            owner = (data / name).lstat().st_uid
        except OSError:
            continue
        if owner != _ROOT:
            return owner
    return None


def _own_number(data: Path) -> int:
    """Return the number for a folder's user: the first free one from where its path points."""
    digest = hashlib.sha256(os.path.realpath(data).encode("utf-8", "surrogateescape")).digest()
    start = int.from_bytes(digest[:4], "big")
    numbers = (_FIRST + (start + n) % _HOW_MANY for n in range(_HOW_MANY))
    return next((number for number in numbers if _name(number) is None), _NOBODY)


def _name(number: int) -> str | None:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return None


def has_entry(user: RunAs) -> bool:
    """Whether the machine has this user among its own: some programs ask for its name."""
    return _name(user.uid) is not None


def program_user(user: RunAs) -> RunAs | Path:
    """Return whom the services run as: the servers' user; else what this user cannot read of us.

    That may be: Python, a package or this program, itself or by a folder on the way to it that is
    closed to others.
    """
    if not user.dropped:
        return user
    entries = (Path(entry or ".").absolute() for entry in sys.path)
    needed = [Path(sys.executable).resolve(), Path(os.__file__), Path(__file__)]
    for path in (*needed, *(entry for entry in entries if entry.exists())):
        if closed_parent(path, user) is not None or not readable(path.stat(), user):
            return path
    return user


def become(user: RunAs) -> None:
    """Drop privileges, for good: from here on this process is ``user``, in no other group."""
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)


def closed_parent(path: Path, user: RunAs) -> Path | None:
    """Return the first folder on the way to ``path``, itself included, that is closed to ``user``.

    None if all are open. What does not exist yet counts as open: we shall make it. Only
    permission bits are read, so an access-control list that opens more is not seen.
    """
    if not user.dropped:
        return None
    real = Path(os.path.realpath(path))
    for folder in [*reversed(real.parents), real]:
        try:
            found = folder.stat()
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(found.st_mode) and not _may(found, user, stat.S_IXOTH):
            return folder
    return None


def readable(found: os.stat_result, user: RunAs) -> bool:
    """Whether ``user`` may read this file, and run it if it is executable."""
    wanted = stat.S_IROTH | (stat.S_IXOTH if found.st_mode & stat.S_IXUSR else 0)
    return _may(found, user, wanted)


def require_reachable(folder: Path, user: RunAs) -> None:
    """Raise FolderUnreachable if ``user`` cannot reach ``folder``."""
    closed = closed_parent(folder, user)
    if closed is not None:
        raise FolderUnreachable(folder, closed, user.name)


def default_data_directory() -> Path:
    """Return the folder of the data if none is chosen. Creates nothing.

    ``$CANALIZA_DATA``, else ``$XDG_DATA_HOME/canaliza`` (``~/.local/share/canaliza``). As root,
    if the servers' user cannot reach that, ``/var/lib/canaliza``.
    """
    chosen = os.environ.get("CANALIZA_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    shared_home = os.environ.get("XDG_DATA_HOME", "")
    base = Path(shared_home) if Path(shared_home).is_absolute() else Path.home() / ".local/share"
    home = base / "canaliza"
    return home if closed_parent(home, run_as()) is None else _SYSTEM_DATA


def _may(found: os.stat_result, user: RunAs, wanted: int) -> bool:
    """Whether the permission bits grant ``wanted`` (as bits of "others") to ``user``."""
    if found.st_uid == user.uid:
        return found.st_mode & (wanted << 6) == wanted << 6
    if found.st_gid == user.gid:
        return found.st_mode & (wanted << 3) == wanted << 3
    return found.st_mode & wanted == wanted
