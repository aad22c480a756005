"""What referral shows of a programme's rules: to everybody, for they are nobody's secret."""

from pydantic import BaseModel, Field

from services.referral import programme_rules as rules
from shared.eventstore.log import Log
from shared.kernel.coded_fields import no_code
from shared.kernel.codes import codes
from shared.kernel.refusals import Refused
from shared.kernel.text import Text


class CoordinatorOut(BaseModel):
    """Who coordinates a programme in a subdivision."""

    subdivision: str | None = Field(
        description=Text(
            "null: en todas las que no tienen la suya.", "null: in all that have none of their own."
        ).both
    )
    institution: str


class RulesOut(BaseModel):
    """A programme's rules."""

    programme: str
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    confirms_declines: bool = Field(
        description=Text(
            "Si quien coordina confirma los rechazos.",
            "Whether the coordinator confirms declines.",
        ).both
    )
    requires_recorded_consent: bool = Field(
        description=Text(
            "Si se canaliza solo con un consentimiento registrado, o con una dispensa.",
            "Whether cases are referred on a recorded consent or an override alone.",
        ).both
    )
    coordinators: list[CoordinatorOut]


def show_rules(log: Log, programme: str) -> RulesOut:
    """Show a programme's rules. Raises Refused if there is no such programme."""
    if programme not in codes("programmes"):
        raise Refused(no_code("programme", "programmes", programme))
    current = log.read(rules.DECIDER, rules.stream_of(programme))
    named = sorted(current.state.coordinators.items(), key=lambda pair: pair[0] or "")
    return RulesOut(
        programme=programme,
        version=current.version,
        confirms_declines=current.state.confirms,
        requires_recorded_consent=current.state.records,
        coordinators=[CoordinatorOut(subdivision=there, institution=who) for there, who in named],
    )
