"""A kind of definition: its schema, and what its documents are built into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from shared.definitions.checks import Checks
from shared.definitions.flaw import DefinitionNotUsable, Flaw
from shared.definitions.located_yaml import NotYaml, read_located
from shared.definitions.schema import Schema
from shared.kernel.text import Text

T = TypeVar("T")

Build = Callable[[dict[str, Any], Checks], T]
"""Builds a value from the content of a document that conforms; reports flaws to the checks."""


class DefinitionKind(Generic[T]):
    """Reads definitions of one kind; each is checked completely before it is returned."""

    def __init__(self, schema_file: Path, build: Build[T], shipped: Path | None = None) -> None:
        """Read with this schema. shipped: the folder of our own definitions, NAME.yaml each."""
        self._schema_file = schema_file
        self._schema: Schema | None = None
        self._build = build
        self._shipped = shipped

    def names(self) -> list[str]:
        """Return the names of the definitions that come with the product."""
        return sorted(path.stem for path in self._shipped.glob("*.yaml")) if self._shipped else []

    def load(self, name_or_path: str) -> T:
        """Read a definition that comes with the product, or else a file of that path.

        Raises DefinitionNotUsable, also if there is no such file.
        """
        path = Path(name_or_path)
        if self._shipped is not None and name_or_path in self.names():
            path = self._shipped / f"{name_or_path}.yaml"
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):  # no such path, no UTF-8
            raise DefinitionNotUsable(path.name, [Flaw(1, "", self._not_readable())]) from None
        return self.read(text, path.name)

    def read(self, text: str, file: str) -> T:
        """Read a definition. file: for its flaws. Raises DefinitionNotUsable with every flaw."""
        try:
            document = read_located(text)
        except NotYaml as error:
            raise DefinitionNotUsable(file, [error.flaw]) from None
        self._schema = self._schema or Schema(self._schema_file)
        shape, codes = self._schema.flaws(document)
        if shape:
            raise DefinitionNotUsable(file, [*shape, *codes])
        checks = Checks(document, codes)
        built = self._build(document.content, checks)
        if checks.flaws:
            raise DefinitionNotUsable(file, checks.flaws)
        return built

    def _not_readable(self) -> Text:
        path = Text("la ruta de un archivo YAML en UTF-8", "the path of a YAML file in UTF-8")
        if not self.names():
            return Text("no se pudo leer: se esperaba {}", "not readable: expected {}").filled(path)
        return Text(
            "no se pudo leer; los que hay: {names}, o {path}",
            "not readable; there are: {names}, or {path}",
        ).filled(names=", ".join(self.names()), path=path)
