"""Every command explains itself, with an example, in the chosen language."""

import re
import subprocess
import sys
from inspect import signature
from typing import Any

import pytest
from typer.main import get_command

from services.__main__ import run
from services.cli import build
from services.operator.cli import language
from services.operator.cli.tokens import ROLES_SHOWN
from services.operator.cli.usage import with_language_option
from shared.kernel.roles import ROLES
from tests.command_line import CommandLine
from tests.embedded_processes import REPOSITORY

LANGUAGES = ("es", "en")
WITHOUT_JSON = {"run"}  # it serves until it is stopped: its answer is the pages and the API


def walked(lang: str) -> dict[str, Any]:
    """Every command and group by what is typed for it, in this language."""
    language.speak(lang)
    found: dict[str, Any] = {}
    pending: list[tuple[str, Any]] = [("canaliza", with_language_option(get_command(build())))]
    while pending:
        path, command = pending.pop()
        found[path] = command
        pending += [(f"{path} {n}", c) for n, c in getattr(command, "commands", {}).items()]
    return found


PATHS = sorted(walked("es"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_help_has_an_example_that_can_be_typed(
    path: str, language: str, canaliza: CommandLine
) -> None:
    result = canaliza(*path.split()[1:], "--help", "--lang", language)
    assert result.code == 0, result.err
    usage, example = {"es": ("Uso:", "Ejemplo"), "en": ("Usage:", "Example")}[language]
    assert usage in result.out
    assert re.search(rf"{example}.*^\s*{path} ?", result.out, re.DOTALL | re.MULTILINE), result.out


def test_both_languages_explain_every_command_in_words_of_their_own() -> None:
    spanish, english = walked("es"), walked("en")
    assert spanish.keys() == english.keys()
    for path, command in spanish.items():
        assert command.help, path
        assert command.help != english[path].help, path


def test_every_command_answers_in_json_too() -> None:
    without = {
        path.removeprefix("canaliza ")
        for path, command in walked("es").items()
        if not getattr(command, "commands", {})
        and not any("--json" in param.opts for param in command.params)
    }
    assert without == WITHOUT_JSON


def test_every_option_explains_itself() -> None:
    for path, command in walked("en").items():
        for param in command.params:
            if param.opts[0].startswith("--"):
                assert param.help, (path, param.opts)


def test_the_roles_in_the_help_are_those_there_are() -> None:
    assert tuple(ROLES_SHOWN.split(" | ")) == ROLES


HEAVY = {"fastapi", "psycopg", "kafka", "pydantic"}
HELP_THEN_TELL = "import sys; from services.cli import main; main(['--help']); print(*sys.modules)"


def test_help_loads_no_server_and_no_database() -> None:
    completed = subprocess.run(
        [sys.executable, "-c", HELP_THEN_TELL], capture_output=True, text=True, check=True
    )
    loaded = set(completed.stdout.splitlines()[-1].split())
    assert "typer" in loaded
    assert not HEAVY & loaded


def test_made_up_cases_come_only_to_who_asks_for_them_and_make_run_does() -> None:
    (typed,) = (p.default for p in walked("es")["canaliza run"].params if p.name == "demo")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert typed == signature(run).parameters["demo_cases"].default == 0
    assert "DEMO ?= 200\n" in makefile


@pytest.mark.parametrize(("lang", "shown"), [("es", "AAAA-MM-DD"), ("en", "YYYY-MM-DD")])
def test_how_a_day_is_written_is_shown_as_people_read_it(
    canaliza: CommandLine, lang: str, shown: str
) -> None:
    for command in (("agreement", "draft"), ("service", "assure"), ("register", "add")):
        told = canaliza(*command, "--help", "--lang", lang).out
        assert shown in told
        assert "%Y" not in told


def test_what_is_refused_is_named_as_the_option_that_was_given(canaliza: CommandLine) -> None:
    said = canaliza("directory", "search", "--language", "klingonés").err
    assert "«--language»" in said
