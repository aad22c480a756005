"""Checks that no schema can express: that a document's names, codes and parts fit each other."""

import difflib
from collections.abc import Collection, Iterable

from shared.definitions.flaw import Flaw
from shared.definitions.located_yaml import KeyPath, LocatedYaml
from shared.kernel.coded_fields import with_near
from shared.kernel.codes import closest, known, list_names
from shared.kernel.text import Text


class Checks:
    """Gathers a document's flaws while a value is built from it.

    A check that fails returns false and raises nothing, so that building goes on and the author of
    the document gets every flaw at once. A value built from a flawed document is discarded.
    """

    def __init__(self, document: LocatedYaml, flaws: Iterable[Flaw] = ()) -> None:
        """Gather the flaws of ``document``. flaws: those that are known already."""
        self._document = document
        self.flaws: list[Flaw] = list(flaws)

    def note(self, path: KeyPath, expected: Text) -> None:
        """Add a flaw at this key."""
        self.flaws.append(self._document.flaw(path, expected))

    def one_of(self, path: KeyPath, name: str, names: Collection[str]) -> bool:
        """Check that a name is one of those that are defined elsewhere in the document."""
        if name in names:
            return True
        self.note(path, not_one_of(name, names))
        return False

    def code(self, path: KeyPath, list_name: str, code: str) -> bool:
        """Check that the list has this code, if the schema could not: the list must exist."""
        if known(list_name, code):
            return True
        self.note(path, not_a_code(list_name, code))
        return False


def not_one_of(name: str, names: Collection[str]) -> Text:
    """Return a text with the nearest names, or with all if none is near."""
    near = ", ".join(difflib.get_close_matches(name, names, n=2) or names)
    return Text(f"no existe ese nombre; hay: {near}", f"no such name; there are: {near}")


def not_a_code(list_name: str, code: str) -> Text:
    """Return a text with the nearest codes of the list, if any is near; the list must exist."""
    told = Text(f"se esperaba un código de «{list_name}»", f"expected a code of “{list_name}”")
    return with_near(told, ", ".join(closest(list_name, code)))


def not_a_code_list(name: str) -> Text:
    """Return a text with the nearest code lists, or with all if none is near."""
    near = ", ".join(difflib.get_close_matches(name, list_names()) or list_names())
    return Text(f"no existe esa lista; hay: {near}", f"no such list; there are: {near}")
