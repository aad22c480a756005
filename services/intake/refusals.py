"""The refusals of who changes a case, and of what is proposed."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Missing
from shared.kernel.text import Text


class NotTheCustodian(Forbidden):
    """Only who has custody, as far as intake has heard, corrects, voids and decides proposals."""

    code: ClassVar[str] = "not-the-custodian"
    text: ClassVar[Text] = Text(
        "Solo la institución que responde por el caso lo corrige, lo anula y decide lo propuesto;"
        " las demás partes lo proponen. Si acaba de recibir el caso, intente de nuevo en un"
        " momento.",
        "Only the institution that has custody corrects the case, voids it and decides what is"
        " proposed; the other parties propose. If the case has just come to you, try again in a"
        " moment.",
    )


class CustodianDecides(Conflicting):
    """Who has custody need not propose."""

    code: ClassVar[str] = "custodian-decides"
    text: ClassVar[Text] = Text(
        "Su institución responde por el caso: corríjalo o anúlelo, no hace falta proponerlo.",
        "Your institution has custody of the case: correct it or void it, no proposal is needed.",
    )


class NotAParty(Forbidden):
    """Only an institution that may see a case proposes changes to it."""

    code: ClassVar[str] = "not-a-party"
    text: ClassVar[Text] = Text(
        "Su institución no es parte en el caso.",
        "Your institution is no party to the case.",
    )


class ProposalNotFound(Missing):
    """The case has no such proposal."""

    code: ClassVar[str] = "proposal-not-found"
    text: ClassVar[Text] = Text(
        "El caso no tiene esa propuesta.",
        "The case has no such proposal.",
    )


class ProposalAlreadyDecided(Conflicting):
    """A proposal is adopted or rejected once."""

    code: ClassVar[str] = "proposal-already-decided"
    text: ClassVar[Text] = Text(
        "Esa propuesta ya se adoptó o se rechazó.",
        "That proposal has been adopted or rejected already.",
    )


class ProposalNoLongerFits(Conflicting):
    """With what was corrected since, the proposed values contradict the others."""

    code: ClassVar[str] = "proposal-no-longer-fits"
    text: ClassVar[Text] = Text(
        "Lo propuesto contradice cómo se describe ahora el caso. Corríjalo usted o rechace la"
        " propuesta.",
        "What is proposed contradicts how the case is described now. Correct it yourself, or"
        " reject the proposal.",
    )
