"""From a mapping's text to a Mapping: the shape first, then whether each name and code is real."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.operator.importer.mapping.building_rules import RuleBuilder
from services.operator.importer.mapping.cells import (
    Amount,
    CodeOf,
    Kind,
    Moment,
    PlainText,
    Word,
    folded,
)
from services.operator.importer.mapping.checking import Checker
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
from services.operator.importer.mapping.shape import flaws_of_shape
from services.operator.importer.sentences import MappingNotUsable
from shared.definitions.flaw import Flaw
from shared.definitions.located_yaml import KeyPath as Place
from shared.definitions.located_yaml import NotYaml, read_located
from shared.kernel.text import Text

_FOLDER = Path(str(files("services.operator.importer"))) / "mappings"
_DETAILS = {
    "age_band": "age_bands",
    "sex": "sexes",
    "nationality": "nationalities",
    "migratory_condition": "migratory_conditions",
    "sector": "sectors",
    "occupation": "occupations",
    "violations": "violation_kinds",
}
_WRITTEN_WITH = ("{subdivision}", "{subdivision_name}")


def mapping_names() -> list[str]:
    """The mappings that come with the product."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load_mapping(name_or_path: str) -> ImportMapping:
    """Read a mapping by the name it comes with, or from a file. Raises MappingNotUsable."""
    path = _FOLDER / f"{name_or_path}.yaml"
    if name_or_path not in mapping_names():
        path = Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise MappingNotUsable(path, [Flaw(1, "", _cannot_read())]) from None
    return read_mapping(text, path)


def read_mapping(text: str, path: Path) -> ImportMapping:
    """Read a mapping. path: only for its errors. Raises MappingNotUsable with every flaw found."""
    try:
        marked = read_located(text)
    except NotYaml as error:
        raise MappingNotUsable(path, [error.flaw]) from None
    if flaws := flaws_of_shape(marked):
        raise MappingNotUsable(path, flaws)
    builder = _Builder(Checker(marked), marked.says)
    built = builder.mapping()
    if builder.check.flaws:
        raise MappingNotUsable(path, builder.check.flaws)
    return built


class _Builder:
    """Makes the parts of one document whose shape is right, and notes what is not real in it."""

    def __init__(self, check: Checker, says: dict[str, Any]) -> None:
        self.check = check
        self._says = says
        self._columns = {name: self._column(name, it) for name, it in says["values"].items()}
        self.check.kinds = {name: column.kind for name, column in self._columns.items()}

    def mapping(self) -> ImportMapping:
        """The whole."""
        says, case = self._says, self._says["case"]
        self.check.value(("case", "key"), case["key"], PlainText)
        self.check.code(("case", "programme"), "programmes", case["programme"])
        self.check.template(("case", "folio"), case["folio"])
        if "opened" in case:
            self.check.value(("case", "opened"), case["opened"], Moment)
        details = case.get("details", {})
        registers = ("handover", "from") if "handover" in says else ("registers",)
        return ImportMapping(
            name=says["name"],
            about=Text(says["about"]["es"], says["about"]["en"]),
            layout=_layout(says.get("file", {})),
            columns=tuple(self._columns.values()),
            key=case["key"],
            programme=case["programme"],
            folio=case["folio"],
            channel=self._said(("case", "channel"), case["channel"], "identification_channels"),
            subdivision=self._said(("case", "subdivision"), case["subdivision"], "subdivisions"),
            municipality=self._said(
                ("case", "municipality"), case.get("municipality", {}), "municipalities"
            ),
            opened=case.get("opened"),
            details={
                name: self._said(("case", "details", name), it, _DETAILS[name])
                for name, it in details.items()
            },
            zone=self._zone(says["zone"]),
            registers=self._institution(registers),
            handover=self._handover() if "handover" in says else None,
            followup=self._followup() if "followup" in says else None,
        )

    def _column(self, name: str, says: dict[str, Any]) -> Column:
        kind = self._kind(("values", name), says)
        return Column(name, says["column"], kind, says.get("required", False))

    def _kind(self, place: Place, says: dict[str, Any]) -> Kind:
        translate = {folded(word): ours for word, ours in says.get("translate", {}).items()}
        match says["type"]:
            case "text":
                return PlainText()
            case "word":
                return Word(translate, says.get("unknown", "keep"))
            case "amount":
                return self._amount(place, says)
            case "moment":
                for n, form in enumerate(says["formats"]):
                    self.check.date_format((*place, "formats", n), form)
                return Moment(tuple(says["formats"]))
            case _:
                return self._code_of(place, says, translate)

    def _amount(self, place: Place, says: dict[str, Any]) -> Amount:
        amount = Amount(
            says.get("decimal", "."), says.get("thousands", ""), tuple(says.get("symbols", ()))
        )
        if amount.decimal == amount.thousands:
            self.check.note((*place, "thousands"), _SAME_SEPARATOR)
        return amount

    def _code_of(self, place: Place, says: dict[str, Any], translate: dict[str, str]) -> CodeOf:
        code_list, unknown = says["list"], says.get("unknown", "reject")
        if self.check.code_list((*place, "list"), code_list):
            for word, ours in says.get("translate", {}).items():
                self.check.code((*place, "translate", word), code_list, ours)
        if unknown == "keep":
            self.check.note((*place, "unknown"), _CODES_ARE_NOT_KEPT)
        only = tuple(sorted(says.get("only", {}).items()))
        return CodeOf(code_list, only, translate, "missing" if unknown == "missing" else "reject")

    def _said(self, place: Place, says: dict[str, str], code_list: str) -> CodeSource:
        if "value" in says:
            self.check.value_of_list((*place, "value"), says["value"], code_list)
        if "code" in says:
            self.check.code((*place, "code"), code_list, says["code"])
        return CodeSource(says.get("value"), says.get("code"))

    def _zone(self, says: dict[str, Any]) -> Zone:
        if "all" in says:
            return Zone(self.check.zone(("zone", "all"), says["all"]))
        zones = {}
        for state, name in says["by_subdivision"].items():
            place = ("zone", "by_subdivision", state)
            self.check.code(place, "subdivisions", state)
            if zone := self.check.zone(place, name):
                zones[state] = zone
        return Zone(None, zones)

    def _institution(self, place: Place) -> Institution:
        says = self._says
        for part in place:
            says = says[str(part)]
        self.check.template((*place, "code"), says["code"])
        self.check.template((*place, "name"), says["name"], _WRITTEN_WITH)
        self.check.code((*place, "kind"), "institution_kinds", says["kind"])
        return Institution(says["code"], says["name"], says["kind"])

    def _handover(self) -> Handover:
        says = self._says["handover"]
        for n, service in enumerate(says["services"]):
            self.check.code(("handover", "services", n), "service_kinds", service)
        priority = says.get("priority", "normal")
        self.check.code(("handover", "priority"), "priorities", priority)
        if says["from"]["code"] == says["to"]["code"]:
            self.check.note(("handover", "to", "code"), _SAME_OFFICE)
        to = self._institution(("handover", "to"))
        return Handover(to, says["kind"], tuple(says["services"]), priority)

    def _followup(self) -> FollowUp:
        says = self._says["followup"]
        currency = says.get("currency")
        if currency is not None:
            self.check.code(("followup", "currency"), "currencies", currency)
        closed = self._names(("followup", "closed"), says.get("closed", ()))
        rules = RuleBuilder(self.check, has_currency=currency is not None)
        return FollowUp(rules.rules(("followup", "outcomes"), says["outcomes"]), closed, currency)

    def _names(self, place: Place, names: Iterable[str]) -> tuple[str, ...]:
        return self.check.values_of(place, names, Moment)


def _layout(says: dict[str, Any]) -> Layout:
    missing = frozenset(folded(text) for text in says.get("missing", ())) | {""}
    return Layout(says.get("encoding", "utf-8-sig"), says.get("delimiter", ","), missing)


def _cannot_read() -> Text:
    names = ", ".join(mapping_names())
    return Text(
        f"no se pudo leer ese mapeo; los que hay: {names}, o la ruta de un archivo YAML en UTF-8",
        f"that mapping could not be read; there are: {names}, or the path of a YAML file in UTF-8",
    )


_SAME_SEPARATOR = Text(
    "el separador de miles no puede ser también el decimal",
    "the thousands separator cannot be the decimal one too",
)
_CODES_ARE_NOT_KEPT = Text(
    "con code se esperaba reject o missing: un código que no existe no se guarda",
    "with code, reject or missing was expected: a code that does not exist is not kept",
)
_SAME_OFFICE = Text(
    "una institución no se canaliza a sí misma; escriba otra clave",
    "an institution does not refer to itself; write another code",
)
