"""The agreements of an institution: its index, by which a referral finds the one it leans on.

Each institution has a stream of its own. Its facts are recorded beside those of the agreements, and
say no more than these do.
"""

from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from services.referral.validity import Validity
from shared.kernel.decider import Decider, takes_no_commands
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


@lru_cache(maxsize=1024)
def stream_of(institution: str) -> UUID:
    """Return the id of the stream of an institution's agreements."""
    return derived_id("agreements-of", institution)


class AgreementNoted(Value):
    """How an agreement stands after its fact with this version.

    It is one of the institution's if that is among the parties; else it was.
    """

    agreement_id: UUID
    version: int
    parties: tuple[str, ...]
    programme: str
    services: tuple[str, ...]
    validity: Validity

    def is_between(self, one: str, other: str, programme: str) -> bool:
        """Whether both are parties, and it is about this programme."""
        return {one, other} <= {*self.parties} and self.programme == programme

    def is_about(self, services: tuple[str, ...]) -> bool:
        """Whether it is about all of these kinds of services."""
        return not self.services or {*services} <= {*self.services}


IndexFact = AgreementNoted
Index = Mapping[UUID, AgreementNoted]
"""The agreements of an institution as they stand, by id."""

FACTS = stored_names(IndexFact)


def evolve(index: Index, fact: IndexFact) -> Index:
    """Return the index after a fact."""
    return {**index, fact.agreement_id: fact}


INDEX: Decider[Index] = Decider(nothing={}, decide=takes_no_commands, evolve=evolve)
"""An index's facts go with those of the agreements."""
