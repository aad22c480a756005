"""What a directory mapping says: how its files are written, and where each field comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.mapping.layout import Layout
from shared.kernel.text import Text


@dataclass(frozen=True)
class Source:
    """Where a field comes from: a column, or always the same value.

    translate: texts, folded, and what each means. otherwise: what all others mean; None: each means
    itself, unless ``translate`` has any. when_repeated: what a name becomes that an earlier row has
    as well, with headings in braces.
    """

    column: str | None = None
    value: str | None = None
    translate: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    when_repeated: str | None = None

    def of(self, cells: Mapping[str, str]) -> str | None:
        """Return what a row says of the field; None if nothing, or nothing that is translated."""
        if self.column is None:
            return self.value
        written = cells[self.column].strip()
        if not written:
            return self.otherwise
        if not self.translate:
            return written
        return self.translate.get(folded(written), self.otherwise)


@dataclass(frozen=True)
class DirectoryMapping:
    """A mapping. organization, service: where their fields come from; no service: rows have none.

    name: stands in the ids of what comes in, and never changes.
    """

    name: str
    version: int
    about: Text
    legal_basis: str
    layout: Layout
    organization: Mapping[str, Source]
    service: Mapping[str, Source]

    @property
    def columns(self) -> Iterator[str]:
        """The headings that it reads."""
        sources = [*self.organization.values(), *self.service.values()]
        return (source.column for source in sources if source.column is not None)
