"""The committed JSON Schemas: the form of each published type, for readers that are not ours.

``python -m shared.contracts`` writes them from the contracts; they are never edited.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from shared.contracts import CONTRACTS
from shared.contracts.contract import PREFIX
from shared.contracts.envelope import schema_urn

Schema = dict[str, Any]

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_name(name: str) -> str:
    """Return the name of a schema's file, such as ``intake.case-registered.v1.json``."""
    return f"{name.removeprefix(PREFIX + '.')}.json"


def schema_of(name: str) -> Schema:
    """Make the schema of a type's ``data`` from today's code.

    ``x-key`` is what the event's subject identifies: a case, an institution, …
    """
    (reference,), components = msgspec.json.schema_components(
        [CONTRACTS[name]], ref_template="#/$defs/{name}"
    )
    made = {
        "$schema": DIALECT,
        "$id": schema_urn(name),
        "x-key": CONTRACTS[name].key.value,
        **reference,
        "$defs": components,
    }
    read: Schema = json.loads(json.dumps(made))  # as it is committed: an empty tuple is a list
    return read


def todays(names: dict[str, Any] = CONTRACTS) -> dict[str, Schema]:
    """Make all schemas, by file name."""
    return {file_name(name): schema_of(name) for name in sorted(names)}


def committed(folder: Path = FOLDER) -> dict[str, Schema]:
    """Read the schemas in the folder, by file name."""
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def write(schemas: dict[str, Schema], folder: Path = FOLDER) -> None:
    """Write each schema to its file."""
    folder.mkdir(exist_ok=True)
    for name, schema in schemas.items():
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
