"""A definition is built, or refused with every flaw at its line and key, in both languages."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.definitions.flaw import DefinitionNotUsable
from shared.definitions.kind import DefinitionKind
from shared.definitions.schema import Schema, SchemaNotUsable
from tests.unit.definitions.route_kind import ROUTE, SCHEMA, Route, route_kind


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> DefinitionKind[Route]:
    return route_kind(tmp_path_factory.mktemp("routes"))


def refused(routes: DefinitionKind[Route], text: str) -> DefinitionNotUsable:
    with pytest.raises(DefinitionNotUsable) as caught:
        routes.read(text, "route.yaml")
    return caught.value


def test_a_sound_definition_is_built(routes: DefinitionKind[Route]) -> None:
    built = Route("labour-complaint", "listen", ("information", "conciliation"))
    assert routes.read(ROUTE, "route.yaml") == built
    assert routes.load("labour-complaint") == built
    assert routes.names() == ["labour-complaint"]


def test_a_definition_of_ones_own_is_loaded_by_its_path(
    routes: DefinitionKind[Route], tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(ROUTE.replace("labour-complaint", "own"), encoding="utf-8-sig")
    assert routes.load(str(own)).name == "own"


@pytest.mark.parametrize("path", ["no-such-route", "\x00", "/"])
def test_a_definition_that_cannot_be_read_says_which_there_are(
    routes: DefinitionKind[Route], path: str
) -> None:
    with pytest.raises(DefinitionNotUsable, match="labour-complaint"):
        routes.load(path)


@pytest.mark.parametrize(
    ("before", "after", "line", "key", "es", "en"),
    [
        ("name: labour-complaint", "name: Labour", 1, "name",
         "se esperaba minúsculas y guiones", "expected small letters and hyphens"),
        ("name: labour-complaint\n", "", 1, "", "falta la clave «name»", "“name” is missing"),
        ("days: 3", "day: 3", 9, "steps.listen.day", "se esperaba: days", "expected: days"),
        ("days: 3", "days: soon", 9, "steps.listen.days", "un número entero", "a whole number"),
        ("days: 3", "days: 0", 9, "steps.listen.days", "de 1 o más", "of 1 or more"),
        ("days: 3", "days: 3\n    hours: x", 10, "steps.listen.hours", "o null", "or null"),
        ("days: 3", "hours: 3", 7, "steps.listen", "days, porque hay hours", "days, as there are"),
        ("kind: share", "kind: lend", 12, "steps.meet.kind", '"share", "transfer"', '"share"'),
        ("service: conciliation", "service: conciliaton", 11, "steps.meet.service",
         "«service_kinds»; parecidos: conciliation", "“service_kinds”; close to it: conciliation"),
        ("answers: outcome_kinds", "answers: outcome_kind", 3, "answers",
         "no existe esa lista; hay: outcome_kinds", "no such list; there are: outcome_kinds"),
        ("MX-CHH: a", "MX-CHX: a", 5, "by_subdivision.MX-CHX", "«subdivisions»", "“subdivisions”"),
        ("first: listen", "first: listn", 2, "first", "hay: listen", "there are: listen"),
        ("days: 3", "days: 13", 9, "steps.listen.days", "parecidos: urgent", "close to it: urgent"),
        ("first: listen", "first: listen\nfirst: meet", 3, "first", "dos veces", "there twice"),
        ("name: labour", "name: &x labour", 1, "", "no se usan &, * ni !", "no &, * or !"),
        ("steps:", "steps: [", 8, "", "deja de ser YAML", "stops being YAML"),
        ("days: 3", f"days: {'[' * 60}{']' * 60}", 9, "", "demasiados niveles", "too many levels"),
    ],
)  # fmt: skip
def test_a_flaw_has_line_key_and_what_was_expected(  # noqa: PLR0913, PLR0917 - a table
    routes: DefinitionKind[Route],
    before: str,
    after: str,
    line: int,
    key: str,
    es: str,
    en: str,
) -> None:
    assert before in ROUTE
    flaw, *more = refused(routes, ROUTE.replace(before, after, 1)).flaws
    assert (flaw.line, flaw.key, more) == (line, key, [])
    assert es in flaw.expected.es
    assert en in flaw.expected.en


def test_all_flaws_are_reported_at_once_sorted_by_line_with_the_files_name(
    routes: DefinitionKind[Route],
) -> None:
    text = ROUTE.replace("first: listen", "first: talk").replace(": information", ": informtion")
    error = refused(routes, text.replace("MX-CHH", "MX-CHX"))
    assert [flaw.key for flaw in error.flaws] == [
        "first",
        "by_subdivision.MX-CHX",
        "steps.listen.service",
    ]
    lines = error.text.en.splitlines()
    assert lines[0] == "route.yaml:2: first: no such name; there are: listen, meet"
    assert [line.split(":")[1] for line in lines] == ["2", "5", "8"]
    assert error.code == 2


def test_codes_are_reported_beside_what_is_wrong_with_the_shape(
    routes: DefinitionKind[Route],
) -> None:
    error = refused(routes, ROUTE.replace("days: 3", "day: 3").replace("conciliation", "concil"))
    assert [flaw.key for flaw in error.flaws] == ["steps.listen.day", "steps.meet.service"]


def test_a_date_and_a_yes_are_text(routes: DefinitionKind[Route]) -> None:
    text = ROUTE.replace("listen", "on").replace("meet", "2026-01-01")
    assert routes.read(text, "route.yaml").first == "on"


@pytest.mark.parametrize(
    "part",
    [
        {"oneOf": [{"type": "string"}, {"type": "number"}]},
        {"type": "string", "pattern": "^x$"},
        {"dependentRequired": {"a": ["b"]}},
        {"codeList": "no_such_list"},
    ],
)
def test_a_schema_that_does_not_explain_what_is_expected_is_refused(
    tmp_path: Path, part: dict[str, Any]
) -> None:
    properties = {**SCHEMA["properties"], "name": part}
    with pytest.raises(SchemaNotUsable):
        route_kind(tmp_path, {**SCHEMA, "properties": properties}).read(ROUTE, "route.yaml")


def test_a_property_that_is_called_like_a_keyword_is_just_a_property(tmp_path: Path) -> None:
    file = tmp_path / "x.schema.json"
    file.write_text('{"properties": {"pattern": {"type": "string"}, "oneOf": {"type": "array"}}}')
    Schema(file)


@given(some.text() | some.text("name: first\nsteps[]{}&*!-1\"'", max_size=60))
def test_whatever_the_text_it_is_built_or_refused_in_both_languages(
    routes: DefinitionKind[Route], text: str
) -> None:
    try:
        routes.read(text, "route.yaml")
    except DefinitionNotUsable as error:
        assert error.flaws  # noqa: PT017 - either is fine, nothing else
        assert error.text.es != error.text.en  # noqa: PT017 - likewise
        assert error.text.both.encode()  # noqa: PT017 - likewise
