"""``canaliza import`` at the command line: what it prints, and its exit codes."""

import os
import signal
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.embedded_processes import REPOSITORY
from tests.integration.importing.files import many, read, row, written

pytestmark = pytest.mark.integration

WAGES = ("--mapping", "us-wage-claims")


def test_a_file_is_imported_once_and_bad_rows_are_written_into_the_working_folder(
    canaliza: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaliza.data = home / "once"
    good = written(tmp_path / "good.csv", many(30))
    first = canaliza("import", str(good), *WAGES)
    assert first.code == 0, first.err
    assert "30  importadas" in first.out
    assert "Reclamaciones salariales ante oficinas laborales" in first.out
    assert sha256(good.read_bytes()).hexdigest() in first.out
    assert list(tmp_path.glob("*.rejected.csv")) == []
    again = canaliza("import", str(good), *WAGES, "--lang", "en")
    assert again.code == 0
    assert "Nothing new to import." in again.out
    assert "Wage claims before labour offices" in again.out

    mixed = written(tmp_path / "mixed.csv", [row("new"), row("bad", date_opened="soon")])
    rejected = canaliza("import", str(mixed), *WAGES, "--json")
    assert rejected.code == 1
    assert (rejected.json["imported"], rejected.json["rejected"]) == (1, 1)
    assert read(tmp_path / "mixed.rejected.csv")[1][:3] == ["3", "date_opened", "soon"]
    assert "soon" not in rejected.out + rejected.err
    history = canaliza("report", "claims", "--subdivision", "KS", "--json")
    assert history.json["cases"] == 1 + sum(r["state_name"] == "Kansas" for r in many(30))


@pytest.mark.parametrize(
    ("name", "mapping", "more", "sentence"),
    [
        ("none.csv", "us-wage-claims", (), "No existe none.csv"),
        ("other.csv", "us-wage-claims", (), "case_uuid"),
        ("good.csv", "no-such-mapping", (), "us-wage-claims"),
        ("good.csv", "us-wage-claims", ("--rejected", "good.csv"), "--rejected"),
        ("good.csv", "us-wage-claims", ("--rejected", "nowhere/out.csv"), "--rejected"),
        ("good.csv", "us-wage-claims", ("--rejected", "other.csv"), "Ya hay un other.csv"),
        ("good.csv", "us-wage-claims", ("--check", "--rejected", "old.csv"), "--overwrite"),
        ("good.csv", "broken.yaml", (), "broken.yaml:2: abot"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_starts(  # noqa: PLR0913, PLR0917 - a table
    canaliza: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    mapping: str,
    more: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    canaliza.data = tmp_path / "data"
    written(tmp_path / "good.csv", many(3))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "old.csv").write_text("fila,columna,valor,motivo\n1,a,b,c\n")
    (tmp_path / "broken.yaml").write_text("name: broken\nabot: {es: x, en: y}\n")
    refused = canaliza("import", name, "--mapping", mapping, *more)
    assert refused.code == 2
    assert sentence in refused.err
    assert "Traceback" not in refused.err
    assert not (tmp_path / "data").exists()
    assert (tmp_path / "other.csv").read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("old", "more"),
    [
        ("fila,columna,valor,motivo\n1,a,b,c\n", ()),  # of an earlier run
        ("", ()),
        ("something else\n", ("--overwrite",)),
        ("something else\n", ("--overwrite", "--check")),
    ],
)
def test_a_file_is_replaced_if_it_is_an_earlier_runs_or_if_that_is_asked_for(
    canaliza: CommandLine, home: Path, tmp_path: Path, old: str, more: tuple[str, ...]
) -> None:
    canaliza.data = home / "command"
    out = tmp_path / "out.csv"
    out.write_text(old)
    file = written(tmp_path / "claims.csv", [row("bad", date_opened="soon")])
    assert canaliza("import", str(file), *WAGES, "--rejected", str(out), *more).code == 1
    assert read(out)[1][:3] == ["2", "date_opened", "soon"]


def test_a_database_that_is_away_is_told_apart_from_rejected_rows(
    canaliza: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANALIZA_DATABASE_HOST", "127.0.0.1")
    monkeypatch.setenv("CANALIZA_DATABASE_PORT", "1")
    monkeypatch.setenv("CANALIZA_INSTALLATION_SECRET", "x" * 40)
    file = written(tmp_path / "claims.csv", many(3))
    away = canaliza("import", str(file), *WAGES)
    assert away.code == 3
    assert "La base de datos no responde" in away.err


def test_an_import_that_waits_for_a_pipe_ends_at_the_first_signal(tmp_path: Path) -> None:
    pipe = tmp_path / "claims.csv"
    os.mkfifo(pipe)
    known = filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])
    with subprocess.Popen(
        [sys.executable, "-m", "services.cli", "import", str(pipe), *WAGES, "--check"],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(known)},
        cwd=tmp_path,
    ) as process:
        assert process.stderr is not None
        assert "tubería".encode() in process.stderr.readline()
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM


def test_what_comes_through_a_pipe_is_imported(canaliza: CommandLine, tmp_path: Path) -> None:
    canaliza.data = tmp_path / "data"
    pipe, text = tmp_path / "claims.csv", written(tmp_path / "good.csv", many(3)).read_bytes()
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(text,))
    writer.start()
    trial = canaliza("import", str(pipe), *WAGES, "--check", "--json")
    writer.join()
    assert (trial.code, trial.json["imported"]) == (0, 3)


def test_a_check_makes_not_even_a_folder(
    canaliza: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaliza.data = tmp_path / "data"
    file = written(tmp_path / "claims.csv", [*many(3), row("bad", date_opened="soon")])
    trial = canaliza("import", str(file), *WAGES, "--check")
    assert trial.code == 1
    assert "3  se importarían" in trial.out
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]


def test_an_update_that_is_given_again_shows_and_rejects_again(
    canaliza: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaliza.data = home / "command"
    terminal, typed = os.openpty()
    file = written(
        tmp_path / "update.csv",
        [row("again", state_name="Wyoming"), row("bad", date_opened="soon")],
    )
    with os.fdopen(typed, encoding="utf-8") as stdin, os.fdopen(terminal, "wb", 0) as somebody:
        monkeypatch.setattr(sys, "stdin", stdin)
        for answer, imported in (("n", False), ("s", True), ("s", False)):
            somebody.write(f"{answer}\n".encode())
            done = canaliza("import", str(file), *WAGES, "--update", "--rejected", "out.csv")
            assert done.code == 1, done.err
            assert "Fue una prueba" in done.out
            assert ("1  importadas" in done.out) == imported
            assert read(tmp_path / "out.csv")[1][:3] == ["3", "date_opened", "soon"]


def test_what_an_update_changes_is_shown_and_what_is_odd_is_written_where_that_is_asked_for(
    canaliza: CommandLine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canaliza.data = home / "command"
    may = written(tmp_path / "may.csv", [row("shown", date_opened="2024-01-02")])
    assert canaliza("import", str(may), *WAGES).code == 0
    cells = {"date_opened": "2024-01-05", "amount_claimed": "n/a"}
    june = written(tmp_path / "june.csv", [row("shown", **cells)])
    options = ("import", str(june), *WAGES, "--update", "--check")
    shown = canaliza(*options)
    change = "fila 2, date_opened: descripciones corregidas: 2024-01-02 → 2024-01-05 (caso US-KS-"
    assert change in shown.out
    assert "Con --details ARCHIVO" in shown.out
    told = canaliza(*options, "--details", "details.csv", "--json")
    assert told.json["shown"][0]["row"] == 2
    assert sorted(line[1:3] for line in read(tmp_path / "details.csv")[1:]) == [
        ["amount_claimed", "n/a"],
        ["date_opened", "2024-01-05"],
    ]
    assert "n/a" not in told.out + told.err
    june_itself = canaliza(*options, "--details", "june.csv")
    assert june_itself.code == 2
    assert "--details" in june_itself.err
