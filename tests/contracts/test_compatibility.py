"""A contract only grows: each way of breaking a reader is planted, and seen."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.__main__ import main
from shared.contracts.compatibility import broken_promises
from shared.contracts.schema_files import committed, todays, write

REGISTERED = "intake.case-registered.v1.json"
OUTCOME = "followup.outcome-recorded.v1.json"


def planted(change: Callable[[dict[str, Any]], object]) -> list[str]:
    """Change one definition of a published schema, and compare with what was published."""
    old = {"thing": PUBLISHED}
    new = copy.deepcopy(old)
    change(new["thing"]["$defs"]["Thing"])
    return broken_promises(old, new)


PUBLISHED: dict[str, Any] = {
    "$ref": "#/$defs/Thing",
    "$defs": {
        "Thing": {
            "title": "Thing",
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "kind": {"enum": ["share", "transfer"]},
                "size": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
                "part": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}], "default": None},
            },
            "required": ["name", "kind", "parts"],
        },
        "Part": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
    },
}


def test_todays_contracts_keep_what_was_published() -> None:
    assert committed()
    assert broken_promises(committed(), todays()) == []


def test_the_committed_schemas_are_todays() -> None:
    assert committed() == todays()


BREAKS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a field is removed": (
        lambda t: t["properties"].pop("size"),
        "$.size: removed",
    ),
    "a type changes": (
        lambda t: t["properties"]["name"].update(type="integer"),
        "$.name: type changed",
    ),
    "a format is added": (
        lambda t: t["properties"]["name"].update(format="uuid"),
        "$.name: format changed",
    ),
    "a limit is added": (
        lambda t: t["properties"]["name"].update(minLength=3),
        "$.name: minLength changed",
    ),
    "what missing means changes": (
        lambda t: t["properties"]["size"].update(default=0),
        "$.size: default changed",
    ),
    "null is no longer taken": (
        lambda t: t["properties"]["size"]["anyOf"].pop(),
        "$.size: takes other types",
    ),
    "an optional field becomes required": (
        lambda t: t["required"].append("size"),
        "$.size: became required",
    ),
    "a required field becomes optional": (
        lambda t: t["required"].remove("name"),
        "$.name: became optional",
    ),
    "an enum loses a value": (
        lambda t: t["properties"]["kind"]["enum"].remove("share"),
        "$.kind: enum changed",
    ),
    "an enum gains a value that last month's reader would park": (
        lambda t: t["properties"]["kind"]["enum"].append("lend"),
        "$.kind: enum changed",
    ),
    "a required field is added": (
        lambda t: (t["properties"].update(new={"type": "string"}), t["required"].append("new")),
        "$.new: new, and required",
    ),
    "a list holds something else": (
        lambda t: t["properties"]["parts"].update(items={"type": "string"}),
        "$.parts[]: type changed",
    ),
}


@pytest.mark.parametrize(("change", "line"), BREAKS.values(), ids=BREAKS)
def test_what_would_break_a_reader_is_seen(
    change: Callable[[dict[str, Any]], object], line: str
) -> None:
    assert f"thing: {line}" in planted(change)


def test_a_change_deep_inside_is_seen() -> None:
    new = copy.deepcopy(PUBLISHED)
    new["$defs"]["Part"]["properties"]["a"]["type"] = "integer"
    assert broken_promises({"thing": PUBLISHED}, {"thing": new}) == [
        "thing: $.parts[].a: type changed",
        "thing: $.part.a: type changed",
    ]


def test_a_type_that_was_renamed_is_seen() -> None:
    assert broken_promises({"thing": PUBLISHED}, {"item": PUBLISHED}) == [
        "thing: no longer published"
    ]


def test_another_key_is_seen_because_messages_would_overtake_each_other() -> None:
    old, new = {**PUBLISHED, "x-key": "case"}, {**PUBLISHED, "x-key": "agreement"}
    assert broken_promises({"thing": old}, {"thing": new}) == ["thing: $: x-key changed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t["properties"].update(new={"type": "string", "default": None}),
        lambda t: t.update(title="Other", description="In better words"),
        lambda t: t["properties"]["kind"]["enum"].reverse(),
        lambda t: t["properties"]["size"]["anyOf"].reverse(),
    ],
    ids=[
        "an optional field more",
        "other words",
        "enum in another order",
        "types in another order",
    ],
)
def test_a_contract_may_grow_by_an_optional_field_and_be_described_better(
    change: Callable[[dict[str, Any]], object],
) -> None:
    assert planted(change) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema["$defs"]["OutcomeRecordedV1"]["properties"].update(gone={}),
        lambda schema: schema["$defs"]["OutcomeRecordedV1"]["required"].remove("amount"),
        lambda schema: schema["$defs"]["OutcomeRecordedV1"]["properties"]["on"]["anyOf"].pop(),
        lambda schema: schema.update({"x-key": "agreement"}),
    ],
    ids=["a field less", "an optional field became required", "null became possible", "a key"],
)
def test_a_real_contract_that_breaks_is_seen_and_not_overwritten(
    change: Callable[[dict[str, Any]], object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = todays()
    change(published[OUTCOME])
    write(published, tmp_path)
    before = (tmp_path / OUTCOME).read_bytes()
    assert main(["--check", "--folder", str(tmp_path)]) == 1
    assert main(["--folder", str(tmp_path)]) == 1
    assert OUTCOME in capsys.readouterr().err
    assert (tmp_path / OUTCOME).read_bytes() == before


def test_a_new_contract_is_written_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--folder", str(tmp_path)]) == 1
    assert REGISTERED in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main(["--folder", str(tmp_path)]) == 0
    assert main(["--check", "--folder", str(tmp_path)]) == 0
    assert json.loads((tmp_path / REGISTERED).read_text(encoding="utf-8")) == todays()[REGISTERED]
