"""Which language is spoken, and how it says no."""

import pytest

from services.operator.cli import language
from services.operator.cli.failures import explained
from services.operator.cli.language import chosen, say
from services.operator.cli.tokens import ROLES_SHOWN
from shared.kernel.text import Text, UserError
from tests.command_line import CommandLine


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ((), {}, "es"),
        (("doctor", "--lang", "en"), {}, "en"),
        (("--lang=en", "doctor"), {}, "en"),
        ((), {"CANALIZA_LANG": "en"}, "en"),
        ((), {"CANALIZA_LANG": "en_US.UTF-8"}, "en"),
        ((), {"CANALIZA_LANG": "fr"}, "es"),
        (("--lang", "es"), {"CANALIZA_LANG": "en"}, "es"),
        (("history", "--", "--lang", "en"), {}, "es"),
    ],
)
def test_the_option_goes_before_the_environment_and_spanish_before_english(
    arguments: tuple[str, ...], environment: dict[str, str], expected: str
) -> None:
    assert chosen(arguments, environment) == expected


@pytest.mark.parametrize("arguments", [("--lang", "fr"), ("--lang",)])
def test_another_language_is_a_usage_error(
    arguments: tuple[str, ...], canaliza: CommandLine
) -> None:
    result = canaliza(*arguments)
    assert result.code == 2
    assert "es | en" in result.err


@pytest.mark.parametrize(
    ("line", "spanish"),
    [
        ("tokn", "No existe la orden 'tokn'. Vea canaliza --help."),
        ("doctor --nope", "No existe la opción --nope. Vea canaliza doctor --help."),
        (
            "token create",
            "Falta la opción '--institution'. Vea canaliza token create --help.",
        ),
        ("parked show", "Falta el argumento 'ID'. Vea canaliza parked show --help."),
        (
            "token create --institution a --role b --days x",
            "El valor de '--days' no sirve. Vea canaliza token create --help.",
        ),
        (
            "token create --institution abc --role king",
            f"--role: uno o más de {ROLES_SHOWN}.",
        ),
        (
            "history CHH-1 --as-of ayer",
            (
                "«--as-of» es un momento con su zona, como 2026-03-01T09:30:00-07:00, o un día"
                " hasta su fin, como 2026-03-01; si falta, es ahora."
            ),
        ),
    ],
)
def test_usage_errors_are_one_spanish_sentence(
    line: str, spanish: str, canaliza: CommandLine
) -> None:
    result = canaliza(*line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.strip() == spanish


def test_an_unforeseen_error_shows_its_kind_and_location_and_nothing_else() -> None:
    with pytest.raises(LookupError) as caught:
        {"a": 1}["Juana Pérez, contraseña hunter2"]
    sentence, code = explained(caught.value)
    assert code == 1
    assert "KeyError" in sentence
    assert "test_words.py" in sentence
    assert "hunter2" not in sentence


def test_what_was_refused_has_its_own_exit_code() -> None:
    language.speak("en")
    assert explained(UserError(Text("no", "no way"), 2)) == ("no way", 2)
    assert say(Text("sí", "yes")) == "yes"


def test_settings_that_cannot_be_used_are_named_without_their_values(
    canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_KAFKA_PARTITIONS", "muchas")
    result = canaliza("kafka", "topics", "--bootstrap", "127.0.0.1:1")
    assert result.code == 2
    assert "CANALIZA_KAFKA_PARTITIONS" in result.err
    assert "muchas" not in result.err


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ("host=db user=postgres password=hunter2", "CANALIZA_DATABASE_ADMIN_FILE"),
        ("postgresql://postgres:hunter2@db/postgres", "CANALIZA_DATABASE_ADMIN_FILE"),
        ("hunter2", "libpq"),
    ],
)
def test_no_password_is_taken_as_an_argument(
    admin: str, expected: str, canaliza: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATABASE_HOST", "127.0.0.1")
    result = canaliza("migrate", "--admin", admin)
    assert (result.code, result.out) == (2, "")
    assert expected in result.err
    assert "hunter2" not in result.err
