"""What is checked in a mapping beyond its schema: values, templates, time zones, date formats."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cell_types import CellType, CodeOf, CodesOf
from services.operator.importer.mapping.date_formats import (
    DIRECTIVES,
    SERIALS,
    contradicting,
    is_complete,
    unknown_directives,
)
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.codes import list_names
from shared.kernel.text import Text


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

    def is_code_of(
        self, path: KeyPath, name: str, code_list: str, *, several: bool = False
    ) -> None:
        """Check that the value is a code of this list, or may be several of them."""
        if not self.exists(path, name, *((CodeOf, CodesOf) if several else (CodeOf,))):
            return
        found = self.types[name]
        found = found.one if isinstance(found, CodesOf) else found
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


def check_date_formats(checks: Checks, path: KeyPath, formats: Sequence[str]) -> None:
    """Check that each format names a day in full, and that no two contradict each other."""
    good = []
    for n, text in enumerate(formats):
        if unknown := unknown_directives(text):
            checks.note((*path, n), _unknown_directive(unknown[0]))
        elif text not in SERIALS and not is_complete(text):
            checks.note((*path, n), _NO_DATE_FORMAT)
        else:
            good.append(text)
    if len(good) == len(formats):
        for earlier, later in contradicting(good):
            checks.note((*path, later), _contradicts(good[earlier]))


_NO_ZONE = Text(
    "se esperaba una zona horaria como America/Mexico_City",
    "expected a time zone such as America/Chicago",
)
_NO_DATE_FORMAT = Text(
    "se esperaba un formato con año, mes y día una sola vez, como %d/%m/%Y, %d de %B de %Y o"
    " %Y-%m-%d %H:%M:%S.%f (con %I va %p); o bien excel",
    "expected a format with year, month and day once each, as %d/%m/%Y, %B %d, %Y or"
    " %Y-%m-%d %H:%M:%S.%f (%I needs %p); or else excel",
)


def _unknown_directive(name: str) -> Text:
    known = " ".join(f"%{each}" for each in DIRECTIVES)
    return Text(
        f"no se conoce %{name}; hay: {known}, %% y excel",
        f"%{name} is not known; there are: {known}, %% and excel",
    )


def _contradicts(other: str) -> Text:
    return Text(
        f"contradice a {other}: una misma celda sería dos fechas; deje uno, o separe las columnas",
        f"contradicts {other}: one cell would be two dates; leave one of them",
    )
