"""What can be asked about a consent."""

from typing import Annotated, ClassVar
from uuid import UUID

from services.intake.consent.manner import ConsentManner
from shared.kernel.consenting.terms import Categories, ConsentTerms, RecipientKinds, Recipients
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text


class ConsentCommand(Command, kw_only=True):
    """What a person consents to, in full, and how they said so."""

    terms: Annotated[ConsentTerms, Described(Text("A qué consiente.", "What is consented to."))]
    manner: Annotated[ConsentManner, Described(Text("Cómo consintió.", "How it was given."))]


class RecordConsent(ConsentCommand, kw_only=True):
    """Record that a person consented, for one purpose."""

    title: ClassVar[Text] = Text("Registrar un consentimiento", "Record a consent")
    description: ClassVar[Text] = Text(
        "Registra que la persona consintió, para una finalidad: a quién, qué datos y hasta cuándo."
        " Lo recaba quien responde por el caso.",
        "Record that the person consented, for one purpose: for whom, which data and until when."
        " Whoever has custody of the case obtains it.",
    )

    consent_id: Annotated[UUID, Described(Text("El consentimiento.", "The consent."))]
    case_id: Annotated[UUID, Described(Text("El caso.", "The case."))]
    person: Annotated[UUID, Described(Text("Id de la persona.", "The person's id."))]
    purpose: Annotated[
        str,
        Coded("consent_purposes"),
        Described(Text("Para qué finalidad.", "For which purpose.")),
    ]


class NarrowConsent(ConsentCommand, kw_only=True):
    """Record that the person consents to less: a new version, whose terms are within the last."""

    title: ClassVar[Text] = Text("Acotar un consentimiento", "Narrow a consent")
    description: ClassVar[Text] = Text(
        "Registra que la persona consiente a menos que antes. Lo que ya retiró sigue retirado.",
        "Record that the person consents to less than before. What was taken back stays so.",
    )


class RenewConsent(ConsentCommand, kw_only=True):
    """Record that the person was asked again: a new version, which replaces the one before."""

    title: ClassVar[Text] = Text("Renovar un consentimiento", "Renew a consent")
    description: ClassVar[Text] = Text(
        "Registra que se preguntó de nuevo a la persona y a qué consiente desde ahora, completo."
        " Lo hace quien responde por el caso.",
        "Record that the person was asked again and what they consent to from now on, in full."
        " Whoever has custody of the case does so.",
    )


class WithdrawConsent(Command, kw_only=True):
    """Record that the person takes the consent back: all of it, or from some, or some data."""

    title: ClassVar[Text] = Text("Retirar el consentimiento", "Withdraw a consent")
    description: ClassVar[Text] = Text(
        "Registra que la persona retira su consentimiento: entero, o de algunas instituciones, o"
        " algunos datos. Lo hace cualquier parte del caso a quien la persona lo diga.",
        "Record that the person withdraws consent: all of it, or from some institutions, or some"
        " data. Any party to the case whom the person tells does so.",
    )

    recipients: Recipients = ()
    kinds: RecipientKinds = ()
    categories: Categories = ()
    reason: Annotated[
        str,
        Coded("consent_withdrawal_reasons"),
        Described(Text("El motivo; nadie tiene que darlo.", "Why; nobody has to say.")),
    ] = "not-stated"


class EnterConsentInError(Command, kw_only=True):
    """Say that this consent was never given like that, and why (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular un consentimiento", "Void a consent")
    description: ClassVar[Text] = Text(
        "Dice que el consentimiento nunca se dio así. Lo hace quien lo registró, o quien responde"
        " por el caso.",
        "Say that the consent was never given like that. Whoever recorded it does so, or whoever"
        " has custody of the case.",
    )

    entry_id: UUID
    reason: Annotated[
        str, Coded("error_reasons"), Described(Text("El motivo, como código.", "Why, as a code."))
    ]


class RunConsentClock(Command, kw_only=True):
    """A moment that a fact named has come (a clock's). version: of the consent that named it."""

    title: ClassVar[Text] = Text("Correr el plazo de un consentimiento", "Run a consent's clock")

    version: int


TakingBack = WithdrawConsent | NarrowConsent
"""By which the person takes something back."""
ConsentCommands = (
    RecordConsent | NarrowConsent | RenewConsent | WithdrawConsent | EnterConsentInError
)
AnyConsentCommand = ConsentCommands | RunConsentClock
