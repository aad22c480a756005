import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from shared.kernel import codes
from shared.kernel.codes import Code, UnknownCode, UnknownList
from shared.web import command_request as door

OF_A_STANDARD = {
    "subdivisions": r"[A-Z]{2}-[A-Z0-9]{2,3}",
    "nationalities": r"[A-Z]{2}|stateless|unknown",
    "municipalities": r"\d{4,5}",
    "currencies": r"[A-Z]{3}",
    "age_bands": r"\d+-\d+|60\+|unknown",
}
PARTY_AT_CAUSE = {"person", "receiving-institution", "referring-institution", "system"}

every_list = pytest.mark.parametrize("name", codes.list_names())


@every_list
def test_a_list_says_what_it_means_and_where_it_comes_from(name: str) -> None:
    whole = codes.code_list(name)
    assert whole.name == name
    assert all([whole.es, whole.en, whole.source, whole.codes])


@every_list
def test_a_list_is_used_somewhere(name: str) -> None:
    root = Path(codes.__file__).parents[2]
    sources = [*(root / "services").rglob("*.py"), *(root / "shared").rglob("*.py")]
    assert any(f'"{name}"' in source.read_text(encoding="utf-8") for source in sources)


@every_list
def test_every_code_has_a_label_in_both_languages(name: str) -> None:
    unlabelled = [entry.code for entry in codes.codes(name).values() if not (entry.es and entry.en)]
    assert unlabelled == []


@every_list
def test_a_code_is_lower_case_with_hyphens_or_in_its_standards_own_form(name: str) -> None:
    form = re.compile(OF_A_STANDARD.get(name, r"[a-z]+(-[a-z]+)*"))
    assert [code for code in codes.codes(name) if not form.fullmatch(code)] == []


@every_list
def test_every_code_comes_in_by_the_door(name: str) -> None:
    written = TypeAdapter(door.Code)
    assert [code for code in codes.codes(name) if written.validate_python(code) != code] == []


NAMES_THAT_RECUR = {"municipalities"}  # several municipalities bear the same name


@pytest.mark.parametrize("name", sorted({*codes.list_names()} - NAMES_THAT_RECUR))
def test_no_two_codes_of_a_list_share_a_label(name: str) -> None:
    labels = [entry.es for entry in codes.codes(name).values()]
    assert len(set(labels)) == len(labels)


def test_a_programme_names_states_that_exist() -> None:
    named = [state for entry in codes.codes("programmes").values() for state in _list(entry)]
    assert named
    assert all(codes.known("subdivisions", state) for state in named)


def _list(programme: Code) -> list[str]:
    states = programme.extra["subdivisions"]
    assert isinstance(states, list)
    return states


def test_a_decline_says_on_whose_side_the_cause_lies() -> None:
    reasons = codes.codes("decline_reasons").values()
    assert {reason.extra["class"] for reason in reasons} == PARTY_AT_CAUSE | {"system"}


def test_an_outcome_says_its_class_and_what_its_amount_measures() -> None:
    for outcome in codes.codes("outcome_kinds").values():
        assert outcome.extra["class"] in {"favourable", "unfavourable", "neutral"}
        assert outcome.extra["amount"] in {"none", "optional", "required"}
        measures = outcome.extra["measures"]
        assert (measures is None) == (outcome.extra["amount"] == "none")
        assert measures in {None, "owed", "recovered"}


def test_a_code_is_known_message_for_message_only() -> None:
    assert codes.known("sexes", "female")
    assert not codes.known("sexes", "Female")


def test_a_label_is_spanish_unless_english_is_requested() -> None:
    assert codes.label("sexes", "female") == "Mujer"
    assert codes.label("sexes", "female", "en") == "Female"
    assert codes.label("sexes", "female", "fr") == "Mujer"


def test_a_value_outside_the_list_is_refused_with_the_nearest_codes() -> None:
    with pytest.raises(UnknownCode) as refused:
        codes.label("sectors", "manufacturin")
    assert refused.value.list_name == "sectors"
    assert refused.value.value == "manufacturin"
    assert refused.value.candidates == ("manufacturing",)
    assert "manufacturing" in str(refused.value)


def test_a_refusal_does_not_repeat_what_somebody_typed_into_the_wrong_field() -> None:
    with pytest.raises(UnknownCode) as refused:
        codes.code("sectors", "Juana Pérez")
    assert "Juana" not in str(refused.value)


def test_a_list_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownList) as refused:
        codes.codes("../secrets")
    assert refused.value.name == "../secrets"
    assert "sectors" in refused.value.names


def test_the_nearest_codes_are_found_by_label_too_without_accents() -> None:
    assert codes.closest("sectors", "MINERIA") == ["mining"]
    assert codes.closest("sectors", "zzzzz") == []


def test_entries_with_equal_attributes_share_them() -> None:
    entries = codes.codes("municipalities").values()
    assert len({id(entry.extra) for entry in entries}) < len(entries) / 20


@pytest.mark.parametrize("written", ["SÍ", "si", " sí ", "si\u0301", "s\u200bí", "\ufeffSI\u00a0"])
def test_case_blanks_accents_and_what_is_invisible_do_not_matter(written: str) -> None:
    assert codes.plain(written) == "si"
