"""How Spanish sorts names, and how they are looked for."""

import unicodedata

import pytest

from shared.kernel.spanish import place_in_list, words_of


def test_enye_has_its_own_place_after_n_in_whatever_way_it_was_typed() -> None:
    names = ["Oasis", "Ñandú", "Nzoy", "Nido", unicodedata.normalize("NFD", "Ñu")]
    found = sorted(names, key=place_in_list)
    assert [unicodedata.normalize("NFC", each) for each in found] == [
        *("Nido", "Nzoy", "Ñandú", "Ñu", "Oasis")
    ]


def test_accents_case_and_marks_count_only_between_texts_that_are_otherwise_the_same() -> None:
    names = ["Álamo 2", "alamo 1", "«Albergue»", "ÁLAMO 1"]
    assert sorted(names, key=place_in_list) == ["alamo 1", "ÁLAMO 1", "Álamo 2", "«Albergue»"]


def test_a_letter_of_another_script_keeps_a_place() -> None:
    assert sorted(["Ж", "z", "文"], key=place_in_list) == ["z", "Ж", "文"]


@pytest.mark.parametrize(
    "written", ["Niñéz  del Río", "NIÑEZ DEL RIO", "nin\u0303ez, del ri\u0301o"]
)
def test_words_are_looked_for_without_accents_case_and_marks(written: str) -> None:
    assert words_of(written) == ["ninez", "del", "rio"]
