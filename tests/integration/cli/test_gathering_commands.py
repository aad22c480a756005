"""Profiles, networks, regions and commissions on the command line, of a system that runs."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system
from tests.waiting import soon

pytestmark = pytest.mark.integration

_ONE, _OTHER = "stps-chihuahua", "cedh-chihuahua"
_NETWORK = ("network", "form", "red-frontera", "--name", "Red Frontera", "--programme", "mecal")
_JOIN = ("network", "join", "red-frontera", "--institution", _ONE, "--since", "2026-05-04")
_REGION = (
    *("region", "define", "frontera-norte", "--name", "Frontera Norte"),
    *("--subdivision", "MX-CHH", "--municipality", "08037"),
)
_COMMISSION = (
    *("commission", "form", "cie-chihuahua", "--name", "CIE de Chihuahua"),
    *("--subdivision", "MX-CHH", "--programme", "mx-trafficking"),
    *("--secretariat", _OTHER, "--quorum", "at-least", "--number", "2"),
)
_SEAT = ("commission", "seat", "cie-chihuahua", "--institution", _ONE, "--since", "2026-05-04")
_DESCRIBE = (
    *("institution", "describe", _ONE, "--level", "state", "--sector", "public"),
    *("--jurisdiction", "MX-CHH", "--municipality", "08019", "--mandate", "ley-federal"),
)
_POINT = ("institution", "focal-point", _ONE, "--programme", "mecal", "--role", "liaison")
_STAKE = (
    *("institution", "stake", _ONE, "--programme", "mecal"),
    *("--interest", "high", "--influence", "low"),
)


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data") as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    canaliza.data = system.data
    return canaliza


def test_what_is_said_once_is_on_record_and_said_again_adds_nothing(
    on_system: CommandLine,
) -> None:
    point = (*_POINT, "--channel", "letter")
    for command in (_NETWORK, _JOIN, _REGION, _COMMISSION, _SEAT, _DESCRIBE, point, _STAKE):
        first = on_system(*command, "--json")
        assert (first.code, len(first.json["facts"])) == (0, 1), first.err
    for command in (_NETWORK, _DESCRIBE):
        assert on_system(*command, "--json").json["facts"] == []
    shown = soon(lambda: _told(on_system))
    assert shown["level"] == "state"
    regions, commissions = (on_system(g, "list", "--json").json for g in ("region", "commission"))
    assert ["08037"] in [each["municipalities"] for each in regions]
    assert ("cie-chihuahua", 2) in [(c["commission"], c["quorum_number"]) for c in commissions]
    assert on_system("network", "list", "--programme", "mecal", "--json").json[0]["members"]
    for group in ("network", "region", "commission"):
        assert on_system(group, "list", "--lang", "en").code == 0
    table = on_system("institution", "show", _ONE, "--lang", "en").out
    assert "validated: never" in table
    assert "Oficio" not in table


def _told(on_system: CommandLine) -> Any:
    """What reporting tells of the institution, once it has heard of everything."""
    shown: Any = on_system("institution", "show", _ONE, "--json").json
    codes = {each["code"] for each in shown["takes_part"]}
    stakes = {each["programme"] for each in shown["stakes"]}
    return shown if "mecal" in stakes and {"cie-chihuahua", "red-frontera"} <= codes else None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("network", "form", "x", "--name", "Red", "--programme", "mecal"), 2),
        (("network", "list", "--programme", "mecall"), 2),
        (("network", "join", "no-hay", "--institution", _ONE, "--since", "2026-05-04"), 1),
        (("commission", "list", "--subdivision", "Chihuahua"), 2),
        ((*_DESCRIBE[:3], "--level", "stat", "--sector", "public"), 2),
        ((*_DESCRIBE[:7], "--digest", "0" * 64), 2),
        ((*_DESCRIBE[:7], "--municipality", "14039"), 2),
        (("institution", "show", "no-hay"), 1),
        ((*_POINT[:5], "--role", "Juana"), 2),
    ],
)
def test_what_is_not_possible_is_refused_in_words(
    on_system: CommandLine, command: tuple[str, ...], code: int
) -> None:
    refused = on_system(*command)
    assert (refused.code, refused.out) == (code, ""), refused.err
    assert refused.err.strip()
    assert "Traceback" not in refused.err
