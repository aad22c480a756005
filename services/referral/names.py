"""Names of institutions: no two entries of the directory have one that people take for the same.

Each name has a stream of its own, which says whose it is. Case, accents, width and punctuation do
not count (``shared.kernel.free_text``).
"""

from functools import lru_cache
from uuid import UUID

from shared.kernel.decider import Decider, takes_no_commands
from shared.kernel.fields import stored_names
from shared.kernel.free_text import same_name
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


@lru_cache(maxsize=1024)
def stream_of(name: str) -> UUID:
    """Return the id of the stream of a name, the same for all ways to write it."""
    return derived_id("institution-name", same_name(name))


class InstitutionNameTaken(Value):
    """From here on the institution has this name, and no other institution may."""

    institution: str
    name: str


class InstitutionNameReleased(Value):
    """The institution has another name from here on."""

    institution: str


NameFact = InstitutionNameTaken | InstitutionNameReleased

FACTS = stored_names(NameFact)


def evolve(holder: str | None, fact: NameFact) -> str | None:
    """Return whose name it is after a fact, None if it is free."""
    if isinstance(fact, InstitutionNameTaken):
        return fact.institution
    return None if holder == fact.institution else holder


NAMES: Decider[str | None] = Decider(nothing=None, decide=takes_no_commands, evolve=evolve)
"""A name's stream: its facts go with those of the directory's entries."""
