"""Directory mappings as a kind of definition: from a mapping's YAML to a ``DirectoryMapping``."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from services.operator.directory.mapping.directory_mapping import DirectoryMapping, Source
from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.mapping.layout import Layout
from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.kernel.text import Text

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")
_FOLDER = Path(str(files("services.operator.directory"))) / "mappings"
_BRACES = re.compile(r"\{([^{}]*)\}")
CODED: Final = {
    "organization": {
        "kind": "institution_kinds",
        "sector": "institution_sectors",
        "level": "institution_levels",
        "subdivision": "subdivisions",
        "municipality": "municipalities",
        "programmes": "programmes",
    },
    "service": {"kind": "service_kinds", "populations": "populations", "languages": "languages"},
}
"""The fields that hold a code, and the list of each."""


def _build(content: dict[str, Any], checks: Checks) -> DirectoryMapping:
    file = content.get("file", {})
    return DirectoryMapping(
        name=content["name"],
        version=content.get("version", 1),
        about=Text(content["about"]["es"], content["about"]["en"]),
        legal_basis=content["legal_basis"],
        layout=Layout(
            encoding=file.get("encoding", Layout.encoding),
            delimiter=file.get("delimiter", Layout.delimiter),
            sheet=file.get("sheet", Layout.sheet),
            skip_lines=file.get("skip_lines", Layout.skip_lines),
        ),
        organization=_sources("organization", content, checks),
        service=_sources("service", content, checks),
    )


def _sources(part: str, content: dict[str, Any], checks: Checks) -> dict[str, Source]:
    given = content.get(part, {})
    for name, source in given.items():
        _check_codes(part, name, source, checks)
    return {
        name: Source(
            column=source.get("column"),
            value=None if "value" not in source else str(source["value"]),
            translate={folded(text): str(to) for text, to in source.get("translate", {}).items()},
            otherwise=source.get("otherwise"),
            when_repeated=source.get("when_repeated"),
        )
        for name, source in given.items()
    }


def _check_codes(part: str, name: str, source: dict[str, Any], checks: Checks) -> None:
    """Note the codes that are none of their list, and braces that no column is named in."""
    list_name = CODED[part].get(name)
    if list_name is not None:
        for key in ("value", "otherwise"):
            if key in source:
                checks.code((part, name, key), list_name, str(source[key]))
        for text, code in source.get("translate", {}).items():
            checks.code((part, name, "translate", text), list_name, str(code))
    if "when_repeated" in source and not _BRACES.search(source["when_repeated"]):
        checks.note((part, name, "when_repeated"), _NO_BRACES)


_NO_BRACES = Text(
    "se esperaba al menos una columna entre llaves, como {clave}",
    "expected a column in braces at least, such as {key}",
)

MAPPINGS: DefinitionKind[DirectoryMapping] = DefinitionKind(SCHEMA_FILE, _build, _FOLDER)
"""The kind of definition that directory mappings are, with those that come with the product."""
