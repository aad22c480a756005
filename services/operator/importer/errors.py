"""Why an import cannot begin or go on: in both languages, and with no value of the file."""

from shared.kernel.text import Text, UserError


class ImportNotPossible(UserError):
    """The import cannot begin, or cannot go on; the text names the next step. Exit code 2."""

    def __init__(self, text: Text) -> None:
        super().__init__(text, 2)


class FileNotUsable(ImportNotPossible):
    """The file is missing, is not written as the mapping describes, or lacks columns."""


class ImportUnderWay(ImportNotPossible):
    """Another import with this mapping is running: two at once would only wait for each other."""
