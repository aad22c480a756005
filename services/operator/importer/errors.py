"""Why an import cannot begin or go on, in both languages.

No cell of the file is told; of what it holds, only how its sheets are called.
"""

from shared.kernel.text import Text, UserError

CUT_SHORT = 3
"""The exit code of an import that could not go on: what was read before is imported."""


class ImportNotPossible(UserError):
    """The import cannot begin, or cannot go on; the text names the next step. Exit code 2."""

    def __init__(self, text: Text, code: int = 2) -> None:
        super().__init__(text, code)


class ImportCutShort(ImportNotPossible):
    """The import cannot go on, for no fault of the file's rows. Exit code 3."""

    def __init__(self, text: Text) -> None:
        super().__init__(text, CUT_SHORT)


class FileNotUsable(ImportNotPossible):
    """The file is missing, is not written as the mapping describes, or lacks columns."""


class FileChanged(FileNotUsable):
    """The file's bytes are no longer those that it had when it was opened."""


class ImportUnderWay(ImportNotPossible):
    """Another import with this mapping is running: two at once would only wait for each other."""
