"""Whether what a mapping names is real: values, code lists, codes, zones, date formats."""

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cells import CodeOf, Kind
from shared.definitions.flaw import Flaw
from shared.definitions.located_yaml import KeyPath, LocatedYaml
from shared.kernel.codes import closest, known, list_names
from shared.kernel.text import Text

_KIND_NAMES = {
    "PlainText": "text",
    "Word": "word",
    "CodeOf": "code",
    "Amount": "amount",
    "Moment": "moment",
}
_DIRECTIVES = frozenset("YymdHIpMSf")
_A_DATE = ({"Y", "y"}, {"m"}, {"d"})


class Checker:
    """Notes every flaw with its line; whoever builds goes on, so that all are told at once."""

    def __init__(self, marked: LocatedYaml) -> None:
        """kinds: each value's kind by name, filled in once the values are read."""
        self._marked = marked
        self.kinds: Mapping[str, Kind] = {}
        self.flaws: list[Flaw] = []
        self._unknown: set[str] = set()

    def note(self, place: KeyPath, expected: Text) -> None:
        """Note a flaw."""
        self.flaws.append(self._marked.flaw(place, expected))

    def value(self, place: KeyPath, name: str, *kinds: type) -> bool:
        """Whether there is such a value, of one of these kinds (none named: any)."""
        kind = self.kinds.get(name)
        if kind is None:
            near = ", ".join(difflib.get_close_matches(name, self.kinds, n=2) or self.kinds)
            self.note(
                place,
                Text(f"no hay tal valor; hay: {near}", f"no such value; there are: {near}"),
            )
        elif kinds and not isinstance(kind, kinds):
            wanted = " | ".join(_KIND_NAMES[each.__name__] for each in kinds)
            self.note(
                place,
                Text(
                    f"se esperaba un valor de tipo {wanted}", f"expected a value of type {wanted}"
                ),
            )
        else:
            return True
        return False

    def values_of(self, place: KeyPath, names: Iterable[str], kind: type) -> tuple[str, ...]:
        """These names, each checked to be a value of this kind."""
        for n, name in enumerate(names):
            self.value((*place, n), name, kind)
        return tuple(names)

    def value_of_list(self, place: KeyPath, name: str, code_list: str) -> None:
        """The value must be a code of this list."""
        if self.value(place, name, CodeOf):
            kind = self.kinds[name]
            if isinstance(kind, CodeOf) and kind.code_list not in {code_list, *self._unknown}:
                self.note(
                    place,
                    Text(
                        f"se esperaba un valor con list: {code_list}",
                        f"expected a value with list: {code_list}",
                    ),
                )

    def code_list(self, place: KeyPath, name: str) -> bool:
        """There must be such a code list."""
        if name in list_names():
            return True
        self._unknown.add(name)
        near = ", ".join(difflib.get_close_matches(name, list_names()) or list_names())
        self.note(place, Text(f"no hay tal lista; hay: {near}", f"no such list; there are: {near}"))
        return False

    def code(self, place: KeyPath, code_list: str, code: str) -> bool:
        """The list must have this code."""
        if known(code_list, code):
            return True
        near = ", ".join(closest(code_list, code)) or "—"
        self.note(
            place,
            Text(
                f"se esperaba un código de «{code_list}»; parecidos: {near}",
                f"expected a code of “{code_list}”; close to it: {near}",
            ),
        )
        return False

    def zone(self, place: KeyPath, name: str) -> ZoneInfo | None:
        """The zone of this name, which must exist."""
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
            pass
        self.note(
            place,
            Text(
                "se esperaba una zona horaria como America/Mexico_City",
                "expected a time zone such as America/Chicago",
            ),
        )
        return None

    def template(
        self, place: KeyPath, text: str, words: Iterable[str] = ("{subdivision}",)
    ) -> None:
        """Only these words may stand in braces."""
        rest = text
        for word in words:
            rest = rest.replace(word, "")
        if "{" in rest or "}" in rest:
            allowed = ", ".join(words)
            self.note(
                place,
                Text(f"entre llaves solo va: {allowed}", f"only this goes in braces: {allowed}"),
            )

    def date_format(self, place: KeyPath, form: str) -> None:
        """It must name a day in full, and must read back what it writes."""
        used = re.findall(r"%(.)", form.replace("%%", ""))
        day = all(set(used) & part for part in _A_DATE)
        if day and set(used) <= _DIRECTIVES and len(set(used)) == len(used) and _reads_back(form):
            return
        self.note(
            place,
            Text(
                "se esperaba un formato con año, mes y día, como %d/%m/%Y o %Y-%m-%d %H:%M:%S.%f",
                "expected a format with year, month and day, as %d/%m/%Y or %Y-%m-%d %H:%M:%S.%f",
            ),
        )


def _reads_back(form: str) -> bool:
    moment = datetime(2021, 12, 31)  # noqa: DTZ001 - a wall clock's moment
    try:
        return datetime.strptime(moment.strftime(form), form) == moment  # noqa: DTZ007 - likewise
    except ValueError:
        return False
