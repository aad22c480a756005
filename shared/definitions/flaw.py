"""What is wrong in a definition, and where: always in both languages."""

from dataclasses import dataclass

from shared.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a mapping: the line (from 1), the key's path, and what was expected."""

    line: int
    key: str
    expected: Text

    def sentence(self, file: str) -> Text:
        """The flaw after its place, as compilers write it: file, line, key."""
        place = f"{file}:{self.line}: {self.key}: " if self.key else f"{file}:{self.line}: "
        return Text(place + self.expected.es, place + self.expected.en)
