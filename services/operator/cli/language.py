"""The language of the command line: Spanish, or English on request.

It is chosen once, before anything is printed, because help texts are made with the commands.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

from shared.kernel.text import Text, UserError

Language = Literal["es", "en"]
LANGUAGES: Final = ("es", "en")
ENVIRONMENT: Final = "CANALIZA_LANG"
_OPTION = "--lang"
_spoken = {"language": "es"}


def chosen(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of a command line: ``--lang``, else ``CANALIZA_LANG``, else Spanish.

    Raises UserError (2) if ``--lang`` names another; another in the environment counts as none,
    because it may have been set for the whole machine.
    """
    requested = _requested(arguments)
    if requested is None:
        set_there = environment.get(ENVIRONMENT, "")[:2].lower()
        return set_there if set_there in LANGUAGES else "es"
    if requested not in LANGUAGES:
        raise UserError(
            Text("--lang es | en: no hay otra lengua.", "--lang es | en: there is no other."), 2
        )
    return requested


def speak(language: str) -> None:
    """Use this language for everything from now on, in this process."""
    _spoken["language"] = language


def language() -> Language:
    """Return the language in use."""
    return "en" if _spoken["language"] == "en" else "es"


def say(text: Text) -> str:
    """Return the text in the language in use."""
    return text.in_(language())


def example(*lines: str) -> str:
    """Return the example at the foot of a command's help: lines that can be typed as shown."""
    return "\n\n".join((say(Text("Ejemplo:", "Example:")), *lines))


def _requested(arguments: Sequence[str]) -> str | None:
    requested = None
    for argument, following in pairwise([*arguments, ""]):
        if argument == "--":
            break
        if argument == _OPTION:
            requested = following
        elif argument.startswith(f"{_OPTION}="):
            requested = argument.partition("=")[2]
    return requested
