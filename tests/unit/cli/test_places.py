"""``canaliza places`` needs no installation: it says what the code lists say."""

import pytest

from tests.command_line import CommandLine


def test_a_name_is_found_however_it_is_written_with_its_code_and_its_clock(
    canaliza: CommandLine,
) -> None:
    found = canaliza("places", "  JUAREZ", "--subdivision", "chihuahua", "--json")
    assert (found.code, found.json["near"]) == (0, [])
    assert found.json["meant"] == [
        {
            "code": "08037",
            "es": "Juárez",
            "en": "Juárez",
            "subdivision": "MX-CHH",
            "zone": "America/Ciudad_Juarez",
        }
    ]


def test_a_name_that_several_have_is_told_with_all_of_them(canaliza: CommandLine) -> None:
    found = canaliza("places", "juárez")
    assert found.code == 0
    for code, subdivision in (("08037", "Chihuahua"), ("19031", "Nuevo León")):
        assert any(code in line and subdivision in line for line in found.out.splitlines())


def test_without_a_name_all_of_a_subdivision_are_listed(canaliza: CommandLine) -> None:
    found = canaliza("places", "--subdivision", "GT-09", "--json")
    assert len(found.json["meant"]) == 24


@pytest.mark.parametrize(
    ("name", "near", "told"),
    [("tihuana", "02004", "Parecidos"), ("qqqq", None, "Ninguno se llama así.")],
)
def test_a_name_that_none_has_ends_with_one_and_what_is_close_to_it(
    canaliza: CommandLine, name: str, near: str | None, told: str
) -> None:
    found = canaliza("places", name)
    assert (found.code, told in found.err) == (1, True)
    assert near is None or near in found.out


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_subdivision_that_there_is_not_is_refused_with_the_nearest(
    canaliza: CommandLine, lang: str
) -> None:
    found = canaliza("places", "juarez", "--subdivision", "Chihuaua", "--lang", lang)
    assert (found.code, "MX-CHH" in found.err) == (2, True)
