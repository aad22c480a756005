"""Whether a programme's referrals need an agreement at all: a steward says so, per programme.

They do not by default. Institutions that have agreed once need one in any case (``leaning``).
"""

from functools import lru_cache
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.directory_refusals import NotASteward
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.roles import OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value


@lru_cache(maxsize=64)
def stream_of(programme: str) -> UUID:
    """Return the id of the stream of a programme's policy."""
    return derived_id("agreement-policy", programme)


_Programme = Annotated[str, Coded("programmes"), Described(Text("El programa.", "The programme."))]


class RequireAgreements(Command, kw_only=True):
    """From here on every referral of the programme needs an agreement."""

    title: ClassVar[Text] = Text("Exigir convenios en un programa", "Require agreements")
    description: ClassVar[Text] = Text(
        "Desde aquí toda canalización del programa necesita un convenio vigente entre las dos"
        " instituciones. Requiere el rol steward.",
        "From here on every referral of the programme needs an agreement in force between the two"
        " institutions. Takes the role of steward.",
    )

    programme: _Programme


class WaiveAgreements(Command, kw_only=True):
    """From here on only institutions that have agreed once need an agreement."""

    title: ClassVar[Text] = Text("No exigir convenios en un programa", "Waive agreements")
    description: ClassVar[Text] = Text(
        "Desde aquí solo necesitan un convenio vigente las instituciones que ya tuvieron uno entre"
        " sí. Requiere el rol steward.",
        "From here on only institutions that have had an agreement with one another need one in"
        " force. Takes the role of steward.",
    )

    programme: _Programme


class AgreementsRequired(Value):
    """Every referral of the programme needs an agreement."""

    programme: str


class AgreementsWaived(Value):
    """Referrals of the programme need one only between institutions that have agreed once."""

    programme: str


PolicyFact = AgreementsRequired | AgreementsWaived

FACTS = stored_names(PolicyFact)


def decide(command: RequireAgreements | WaiveAgreements, required: bool) -> Decision:  # noqa: FBT001 - the state
    """Return one fact; none if that is so already."""
    if command.by.role not in {STEWARD, OPERATOR}:
        return NotASteward()
    if refused := codes_not_known(command):
        return refused
    if isinstance(command, RequireAgreements):
        return () if required else (AgreementsRequired(command.programme),)
    return (AgreementsWaived(command.programme),) if required else ()


def evolve(_: bool, fact: PolicyFact) -> bool:  # noqa: FBT001 - the state
    """Return whether agreements are required after a fact."""
    return isinstance(fact, AgreementsRequired)


DECIDER: Decider[bool] = Decider(nothing=False, decide=decide, evolve=evolve)
