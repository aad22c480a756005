"""What an import says to people: always both languages, never a value out of the file."""

from collections.abc import Sequence
from pathlib import Path

from shared.definitions.flaw import Flaw
from shared.kernel.text import Text


class NotUsable(Exception):
    """The import cannot begin, or cannot go on. ``sentences`` say why and what to do."""

    def __init__(self, *sentences: Text) -> None:
        """Keep what is to be said, in the order to say it."""
        super().__init__(" ".join(sentence.es for sentence in sentences))
        self.sentences = sentences

    def said(self, lang: str = "es") -> str:
        """All sentences, one a line."""
        return "\n".join(sentence.in_(lang) for sentence in self.sentences)


class FileNotUsable(NotUsable):
    """The file is missing, is not what the mapping says a file is, or lacks its columns."""


class ImportUnderWay(NotUsable):
    """Somebody imports with this mapping already: two at once would only wait for each other."""


class MappingNotUsable(NotUsable):
    """The mapping says something that cannot be meant; ``flaws`` name every place found."""

    def __init__(self, file: Path, flaws: Sequence[Flaw]) -> None:
        """Keep the flaws in the order of their lines."""
        self.flaws = sorted(flaws, key=lambda flaw: flaw.line)
        super().__init__(*(flaw.sentence(file.name) for flaw in self.flaws))
