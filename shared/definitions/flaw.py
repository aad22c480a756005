"""Flaws of a definition, with their location: always in both languages."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.kernel.text import Text, UserError, joined


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a definition: its line (from 1), its key's path, and what was expected.

    key: empty if the flaw belongs to no key.
    """

    line: int
    key: str
    expected: Text

    def located(self, file: str) -> Text:
        """Return the flaw with file, line and key in front, as compilers write it."""
        location = f"{file}:{self.line}: {self.key}: " if self.key else f"{file}:{self.line}: "
        return Text(location + self.expected.es, location + self.expected.en)


class DefinitionNotUsable(UserError):
    """A definition cannot be used; ``flaws`` are all that were found, sorted by line."""

    def __init__(self, file: str, flaws: Iterable[Flaw]) -> None:
        """Describe the flaws, each once, one a line. file: the name of the definition's file."""
        self.file = file
        self.flaws = sorted(dict.fromkeys(flaws), key=lambda flaw: flaw.line)
        super().__init__(joined([flaw.located(file) for flaw in self.flaws], "\n"), 2)
