"""The directory on the command line: tokens of institutions, their status, and what they hold."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.referral import reach
from shared.eventstore.batcher import Overloaded
from shared.kernel.ids import new_id
from tests.command_line import CommandLine, Result
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, call, running_system
from tests.waiting import soon

pytestmark = pytest.mark.integration

_OUT, _IN = "stps-chihuahua", "ong-derechos"
"""An institution that holds cases of the demonstration, and one that gets them."""


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data") as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    canaliza.data = system.data
    return canaliza


# --- tokens ---------------------------------------------------------------------------------


def test_only_a_steward_needs_no_entry_in_the_directory(on_system: CommandLine) -> None:
    administrators = (("administrator",), ("administrator", "caseworker"))
    for roles in (("caseworker",), *administrators, ("steward", "caseworker")):
        stranger = _make(on_system, "nadie", *roles)
        assert (stranger.code, stranger.out) == (1, "")
        assert "directorio" in stranger.err
    assert _make(on_system, "nadie", "steward").code == 0


@pytest.mark.parametrize(
    "code", ["Juan Pérez 614 123 4567", "", "ab", "a\nb", "x" * 5_000, "juan-614-123-4567"]
)
def test_a_token_s_institution_is_a_code_whatever_its_role(
    on_system: CommandLine, code: str
) -> None:
    for role in ("steward", "administrator", "caseworker"):
        refused = _make(on_system, code, role)
        assert (refused.code, refused.out) == (2, "")
        assert code not in refused.err or not code


def test_all_tokens_of_an_institution_are_revoked_at_once_and_nobody_elses(
    on_system: CommandLine, system: System
) -> None:
    cases = f"{system.address}/reporting/cases"
    theirs = [_make(on_system, "oim-juarez", "caseworker", "--json").json for _ in range(2)]
    other = _make(on_system, "cedh-chihuahua", "caseworker", "--json").json
    revoked = on_system("token", "revoke", "--institution", "oim-juarez", "--json").json
    assert {each["token"] for each in theirs} <= {each["token"] for each in revoked}
    secrets = [each["secret"] for each in (*theirs, other)]
    assert [call(cases, secret) for secret in secrets] == [401, 401, 200]
    assert on_system("token", "revoke", "--institution", "oim-juarez").code == 1


@pytest.mark.parametrize(("role", "days"), [("caseworker", 367), ("auditor", 93), ("steward", 32)])
def test_no_token_outlives_what_its_role_allows(
    on_system: CommandLine, role: str, days: int
) -> None:
    refused = _make(on_system, "oim-juarez", role, f"--days={days}")
    assert (refused.code, refused.out) == (2, "")
    assert _make(on_system, "oim-juarez", role, f"--days={days - 1}").code == 0


def test_nobody_audits_what_they_may_do_themselves(on_system: CommandLine) -> None:
    assert _make(on_system, "stps-chihuahua", "auditor", "caseworker").code == 2
    made = _make(on_system, "stps-chihuahua", "auditor", "monitor", "--json").json
    also = ("--subject", made["subject"], "--json")
    refused = _make(on_system, "stps-chihuahua", "caseworker", *also)
    assert (refused.code, "auditaría" in refused.err) == (1, True)
    another = _make(on_system, "stps-chihuahua", "monitor", *also).json
    assert another["subject"] == made["subject"]
    assert another["token"] != made["token"]
    for one in (another, made):
        assert on_system("token", "revoke", one["token"]).code == 0
    assert _make(on_system, "stps-chihuahua", "caseworker", *also).code == 0
    assert _make(on_system, "stps-chihuahua", "monitor", "--subject", "subject-x").code == 1


def test_a_token_s_secret_is_shown_whatever_becomes_of_the_directory(
    on_system: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Overloaded

    with monkeypatch.context() as patched:
        patched.setattr(reach, "tell_reach", away)
        made = _make(on_system, "stps-chihuahua", "caseworker")
        assert (made.code, made.out.startswith("cnz_")) == (0, True)
        assert "todavía no sabe" in made.err
        token = made.err.split()[0]
        revoked = on_system("token", "revoke", token)
        assert (revoked.code, token in revoked.out) == (0, True)
        assert "todavía no sabe" in revoked.err


def _make(on_system: CommandLine, code: str, *words: str) -> Result:
    roles = [word for n, word in enumerate(words) if not _is_option(words, n)]
    others = [word for n, word in enumerate(words) if _is_option(words, n)]
    given = [part for role in roles for part in ("--role", role)]
    return on_system("token", "create", "--institution", code, *given, *others)


def _is_option(words: tuple[str, ...], n: int) -> bool:
    return words[n].startswith("--") or (n > 0 and words[n - 1] == "--subject")


# --- services -------------------------------------------------------------------------------


def test_a_service_is_listed_says_that_it_is_full_and_is_shown(on_system: CommandLine) -> None:
    named = ("--name", "Albergue «Ñandú»", "--kind", "shelter", "--language", "spa")
    listed = on_system("service", "add", _IN, *named, "--json").json
    service, full = listed["service_id"], ("--capacity", "none", "--unit", "beds")
    assert listed["facts"] == ["service-listed", "service-assured"]
    assert on_system("service", "capacity", service, *full, "--free", "0").code == 0
    assert on_system("service", "suspend", service, "--reason", "no-staff").code == 0
    shown = on_system("service", "show", service, "--json").json
    assert (shown["institution"], shown["status"], shown["stale"]) == (_IN, "suspended", False)
    assert (shown["capacity"]["capacity"], shown["capacity"]["places_free"]) == ("none", 0)
    assert "Albergue «Ñandú»" in on_system("service", "show", service).out
    assert on_system("service", "assure", service, "--on", "2026-01-01", "--json").json == {
        "service_id": service,
        "facts": [],
    }
    for order in (("withdraw", "--reason", "ceased"), ("resume",)):
        assert on_system("service", order[0], service, *order[1:]).code == 0


def test_what_is_no_code_and_no_service_is_refused_in_words(on_system: CommandLine) -> None:
    service = str(new_id())
    refused = on_system("service", "add", _IN, "--name", "Albergue", "--kind", "albergue")
    assert (refused.code, refused.out) == (2, "")
    assert "service_kinds" in refused.err
    unknown = on_system("service", "show", service)
    assert (unknown.code, unknown.out) == (1, "")
    assert "directorio" in unknown.err
    assert on_system("service", "add", "nadie-aqui", "--name", "X", "--kind", "shelter").code == 1


# --- the directory, and what an institution holds -------------------------------------------


def test_what_an_inactive_institution_holds_is_listed_and_handed_on(on_system: CommandLine) -> None:
    def held() -> dict[str, Any]:
        found: dict[str, Any] = on_system("institution", "holdings", _OUT, "--json").json
        return found

    _make(on_system, _OUT, "caseworker")  # other tests took its ways to answer
    soon(lambda: held()["takes_part"])
    cases = held()["cases"]
    count = len(cases)
    assert (held()["status"], count > 0) == ("active", True)
    refused = on_system("institution", "hand-on", _OUT, "--to", _IN)
    assert (refused.code, "activa" in refused.err) == (1, True)
    closing = on_system("institution", "close", _OUT, "--reason", "ceased", "--json")
    assert closing.json["facts"] == ["institution-closed"]
    soon(lambda: held()["status"] == "closed")
    tried = on_system("institution", "hand-on", _OUT, "--to", _IN, "--dry-run", "--json").json
    assert (len(tried["handed_on"]), tried["refused"], tried["dry_run"]) == (count, [], True)
    done = on_system("institution", "hand-on", _OUT, "--to", _IN, "--json").json
    assert {each["case_id"] for each in done["handed_on"]} == {each["case_id"] for each in cases}
    again = on_system("institution", "hand-on", _OUT, "--to", _IN)
    assert again.out.strip() == f"0 casos pasaron a {_IN}."
    soon(lambda: not held()["cases"])
    assert "cerrada" in on_system("institution", "holdings", _OUT).out
    moved = on_system("history", cases[0]["folio"], "--json").json
    assert moved["custodian"] == _IN
    last = [fact["name"] for fact in moved["facts"][-2:]]
    assert last == ["custody-assigned", "custody-announced"]
    assert on_system("institution", "reactivate", _OUT).code == 0


def test_an_institution_is_registered_on_the_command_line(on_system: CommandLine) -> None:
    words = ("institution", "register", "casa-nueva", "--name", "Casa Nueva", "--kind", "shelter")
    assert on_system(*words, "--json").json["facts"] == ["institution-registered"]
    assert "ya lo estaba" in on_system(*words).out
    twin = on_system(
        "institution", "register", "casa-otra", "--name", "CASA nueva", "--kind", "ngo"
    )
    assert (twin.code, "casa-nueva" in twin.err) == (1, True)
    nobody = on_system("institution", "suspend", "nadie", "--reason", "other")
    assert (nobody.code, "directorio" in nobody.err) == (1, True)
    assert on_system("institution", "holdings", "nadie").code == 1


# --- who can serve --------------------------------------------------------------------------


def test_the_directory_is_searched_and_a_mistyped_code_is_named(on_system: CommandLine) -> None:
    found = on_system("directory", "search", "--kind", "shelter", "--urgency", "urgent", "--json")
    assert found.code == 0, found.err
    answer = json.loads(found.out)
    assert answer["serving"] + answer["excluded"] >= len(answer["items"])
    mistyped = on_system("directory", "search", "--kind", "shleter")
    assert (mistyped.code, "shelter" in mistyped.err) == (2, True)
    nowhere = on_system("directory", "search", "--subdivision", "Narnia")
    assert (nowhere.code, nowhere.out) == (2, "")
    stale = on_system("directory", "stale", "--json")
    assert stale.code == 0
    assert json.loads(stale.out)["institutions_stale"] >= 0
