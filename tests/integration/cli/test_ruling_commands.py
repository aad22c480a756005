"""Holidays, and who coordinates a programme, on the command line."""

from collections.abc import Iterator

import pytest

from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system

pytestmark = pytest.mark.integration

_DAY, _PROGRAMME, _OFFICE = "2099-02-24", "mx-labour-network", "stps-chihuahua"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data", 0) as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    canaliza.data = system.data
    return canaliza


def test_a_holiday_is_added_shown_and_removed(on_system: CommandLine) -> None:
    of_that_day = ("Tlaxcala", "--on", _DAY, "--reason")
    assert on_system("calendar", "add", *of_that_day, "local-feast").code == 0
    shown = on_system("calendar", "show", "MX-TLA", "--year", "2099", "--json").json["holidays"]
    assert {"day": _DAY, "name": None, "added": True} in shown
    assert (
        "Agregado por quien opera" in on_system("calendar", "show", "MX-TLA", "--year", "2099").out
    )
    again = on_system("calendar", "add", *of_that_day, "local-feast")
    assert (again.code, "ya es inhábil" in again.err) == (1, True)
    assert on_system("calendar", "remove", *of_that_day, "not-observed").code == 0
    left = on_system("calendar", "show", "MX-TLA", "--year", "2099", "--json").json["holidays"]
    assert _DAY not in {each["day"] for each in left}


def test_a_programme_is_coordinated_and_its_declines_are_confirmed(on_system: CommandLine) -> None:
    kind = ("--name", "Oficina de Prueba", "--kind", "labour-office")
    assert on_system("institution", "register", _OFFICE, *kind).code == 0
    nobody = on_system("programme", "confirm-declines", _PROGRAMME)
    assert (nobody.code, bool(nobody.err)) == (1, True)
    there = ("--institution", _OFFICE)
    assert on_system("programme", "coordinator", _PROGRAMME, *there).code == 0
    assert on_system("programme", "confirm-declines", _PROGRAMME).code == 0
    rules = on_system("programme", "rules", _PROGRAMME, "--json").json
    assert rules["confirms_declines"]
    assert [each["institution"] for each in rules["coordinators"]] == [_OFFICE]
    needed = on_system("programme", "coordinator", _PROGRAMME, "--relieve")
    assert (needed.code, bool(needed.err)) == (1, True)
    assert on_system("programme", "confirm-declines", _PROGRAMME, "--waive").code == 0
    assert on_system("programme", "coordinator", _PROGRAMME, "--relieve").code == 0
    assert "Nadie lo coordina" in on_system("programme", "rules", _PROGRAMME).out
