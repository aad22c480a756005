"""What is wrong with a directory's file, by row and column; and what makes it no file of ours."""

from dataclasses import dataclass
from enum import Enum

from shared.kernel.text import Text, UserError


class Outcome(Enum):
    """What came of it."""

    SKIPPED = "skipped"
    """The record did not come in."""
    LEFT_OUT = "left-out"
    """The record came in without this."""
    PERSON = "person"
    """It names a person, and was left out for that."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a file that did not come in.

    row: as a spreadsheet counts it; in JSON which of the records. column: the heading, with its
    file's name before it where there are several; in JSON the path from the record. value: the
    cell's text, empty if it is a person's; it goes to the user alone, on no log.
    """

    row: int
    column: str
    value: str
    reason: Text
    outcome: Outcome = Outcome.SKIPPED


class NotADirectory(UserError):
    """The file cannot be read as a directory at all; the text says what to do. Exit code 2."""

    def __init__(self, text: Text) -> None:
        super().__init__(text, 2)


MISSING = Text("falta, y sin él no hay registro", "is missing, and there is no record without it")
NOT_A_NUMBER = Text("no es un número", "is no number")
NOT_OF_THE_LIST = Text("no es ninguno de: {}", "is none of: {}")
NOT_A_RECORD = Text("se esperaba un objeto", "expected an object")
NOT_A_LIST = Text("se esperaba una lista de objetos", "expected a list of objects")
NOT_A_TEXT = Text("se esperaba un texto", "expected a text")
HAS_A_ZERO = Text(
    "algún texto lleva el carácter cero, que ninguna tabla admite",
    "some text has the character zero, which no table takes",
)
HANGS_ON_NOTHING = Text(
    "no hay en el archivo registro con ninguno de sus identificadores de enlace",
    "the file has no record with any of the ids that it links to",
)
A_PERSONS = Text(
    "es de una persona: el directorio no guarda nombres ni datos de contacto de personas",
    "is a person's: the directory keeps neither names nor contact details of people",
)
SAME_ID = Text(
    "otro registro anterior del archivo tiene este identificador",
    "an earlier record of the file has this id",
)
