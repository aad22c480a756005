"""Names as Spanish sorts them, and as people look for them.

Who looks for a name writes it without accents, in any case, or with letters that a keyboard put
together from two characters: all of that is forgiven, and ñ is found by n. In a list it has its own
place, after n.
"""

import re
import unicodedata
from collections.abc import Sequence

from shared.kernel.codes import plain

_WORD = re.compile(r"\w+")
_ENYE = "n\uffdc"
"""What ñ is sorted as: n and a letter after all others."""


def words_of(text: str) -> Sequence[str]:
    """Return the words of a text as they are looked for, in order."""
    return _WORD.findall(plain(text))


def place_in_list(text: str) -> tuple[str, str]:
    """Return the key by which a text is sorted in Spanish.

    Accents, case and marks count only between texts that are otherwise the same.
    """
    composed = unicodedata.normalize("NFC", text).casefold()
    words = _WORD.findall("".join(map(_letter, composed)))
    return " ".join(words), composed


def _letter(character: str) -> str:
    if character == "ñ":
        return _ENYE
    return character if character.isascii() else plain(character) or " "
