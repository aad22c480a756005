"""What is checked in a mapping beyond its schema: values, templates, time zones, date formats."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cell_types import CellType, CodeOf
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.codes import list_names
from shared.kernel.text import Text

_DIRECTIVES = frozenset("YymdHIpMSf")
_A_DATE = ({"Y", "y"}, {"m"}, {"d"})


class ValueChecks:
    """Checks where a mapping names one of its values; flaws go to ``checks``."""

    def __init__(self, checks: Checks, types: Mapping[str, CellType]) -> None:
        """types: of the mapping's values, by name."""
        self._checks = checks
        self.types = types

    def exists(self, path: KeyPath, name: str, *types: type[CellType]) -> bool:
        """Check that there is such a value, of one of these types; none named: of any."""
        if not self._checks.one_of(path, name, self.types):
            return False
        if not types or isinstance(self.types[name], types):
            return True
        wanted = " | ".join(one.type_name for one in types)
        self._checks.note(
            path,
            Text(f"se esperaba un valor de tipo {wanted}", f"expected a value of type {wanted}"),
        )
        return False

    def all_exist(
        self, path: KeyPath, names: Iterable[str], *types: type[CellType]
    ) -> tuple[str, ...]:
        """Return these names, each checked."""
        for n, name in enumerate(names):
            self.exists((*path, n), name, *types)
        return tuple(names)

    def is_code_of(self, path: KeyPath, name: str, code_list: str) -> None:
        """Check that the value is a code of this list."""
        if not self.exists(path, name, CodeOf):
            return
        found = self.types[name]
        if isinstance(found, CodeOf) and found.code_list in set(list_names()) - {code_list}:
            self._checks.note(
                path,
                Text(
                    f"se esperaba un valor con list: {code_list}",
                    f"expected a value with list: {code_list}",
                ),
            )


def checked_zone(checks: Checks, path: KeyPath, name: str) -> ZoneInfo | None:
    """Return the time zone of this name; None, and a flaw, if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        checks.note(path, _NO_ZONE)
        return None


def check_template(
    checks: Checks, path: KeyPath, text: str, fields: Iterable[str] = ("{subdivision}",)
) -> None:
    """Check that nothing else is in braces than these fields."""
    rest = text
    for field in fields:
        rest = rest.replace(field, "")
    if "{" in rest or "}" in rest:
        allowed = ", ".join(fields)
        checks.note(
            path, Text(f"entre llaves solo va: {allowed}", f"only this goes in braces: {allowed}")
        )


def check_date_format(checks: Checks, path: KeyPath, date_format: str) -> None:
    """Check that the format names a day in full and reads back what it writes."""
    used = re.findall(r"%(.)", date_format.replace("%%", ""))
    names_a_day = all(set(used) & part for part in _A_DATE)
    each_once = set(used) <= _DIRECTIVES and len(set(used)) == len(used)
    if not (names_a_day and each_once and _reads_back(date_format)):
        checks.note(path, _NO_DATE_FORMAT)


def _reads_back(date_format: str) -> bool:
    moment = datetime(2021, 12, 31)  # noqa: DTZ001 - a wall clock's moment
    try:
        written = moment.strftime(date_format)
        return datetime.strptime(written, date_format) == moment  # noqa: DTZ007 - likewise
    except ValueError:
        return False


_NO_ZONE = Text(
    "se esperaba una zona horaria como America/Mexico_City",
    "expected a time zone such as America/Chicago",
)
_NO_DATE_FORMAT = Text(
    "se esperaba un formato con año, mes y día, como %d/%m/%Y o %Y-%m-%d %H:%M:%S.%f",
    "expected a format with year, month and day, as %d/%m/%Y or %Y-%m-%d %H:%M:%S.%f",
)
