"""Which services the sender may refer to under an agreement, and for which it lacks one.

An agreement is needed where the programme requires it, or where one between the two institutions
ever began in it: the rule by which referral decides. A question without a sender or a programme
asks for none.
"""

from collections.abc import Iterator

from services.reporting.searching.asked import Asked
from services.reporting.searching.index import Index, Services
from services.reporting.searching.offers import Pact


def with_agreement(index: Index, asked: Asked) -> Services:
    """Return the services under an agreement with the sender that is in force on the day."""
    found = 0
    for pact, addressees in _of_sender(index, asked):
        if pact.holds(asked.day):
            kinds = index.having_any("kind", pact.kinds) if pact.kinds else index.everything
            found |= addressees & kinds
    return found


def without_agreement(index: Index, asked: Asked) -> Services:
    """Return the services for which an agreement with the sender is needed, and none holds."""
    if asked.sender is None or asked.programme is None:
        return 0
    needed = 0
    if asked.programme in index.directory.agreements_required:
        needed = index.everything
    for pact, addressees in _of_sender(index, asked):
        if pact.begins is not None:
            needed |= addressees
    own = index.having("institution", asked.sender)
    return needed & ~with_agreement(index, asked) & ~own


def _of_sender(index: Index, asked: Asked) -> Iterator[tuple[Pact, Services]]:
    """Yield the sender's agreements in the programme, each with the other parties' services."""
    for pact in index.directory.pacts_of.get(asked.sender or "", ()):
        if pact.programme == asked.programme:
            others = pact.parties - {asked.sender}
            yield pact, index.having_any("institution", others)
