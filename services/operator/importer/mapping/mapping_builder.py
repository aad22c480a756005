"""Import mappings as a kind of definition: from a mapping's YAML to an ``ImportMapping``."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from services.intake.details import Details
from services.operator.importer.mapping.cell_types import PlainText
from services.operator.importer.mapping.handover_builder import HandoverBuilder
from services.operator.importer.mapping.import_mapping import (
    CodeSource,
    Handover,
    ImportMapping,
    Zone,
)
from services.operator.importer.mapping.institutions import Institution
from services.operator.importer.mapping.layout_builder import layout_of
from services.operator.importer.mapping.mapping_checks import check_template, checked_zone
from services.operator.importer.mapping.moments import Moment
from services.operator.importer.mapping.value_builder import ValueBuilder
from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.kernel.codes import known
from shared.kernel.fields import coded_fields
from shared.kernel.places import zone_of
from shared.kernel.text import Text

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")
"""The schema; an editor that knows it completes and checks while a mapping is written."""
_FOLDER = Path(str(files("services.operator.importer"))) / "mappings"
_DETAILS = {field.name: field.list_name for field in coded_fields(Details) if field.list_name}


def _build(content: dict[str, Any], checks: Checks) -> ImportMapping:
    values = ValueBuilder(content["values"], checks)
    return _Builder(content, checks, values).mapping()


MAPPINGS: DefinitionKind[ImportMapping] = DefinitionKind(SCHEMA_FILE, _build, _FOLDER)
"""The kind of definition that mappings are, with those that come with the product."""


class _Builder:
    """Builds the parts of a mapping whose shape is right, and notes what does not fit."""

    def __init__(self, content: dict[str, Any], checks: Checks, values: ValueBuilder) -> None:
        self._content = content
        self._checks = checks
        self._built = values
        self._values = values.checks

    def mapping(self) -> ImportMapping:
        content, case = self._content, self._content["case"]
        check_template(self._checks, ("case", "folio"), case["folio"])
        acting = HandoverBuilder(
            self._checks, self._values, content.get("followup", {}).get("currency")
        )
        return ImportMapping(
            name=content["name"],
            about=Text(content["about"]["es"], content["about"]["en"]),
            version=content.get("version", 1),
            legal_basis=content["legal_basis"],
            layout=layout_of(content.get("file", {}), self._checks, self._built.columns),
            columns=tuple(sorted(self._built.columns.values(), key=lambda c: c.lies_within)),
            computed=tuple(self._built.computed),
            key=self._key(case["key"]),
            rows=case.get("rows", "one"),
            programme=case["programme"],
            folio=case["folio"],
            channel=self._code_source(("case", "channel"), "identification_channels"),
            subdivision=self._code_source(("case", "subdivision"), "subdivisions"),
            municipality=self._code_source(("case", "municipality"), "municipalities"),
            opened=self._opened(case.get("opened", [])),
            details={
                name: self._code_source(("case", "details", name), _DETAILS[name])
                for name in case.get("details", {})
            },
            zone=self._zone(),
            registers=self._registers(acting),
            handovers=self._handovers(acting),
            followup=acting.followup(("followup",), content["followup"])
            if "followup" in content
            else None,
        )

    def _key(self, key: str | list[str]) -> tuple[str, ...]:
        if isinstance(key, str):
            self._values.exists(("case", "key"), key, PlainText)
            return (key,)
        for n, name in enumerate(key):
            self._values.exists(("case", "key", n), name)
        return tuple(key)

    def _registers(self, acting: HandoverBuilder) -> Institution:
        if "registers" in self._content:
            return acting.institution(("registers",), self._content["registers"])
        return acting.institution(("handover", "from"), self._content["handover"]["from"])

    def _handovers(self, acting: HandoverBuilder) -> tuple[Handover, ...]:
        handover = self._content.get("handover", [])
        if isinstance(handover, list):
            built = tuple(acting.handover(("handover", n), one) for n, one in enumerate(handover))
            if any(one.followup is not None and one.followup.closes for one in built[-1:]):
                self._checks.note(("handover", len(built) - 1, "followup"), _ENDS_WITH_THE_CASE)
            return built
        code = handover["from"].get("code")
        if code is not None and code == handover["to"].get("code"):
            self._checks.note(("handover", "to", "code"), _SAME_INSTITUTION)
        return (acting.handover(("handover",), handover),)

    def _opened(self, opened: str | list[str]) -> tuple[str, ...]:
        if isinstance(opened, list):
            return self._values.all_exist(("case", "opened"), opened, Moment)
        self._values.exists(("case", "opened"), opened, Moment)
        return (opened,)

    def _code_source(self, path: tuple[str, ...], code_list: str) -> CodeSource:
        source = _at(self._content, path)
        if "value" in source:
            several = path[-1] == "violations"
            self._values.is_code_of((*path, "value"), source["value"], code_list, several=several)
        if "code" in source:
            self._checks.code((*path, "code"), code_list, source["code"])
        return CodeSource(source.get("value"), source.get("code"))

    def _zone(self) -> Zone:
        zone = self._content["zone"]
        if zone == "official":
            self._zone_is_known()
            return Zone(official=True)
        if "all" in zone:
            return Zone(checked_zone(self._checks, ("zone", "all"), zone["all"]))
        zones = {
            subdivision: checked_zone(self._checks, ("zone", "by_subdivision", subdivision), name)
            for subdivision, name in zone["by_subdivision"].items()
        }
        return Zone(None, {subdivision: zone for subdivision, zone in zones.items() if zone})

    def _zone_is_known(self) -> None:
        subdivision = self._content["case"]["subdivision"].get("code")
        if known("subdivisions", str(subdivision)) and zone_of(subdivision) is None:
            self._checks.note(("zone",), _NO_OFFICIAL_ZONE)


def _at(content: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        content = content.get(key, {})
    return content


_NO_OFFICIAL_ZONE = Text(
    "las listas no dan huso a ese estado, porque tiene varios; escriba all o by_subdivision",
    "the lists have no zone for that subdivision, which has several; write all or by_subdivision",
)
_ENDS_WITH_THE_CASE = Text(
    "la última canalización termina con el caso; su cierre va en el «followup» del mapeo",
    "the last hand-over ends with the case: its closing goes into the mapping's own “followup”",
)
_SAME_INSTITUTION = Text(
    "una institución no se canaliza a sí misma; escriba otra clave",
    "an institution does not refer to itself; write another code",
)
