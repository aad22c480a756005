"""What is wrong in a definition, and where: always in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing said in Spanish and in English."""

    es: str
    en: str

    def said(self, lang: str = "es") -> str:
        """It in Spanish, unless ``lang`` is ``en``."""
        return self.en if lang == "en" else self.es


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a mapping: the line (from 1), the key's path, and what was expected."""

    line: int
    key: str
    expected: Sentence

    def sentence(self, file: str) -> Sentence:
        """The flaw after its place, as compilers write it: file, line, key."""
        place = f"{file}:{self.line}: {self.key}: " if self.key else f"{file}:{self.line}: "
        return Sentence(place + self.expected.es, place + self.expected.en)
