"""What waits, a referral's life, who can be asked next, and consents, on the command line."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.kernel.clock import now
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system

pytestmark = pytest.mark.integration

_NOBODY = "00000000-0000-4000-8000-00000000000f"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data", 8) as running:
        yield running


@pytest.fixture
def waiting(canaliza: CommandLine, system: System) -> list[dict[str, Any]]:
    """What waits among made-up cases."""
    canaliza.data = system.data
    rows: list[dict[str, Any]] = canaliza("referral", "overdue", "--all", "--json").json
    assert rows
    return rows


def test_what_waits_is_listed_for_whom_and_until_when(
    canaliza: CommandLine, waiting: list[dict[str, Any]]
) -> None:
    whom = waiting[0]["whom"]
    theirs = canaliza("referral", "overdue", "--all", "--institution", whom, "--json").json
    assert theirs == [row for row in waiting if row["whom"] == whom]
    turn = canaliza("referral", "overdue", "--all", "--turn", "follower", "--json").json
    assert turn == [row for row in waiting if row["turn"] == "follower"]
    overdue = canaliza("referral", "overdue", "--json").json
    assert overdue == [row for row in waiting if row["overdue"]]
    shown = canaliza("referral", "overdue", "--all").out
    assert all(row["referral_id"] in shown for row in waiting)
    unknown = canaliza("referral", "overdue", "--institution", "nadie-aqui")
    assert (unknown.code, "no está en el directorio" in unknown.err) == (2, True)


def test_a_referral_is_shown_with_all_that_happened_to_it(
    canaliza: CommandLine, waiting: list[dict[str, Any]]
) -> None:
    which = waiting[0]["referral_id"]
    life = canaliza("referral", "show", which, "--json").json
    assert life["referral"]["referral_id"] == which
    assert life["facts"][0]["name"] == "referral-requested"
    assert life["waiting"]["whom"] == waiting[0]["whom"]
    assert "Espera a" in canaliza("referral", "show", which).out
    assert which in canaliza("access", "--json").out
    nothing = canaliza("referral", "show", _NOBODY)
    assert (nothing.code, nothing.err) == (1, "No hay tal canalización.\n")


def test_candidates_are_told_within_the_consent(
    canaliza: CommandLine, waiting: list[dict[str, Any]]
) -> None:
    row = waiting[0]
    found = canaliza("referral", "candidates", row["referral_id"], "--json").json
    assert {"institution": row["addressee"], "asked": True}.items() <= found["recipients"][
        0
    ].items()
    shown = canaliza("referral", "candidates", row["referral_id"]).out
    assert "El consentimiento llega a:" in shown
    assert "ya se le pidió" in shown


def test_what_still_waits_is_not_offered_again(
    canaliza: CommandLine, waiting: list[dict[str, Any]]
) -> None:
    refused = canaliza("referral", "reoffer", waiting[0]["referral_id"])
    assert (refused.code, refused.out) == (2, "")
    assert refused.err


def test_the_cases_of_a_file_are_referred_once(
    canaliza: CommandLine, waiting: list[dict[str, Any]], tmp_path: Path
) -> None:
    folio = waiting[0]["folio"]
    file, out = tmp_path / "casos.csv", tmp_path / "fuera.csv"
    file.write_text(f"nota;Caso\nuno;{folio}\ndos;CHH-000-000-000-0\ntres;{folio}\n")
    words = ("referral", "bulk", str(file), "--to", "maquila-norte", "--service", "job-placement")
    expected = {"rows": 3, "referred": 1, "already": 0, "repeated": 1, "rejected": 1}
    for how in (("--check",), ()):
        done = canaliza(*words, *how, "--rejected", str(out), "--overwrite", "--json")
        assert (done.code, expected.items() <= done.json.items()) == (1, True), done.json
    assert "3,Caso,CHH-000-000-000-0" in out.read_text(encoding="utf-8-sig")
    again = canaliza(*words, "--rejected", str(out), "--json").json
    assert (again["referred"], again["already"], again["repeated"]) == (0, 1, 1)
    for changed in (("--kind", "transfer"), ("--priority", "emergency")):
        other = canaliza(*words, *changed, "--rejected", str(out), "--json")
        counts = {"referred": 0, "already": 0, "repeated": 0, "rejected": 3}
        assert (other.code, counts.items() <= other.json.items()) == (1, True), other.json
    assert "aún tiene abierta la canalización" in out.read_text(encoding="utf-8-sig")
    without = tmp_path / "otro.csv"
    without.write_text("nombre\nnadie\n")
    refused = canaliza("referral", "bulk", str(without), *words[3:])
    assert (refused.code, "columna" in refused.err) == (2, True)


def test_what_is_refused_is_rejected_however_often_the_file_has_it(
    canaliza: CommandLine, waiting: list[dict[str, Any]], tmp_path: Path
) -> None:
    case_id, folio, custodian = (waiting[0][each] for each in ("case_id", "folio", "sender"))
    file, out = tmp_path / "casos.csv", tmp_path / "fuera.csv"
    ways = (case_id, folio, folio.lower(), case_id.upper(), f" {folio} ")
    file.write_text("\n".join(("caso", *ways)) + "\n")
    words = ("referral", "bulk", str(file), "--to", custodian, "--service", "job-placement")
    for how in (("--check",), ()):
        done = canaliza(*words, *how, "--rejected", str(out), "--overwrite", "--json")
        counts = {"rows": 5, "referred": 0, "already": 0, "repeated": 0, "rejected": 5}
        assert (done.code, counts.items() <= done.json.items()) == (1, True), done.json
        told = out.read_text(encoding="utf-8-sig")
        assert told.count("no se canaliza casos a sí misma") == 5


@pytest.mark.parametrize("to", ["nadie-asi", "", "<b>", "\udcff", "maquila-norte "])
def test_an_addressee_that_the_directory_lacks_is_told_once_and_no_row_is_read(
    canaliza: CommandLine, system: System, tmp_path: Path, to: str
) -> None:
    canaliza.data = system.data
    file, out = tmp_path / "casos.csv", tmp_path / "fuera.csv"
    file.write_text("caso\nuno\ndos\n")
    words = ("referral", "bulk", str(file), "--service", "job-placement", "--rejected", str(out))
    refused = canaliza(*words, "--to", to)
    assert (refused.code, refused.out, out.exists()) == (2, "", False)
    assert refused.err.startswith("--to: ")
    assert "canaliza institution register" in refused.err


@pytest.mark.parametrize(
    ("cell", "why"), [(b"\0\0", "NUL"), (b"CHH\0-1", "NUL"), (b"a\xf1o", "UTF-8")]
)
def test_a_cell_that_cannot_be_looked_for_is_rejected_and_the_others_go_on(
    canaliza: CommandLine,
    waiting: list[dict[str, Any]],
    tmp_path: Path,
    cell: bytes,
    why: str,
) -> None:
    file, out = tmp_path / "casos.csv", tmp_path / "fuera.csv"
    file.write_bytes(b"caso\n" + cell + b"\n" + waiting[-1]["case_id"].encode() + b"\n")
    words = ("referral", "bulk", str(file), "--to", "maquila-norte", "--service", "job-placement")
    done = canaliza(*words, "--check", "--rejected", str(out), "--json")
    looked_for = done.json["referred"] + done.json["rejected"] - 1  # a rule may refuse the other
    assert (done.code, done.json["rows"], looked_for) == (1, 1, 1), done.err
    told = out.read_text(encoding="utf-8-sig").splitlines()
    assert told[1].startswith("2,caso,,")
    assert (why in told[1], "file.encoding" in told[1]) == (True, False)


def test_what_a_person_consented_to_is_recorded_shown_and_taken_back(
    canaliza: CommandLine, waiting: list[dict[str, Any]], tmp_path: Path
) -> None:
    case, person = waiting[0]["case_id"], _NOBODY
    signed = tmp_path / "firma.txt"
    signed.write_text("Consiento.", encoding="utf-8")
    until = (now() + timedelta(days=90)).date().isoformat()
    said = ["--recipient", "albergue-juarez", "--category", "identity", "--category", "contact"]
    recorded = canaliza(
        *("consent", "record", case, "--person", person, *said, "--until", until),
        *("--evidence", str(signed), "--json"),
    ).json
    which = recorded["consent_id"]
    assert recorded["facts"] == ["consent-recorded"]
    assert "En vigor" in canaliza("consent", "show", which).out
    assert canaliza("consent", "show", which, "--json").json["terms"]["valid_until"] == until
    page = canaliza("consent", "show", which, "--document", "--large", "--lang", "en").out
    assert "<h1>What I consented to</h1>" in page
    assert person not in page
    export = canaliza("consent", "show", which, "--export").json
    assert export["record"]["record_id"] == which
    part = canaliza("consent", "withdraw", which, "--category", "contact", "--json").json
    assert part["facts"] == ["consent-partly-withdrawn"]
    assert canaliza("consent", "withdraw", which, "--json").json["facts"] == ["consent-withdrawn"]
    assert "ya lo estaba" in canaliza("consent", "withdraw", which).out
    nothing = canaliza("consent", "show", person)
    assert (nothing.code, "No hay tal consentimiento" in nothing.err) == (1, True)
    wrong = canaliza("consent", "record", case, "--person", person, "--until", until)
    assert (wrong.code, "terms.recipients" in wrong.err) == (2, True)
