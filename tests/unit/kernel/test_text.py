"""A text in both languages, and the error that carries one."""

import pytest

from shared.kernel.text import Text, UserError, joined

GREETING = Text("Buenos días", "Good morning")
MISSING = Text("Falta «{field}».", "“{field}” is missing.")


@pytest.mark.parametrize(
    ("lang", "expected"), [("es", "Buenos días"), ("en", "Good morning"), ("fr", "Buenos días")]
)
def test_a_text_is_spanish_unless_english_is_requested(lang: str, expected: str) -> None:
    assert GREETING.in_(lang) == expected


def test_the_placeholders_of_a_text_are_filled_in_both_languages() -> None:
    assert MISSING.filled(field="folio") == Text("Falta «folio».", "“folio” is missing.")


def test_a_text_fills_a_placeholder_in_each_language() -> None:
    field = Text("apellido", "surname")
    assert MISSING.filled(field=field) == Text("Falta «apellido».", "“surname” is missing.")


def test_a_placeholder_without_a_name_is_filled_by_position() -> None:
    assert Text("{0} de {1}", "{0} of {1}").filled(1, 2) == Text("1 de 2", "1 of 2")


def test_an_unused_value_is_no_error_but_a_placeholder_without_a_value_is() -> None:
    assert GREETING.filled(name="folio") == GREETING
    with pytest.raises(KeyError, match="field"):
        MISSING.filled(name="folio")


def test_openapi_shows_both_languages_spanish_first() -> None:
    assert GREETING.both == "Buenos días / Good morning"


def test_texts_are_joined_each_language_with_its_own() -> None:
    two = (GREETING, Text("gracias", "thank you"))
    assert joined(two) == Text("Buenos días, gracias", "Good morning, thank you")
    assert joined((), "; ") == Text("", "")


def test_an_error_for_a_person_has_its_text_and_ends_the_program_with_1() -> None:
    error = UserError(GREETING)
    assert (error.text, error.code, str(error)) == (GREETING, 1, GREETING.both)


def test_an_error_in_how_a_command_was_called_ends_the_program_with_2() -> None:
    assert UserError(GREETING, code=2).code == 2
