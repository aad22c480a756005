"""A data folder: its layout, its lock, and small files that are written whole or not at all.

As root the tree stays root's; only what a server must write belongs to the servers' user, and we
write nothing inside that, so a server that was taken over cannot lead us to another file.
"""

import fcntl
import json
import os
import shutil
import weakref
from pathlib import Path

from shared.embedded.errors import EmbeddedProblem
from shared.embedded.privileges import RunAs, require_reachable, run_as
from shared.kernel.text import Text

_OPEN: "weakref.WeakSet[DataFolder]" = weakref.WeakSet()


class DataFolder:
    """The folder ``path``; created unless it exists.

    Layout: ``lock``; ``conf/`` settings of the servers; ``run/`` addresses and process tags of what
    runs; ``secret/`` the superuser's password; ``log/``; ``postgres/`` and ``kafka/`` the
    servers' own; ``runtime/`` copies of binaries (as root only, if needed).
    Raises FolderUnreachable as root, EmbeddedProblem if the folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        """Create the layout; change no mode of a folder that holds somebody else's files."""
        self.path = Path(os.path.realpath(path))
        self.user: RunAs = run_as(self.path)
        self._lock: int | None = None
        require_reachable(self.path.parent, self.user)
        try:
            self._make()
        except PermissionError as error:
            raise EmbeddedProblem(
                Text(
                    f"No se puede escribir en {error.filename}: pertenece a otro usuario. "
                    "Use ese usuario, o elija otra carpeta con DATA=… o --data.",
                    f"Cannot write in {error.filename}: it belongs to another user. "
                    "Use that user, or choose another folder with DATA=… or --data.",
                ),
            ) from error
        except (FileExistsError, NotADirectoryError) as error:
            raise EmbeddedProblem(
                Text(
                    f"{error.filename} no es una carpeta, y ahí debe haber una. "
                    "Muévalo, o elija otra carpeta con DATA=… o --data.",
                    f"{error.filename} is no folder, and one has to be there. "
                    "Move it, or choose another folder with DATA=… or --data.",
                ),
            ) from error
        _OPEN.add(self)

    def _make(self) -> None:
        passable = 0o711 if self.user.dropped else 0o700
        made = not self.path.exists()
        self.path.mkdir(parents=True, exist_ok=True, mode=passable)
        if made or not any(self.path.iterdir()):
            self.path.chmod(passable)  # new, or empty and given to us: ours from now on
        require_reachable(self.path, self.user)
        for name in ("conf", "postgres", "kafka", "runtime"):
            _make_own(self.path / name, passable)
        for name in ("run", "secret", "log"):
            _make_own(self.path / name, 0o700)

    def own(self) -> bool:
        """Lock the folder for this process; return False if another process owns it.

        The lock is the kernel's (flock), so however the owner dies it is free at once. May be
        called again.
        """
        if self._lock is not None:
            return True
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        self._lock = lock
        return True

    @property
    def owned(self) -> bool:
        return self._lock is not None

    def owner_pid(self) -> int | None:
        """Return the process id that the last owner wrote, or None."""
        text = self.read("lock")
        return int(text) if text and text.strip().isdigit() else None

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def forget(self) -> None:
        """In a forked child: close the lock's descriptor, which stays the parent's."""
        self.release()

    def read(self, name: str) -> str | None:
        """Return the text of a small file, or None if there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str, *, mode: int = 0o600) -> Path:
        """Write a small file to disk, whole: a new file replaces the old one. Return its path."""
        target = self.path / name
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        return target

    def write_for_servers(self, name: str, text: str) -> Path:
        """Write a file that the servers' user may read as well. Never for a secret."""
        return self.write(name, text, mode=0o644 if self.user.dropped else 0o600)

    def note(self, name: str, facts: dict[str, str]) -> None:
        self.write(f"run/{name}.json", json.dumps(facts))

    def noted(self, name: str) -> dict[str, str] | None:
        """Return what ``run/NAME.json`` says; None if it is absent or not JSON."""
        try:
            facts = json.loads(self.read(f"run/{name}.json") or "null")
        except json.JSONDecodeError:
            return None
        return {str(k): str(v) for k, v in facts.items()} if isinstance(facts, dict) else None

    def drop_note(self, name: str) -> None:
        (self.path / f"run/{name}.json").unlink(missing_ok=True)

    def fresh(self, name: str) -> Path:
        """Make an empty folder of mode 0700 for the servers' user; what was there is deleted."""
        target = self.path / name
        if target.is_symlink() or target.is_file():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        target.mkdir(mode=0o700)
        self.give(target)
        return target

    def give(self, path: Path) -> None:
        """Give a path that we just made to the servers' user (only as root: else it is theirs)."""
        if self.user.dropped:
            os.chown(path, self.user.uid, self.user.gid, follow_symlinks=False)


def _make_own(folder: Path, mode: int) -> None:
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    folder.chmod(mode)  # whatever the umask took away


def _forget_all() -> None:
    for folder in list(_OPEN):
        folder.forget()


# A forked child would keep the lock (and with it the folder) after its parent's death.
os.register_at_fork(after_in_child=_forget_all)
