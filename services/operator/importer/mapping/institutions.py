"""Institutions as a mapping describes them: always the same, or those that a row's cells name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.mapping.conditions import Values
from shared.kernel.codes import label, plain

OF_THE_CASE = ("subdivision", "subdivision_name")
"""What goes in braces besides the names of values: the case's subdivision, as code and as name."""
_IN_BRACES = re.compile(r"\{([^{}]*)\}")


class NamedInstitution(msgspec.Struct, frozen=True):
    """An institution of one row's case. value: the mapping's value that named it, if one did."""

    code: str
    name: str
    kind: str
    value: str | None = None


@dataclass(frozen=True)
class Institution:
    """Who acts.

    code, name: may hold ``{subdivision}``, or a row's value as ``{NAME}``; the name
    ``{subdivision_name}`` too. value, translate: the value whose texts, folded, are translated to
    institutions; this description is then for all other texts, and for none without a code.
    """

    code: str = ""
    name: str = ""
    kind: str = ""
    value: str | None = None
    translate: Mapping[str, "Institution"] = field(default_factory=dict)

    @cached_property
    def named_by(self) -> tuple[str, ...]:
        """The values that the description depends on, the one that is translated first."""
        braces = _IN_BRACES.findall(self.code + self.name)
        names = [*([self.value] if self.value else []), *braces]
        return tuple(name for name in dict.fromkeys(names) if name not in OF_THE_CASE)

    def in_row(self, values: Values, subdivision: str) -> NamedInstitution | None:
        """Return a row's institution; None if the mapping has none for what the row says."""
        if not self.named_by:  # as most are: the same for all rows of a subdivision
            if subdivision not in self._by_subdivision:
                self._by_subdivision[subdivision] = self._named(values, subdivision)
            return self._by_subdivision[subdivision]
        if self.value is not None and values[self.value] is not None:
            translated = self.translate.get(folded(str(values[self.value])))
            if translated is not None:
                found = translated.in_row(values, subdivision)
                return found and msgspec.structs.replace(found, value=self.value)
        if not self.code or any(values[name] is None for name in self.named_by):
            return None
        return self._named(values, subdivision)

    @cached_property
    def _by_subdivision(self) -> dict[str, NamedInstitution]:
        return {}

    def _named(self, values: Values, subdivision: str) -> NamedInstitution:
        return NamedInstitution(
            _filled(self.code, values, subdivision, code=True).lower(),
            _filled(self.name, values, subdivision, code=False),
            self.kind,
            next(iter(self.named_by), None),
        )


def as_code(text: str) -> str:
    """Return a text as part of a code: small letters without accents, digits, single hyphens."""
    return re.sub("[^a-z0-9]+", "-", plain(text)).strip("-")


def _filled(template: str, values: Values, subdivision: str, *, code: bool) -> str:
    if "{" not in template:
        return template

    def text(found: re.Match[str]) -> str:
        match found[1]:
            case "subdivision":
                return subdivision
            case "subdivision_name":
                return label("subdivisions", subdivision)
            case name:
                return as_code(str(values[name])) if code else str(values[name])

    return _IN_BRACES.sub(text, template)
