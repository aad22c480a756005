"""Import mappings as a kind of definition: from a mapping's YAML to an ``ImportMapping``."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from services.intake.details import Details
from services.operator.importer.mapping.cell_types import (
    Amount,
    CellType,
    CodeOf,
    Moment,
    PlainText,
    Word,
    folded,
)
from services.operator.importer.mapping.import_mapping import (
    CodeSource,
    Column,
    FollowUp,
    Handover,
    ImportMapping,
    Institution,
    Layout,
    Zone,
)
from services.operator.importer.mapping.mapping_checks import (
    ValueChecks,
    check_date_format,
    check_template,
    checked_zone,
)
from services.operator.importer.mapping.rule_builder import RuleBuilder
from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.definitions.located_yaml import KeyPath
from shared.kernel.codes import known, list_names
from shared.kernel.fields import coded_fields
from shared.kernel.places import zone_of
from shared.kernel.text import Text

SCHEMA_FILE = Path(__file__).with_name("mapping.schema.json")
"""The schema; an editor that knows it completes and checks while a mapping is written."""
_FOLDER = Path(str(files("services.operator.importer"))) / "mappings"
_DETAILS = {field.name: field.list_name for field in coded_fields(Details) if field.list_name}
_IN_NAMES = ("{subdivision}", "{subdivision_name}")


def _build(content: dict[str, Any], checks: Checks) -> ImportMapping:
    columns = {
        name: Column(
            name,
            value["column"],
            _cell_type(("values", name), value, checks),
            value.get("required", False),
        )
        for name, value in content["values"].items()
    }
    return _Builder(content, checks, columns).mapping()


MAPPINGS: DefinitionKind[ImportMapping] = DefinitionKind(SCHEMA_FILE, _build, _FOLDER)
"""The kind of definition that mappings are, with those that come with the product."""


class _Builder:
    """Builds the parts of a mapping whose shape is right, and notes what does not fit."""

    def __init__(self, content: dict[str, Any], checks: Checks, columns: dict[str, Column]) -> None:
        self._content = content
        self._checks = checks
        self._columns = columns
        self._values = ValueChecks(checks, {name: c.cell_type for name, c in columns.items()})

    def mapping(self) -> ImportMapping:
        content, case = self._content, self._content["case"]
        self._values.exists(("case", "key"), case["key"], PlainText)
        check_template(self._checks, ("case", "folio"), case["folio"])
        if "opened" in case:
            self._values.exists(("case", "opened"), case["opened"], Moment)
        registers = ("handover", "from") if "handover" in content else ("registers",)
        return ImportMapping(
            name=content["name"],
            about=Text(content["about"]["es"], content["about"]["en"]),
            version=content.get("version", 1),
            legal_basis=content["legal_basis"],
            layout=_layout(content.get("file", {})),
            columns=tuple(sorted(self._columns.values(), key=lambda c: c.lies_within)),
            key=case["key"],
            programme=case["programme"],
            folio=case["folio"],
            channel=self._code_source(("case", "channel"), "identification_channels"),
            subdivision=self._code_source(("case", "subdivision"), "subdivisions"),
            municipality=self._code_source(("case", "municipality"), "municipalities"),
            opened=case.get("opened"),
            details={
                name: self._code_source(("case", "details", name), _DETAILS[name])
                for name in case.get("details", {})
            },
            zone=self._zone(),
            registers=self._institution(registers),
            handover=self._handover() if "handover" in content else None,
            followup=self._followup() if "followup" in content else None,
        )

    def _code_source(self, path: tuple[str, ...], code_list: str) -> CodeSource:
        source = _at(self._content, path)
        if "value" in source:
            self._values.is_code_of((*path, "value"), source["value"], code_list)
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

    def _institution(self, path: tuple[str, ...]) -> Institution:
        institution = _at(self._content, path)
        check_template(self._checks, (*path, "code"), institution["code"])
        check_template(self._checks, (*path, "name"), institution["name"], _IN_NAMES)
        return Institution(institution["code"], institution["name"], institution["kind"])

    def _handover(self) -> Handover:
        handover = self._content["handover"]
        if handover["from"]["code"] == handover["to"]["code"]:
            self._checks.note(("handover", "to", "code"), _SAME_INSTITUTION)
        return Handover(
            self._institution(("handover", "to")),
            handover["kind"],
            tuple(handover["services"]),
            handover.get("priority", "normal"),
        )

    def _followup(self) -> FollowUp:
        followup = self._content["followup"]
        currency = followup.get("currency")
        closed = self._values.all_exist(("followup", "closed"), followup.get("closed", ()), Moment)
        rules = RuleBuilder(self._checks, self._values, has_currency=currency is not None)
        return FollowUp(
            rules.rules(("followup", "outcomes"), followup["outcomes"]), closed, currency
        )


def _at(content: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    for key in path:
        content = content.get(key, {})
    return content


def _layout(file: dict[str, Any]) -> Layout:
    missing = frozenset(folded(text) for text in file.get("missing", ())) | {""}
    return Layout(file.get("encoding", "utf-8-sig"), file.get("delimiter", ","), missing)


# --- values ---------------------------------------------------------------------------------


def _cell_type(path: KeyPath, value: dict[str, Any], checks: Checks) -> CellType:
    translate = {folded(theirs): ours for theirs, ours in value.get("translate", {}).items()}
    match value["type"]:
        case "text":
            return PlainText()
        case "word":
            return Word(translate, value.get("unknown", "keep"))
        case "amount":
            return _amount(path, value, checks)
        case "moment":
            for n, date_format in enumerate(value["formats"]):
                check_date_format(checks, (*path, "formats", n), date_format)
            return Moment(tuple(value["formats"]))
        case _:
            return _code_of(path, value, translate, checks)


def _amount(path: KeyPath, value: dict[str, Any], checks: Checks) -> Amount:
    amount = Amount(
        value.get("decimal", "."), value.get("thousands", ""), tuple(value.get("symbols", ()))
    )
    if amount.decimal == amount.thousands:
        checks.note((*path, "thousands"), _SAME_SEPARATOR)
    return amount


def _code_of(
    path: KeyPath, value: dict[str, Any], translate: dict[str, str], checks: Checks
) -> CodeOf:
    code_list, unknown = value["list"], value.get("unknown", "reject")
    if code_list in list_names():
        for theirs, ours in value.get("translate", {}).items():
            checks.code((*path, "translate", theirs), code_list, ours)
    if unknown == "keep":
        checks.note((*path, "unknown"), _CODES_ARE_NOT_KEPT)
    only = tuple(sorted(value.get("only", {}).items()))
    return CodeOf(code_list, only, translate, "missing" if unknown == "missing" else "reject")


_SAME_SEPARATOR = Text(
    "el separador de miles no puede ser también el decimal",
    "the thousands separator cannot be the decimal one too",
)
_CODES_ARE_NOT_KEPT = Text(
    "con code se esperaba reject o missing: un código que no existe no se guarda",
    "with code, reject or missing was expected: a code that does not exist is not kept",
)
_NO_OFFICIAL_ZONE = Text(
    "las listas no dan huso a ese estado, porque tiene varios; escriba all o by_subdivision",
    "the lists have no zone for that subdivision, which has several; write all or by_subdivision",
)
_SAME_INSTITUTION = Text(
    "una institución no se canaliza a sí misma; escriba otra clave",
    "an institution does not refer to itself; write another code",
)
