"""The refusals of a referral for want of an agreement, and those of overriding that."""

from collections.abc import Mapping
from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden
from shared.kernel.text import Text


class AgreementNeeded(Conflicting):
    """The programme requires an agreement between the two institutions, and there is none."""

    code: ClassVar[str] = "agreement-needed"
    text: ClassVar[Text] = Text(
        "Este programa exige un convenio firmado entre su institución y la destinataria, y no lo"
        " hay. Redáctenlo y fírmenlo, elija a otra, o pida a una segunda persona con el rol"
        " supervisor que lo dispense para este caso.",
        "This programme requires a signed agreement between your institution and the addressee, and"
        " there is none. Draft and sign one, choose another, or ask a second person with the role"
        " of supervisor to override it for this case.",
    )


class AgreementNotInForce(Conflicting):
    """The two institutions have an agreement, which is not in force on that day."""

    agreement_id: str
    status: str
    since: str
    code: ClassVar[str] = "agreement-not-in-force"
    in_words: ClassVar[Mapping[str, str]] = {"status": "agreement_statuses"}
    text: ClassVar[Text] = Text(
        "El convenio {agreement_id} con la destinataria no rige ese día ({status}, desde {since})."
        " Fírmenlo, renuévenlo o reanúdenlo, o pida a una segunda persona con el rol supervisor que"
        " lo dispense para este caso.",
        "Agreement {agreement_id} with the addressee is not in force on that day ({status}, since"
        " {since}). Sign, renew or resume it, or ask a second person with the role of supervisor to"
        " override it for this case.",
    )


class AgreementDoesNotCover(Conflicting):
    """The agreement in force is about other services."""

    agreement_id: str
    services: str
    code: ClassVar[str] = "agreement-does-not-cover"
    text: ClassVar[Text] = Text(
        "El convenio {agreement_id} con la destinataria rige solo para otros servicios"
        " ({services}). Pida esos, acuerden los que faltan, o pida a una segunda persona con el rol"
        " supervisor que lo dispense para este caso.",
        "Agreement {agreement_id} with the addressee is in force for other services only"
        " ({services}). Ask for those, agree on what is missing, or ask a second person with the"
        " role of supervisor to override it for this case.",
    )


class SecondPersonNeeded(Forbidden):
    """Whoever overrides an agreement does not refer the case."""

    code: ClassVar[str] = "second-person-needed"
    text: ClassVar[Text] = Text(
        "Usted dispensó el convenio: otra persona de su institución canaliza el caso.",
        "You overrode the agreement: another person of your institution refers the case.",
    )


class NotASupervisor(Forbidden):
    """An agreement is overridden in the role of supervisor."""

    code: ClassVar[str] = "not-a-supervisor"
    text: ClassVar[Text] = Text(
        "Solo quien supervisa (rol supervisor) dispensa un convenio.",
        "Only a supervisor (role supervisor) overrides an agreement.",
    )


class AlreadyOverridden(Conflicting):
    """One override at a time, for a case and an addressee."""

    override_id: str
    until: str
    code: ClassVar[str] = "already-overridden"
    text: ClassVar[Text] = Text(
        "El convenio ya está dispensado ({override_id}) hasta {until}. Canalice el caso.",
        "The agreement is overridden already ({override_id}) until {until}. Refer the case.",
    )
