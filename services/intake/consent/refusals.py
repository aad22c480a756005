"""The refusals of recording a consent, changing it and taking it back."""

from collections.abc import Mapping
from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class ConsentNotRecorded(Missing):
    """There is no such consent."""

    code: ClassVar[str] = "consent-not-recorded"
    text: ClassVar[Text] = Text(
        "Ese consentimiento no está registrado. Recábelo y regístrelo.",
        "That consent is not recorded. Obtain it and record it.",
    )


class ConsentAlreadyRecorded(Conflicting):
    """A consent is recorded once."""

    version: int
    code: ClassVar[str] = "consent-already-recorded"
    text: ClassVar[Text] = Text(
        "Ese consentimiento ya está registrado, en su versión {version}. Renuévelo si la persona"
        " consiente a otra cosa.",
        "That consent is recorded already, in its version {version}. Renew it if the person"
        " consents to something else.",
    )


class ConsentIsOver(Conflicting):
    """What was taken back, or entered in error, takes no more commands."""

    status: str
    code: ClassVar[str] = "consent-is-over"
    in_words: ClassVar[Mapping[str, str]] = {"status": "consent_statuses"}
    text: ClassVar[Text] = Text(
        "El consentimiento ya no admite cambios: {status}. Si la persona consiente de nuevo,"
        " registre otro.",
        "The consent takes no more changes: {status}. If the person consents again, record"
        " another.",
    )


class CustodianObtainsConsent(Forbidden):
    """Whoever answers for the case obtains consent: nobody gives data to themselves."""

    code: ClassVar[str] = "custodian-obtains-consent"
    text: ClassVar[Text] = Text(
        "El consentimiento lo recaba y lo renueva quien responde por el caso. Pídaselo a esa"
        " institución.",
        "Consent is obtained and renewed by whoever has custody of the case. Ask that institution.",
    )


class NoPartToTakeItBack(Forbidden):
    """The person tells a party to the case that they take consent back."""

    code: ClassVar[str] = "no-part-to-take-it-back"
    text: ClassVar[Text] = Text(
        "Su institución no es parte en el caso. La persona puede retirar su consentimiento ante"
        " cualquiera de las que lo son; acompáñela con una de ellas.",
        "Your institution is no party to the case. The person can take consent back at any that"
        " is; help them reach one.",
    )


class NotYoursToVoid(Forbidden):
    """Whoever recorded a consent says that it was an error, or whoever has custody."""

    code: ClassVar[str] = "consent-not-yours-to-void"
    text: ClassVar[Text] = Text(
        "Un consentimiento lo anula quien lo registró o quien responde por el caso. Dígaselo a"
        " esa institución.",
        "A consent is voided by whoever recorded it or has custody of the case. Tell that"
        " institution.",
    )


class NoRecipient(Invalid):
    """A consent says for whom."""

    code: ClassVar[str] = "consent-names-no-recipient"
    text: ClassVar[Text] = Text(
        "«{field}» debe decir a quién: claves de instituciones, o clases de ellas; 40 a lo más.",
        "“{field}” must say for whom: institutions' codes, or kinds of them; 40 at most.",
    )


class NotAnInstitutionsCode(Invalid):
    """Institutions are named by their codes of the directory."""

    code: ClassVar[str] = "not-an-institutions-code"
    text: ClassVar[Text] = Text(
        "«{field}» lleva claves del directorio: minúsculas, cifras y guiones. Búsquelas ahí.",
        "“{field}” holds codes of the directory: small letters, digits and hyphens. Look there.",
    )


class NoCategory(Invalid):
    """A consent says which data."""

    code: ClassVar[str] = "consent-names-no-category"
    text: ClassVar[Text] = Text(
        "«{field}» debe decir qué categorías de datos. Nombre solo las que hacen falta.",
        "“{field}” must say which categories of data. Name only those that are needed.",
    )


class ConsentBeginsBeforeItIsGiven(Invalid):
    """Nobody consents to what was done before: that was done without consent."""

    code: ClassVar[str] = "consent-begins-before-it-is-given"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior al día en que la persona consintió. Ponga ese día o uno posterior.",
        "“{field}” is before the day on which the person consented. Say that day or a later one.",
    )


class ConsentEndsBeforeItBegins(Invalid):
    """The last day is not before the first one, nor over by now."""

    code: ClassVar[str] = "consent-ends-before-it-begins"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser un día por venir, no anterior al primero. Corrija las fechas.",
        "“{field}” must be a day to come, not before the first one. Correct the dates.",
    )


class ConsentTooLong(Invalid):
    """Who consented long ago is asked again."""

    days: int
    code: ClassVar[str] = "consent-too-long"
    text: ClassVar[Text] = Text(
        "«{field}» va más allá de {days} días. Ponga un día más cercano y renuévelo entonces.",
        "“{field}” is more than {days} days away. Say a nearer day, and renew it then.",
    )


class EvidenceMissing(Invalid):
    """What is written, and what a guardian says, can be shown."""

    code: ClassVar[str] = "consent-evidence-missing"
    text: ClassVar[Text] = Text(
        "Falta «{field}»: guarde lo firmado como documento y diga su id y su huella.",
        "“{field}” is missing: keep what was signed as a document and say its id and its digest.",
    )


class WitnessMissing(Invalid):
    """What is said aloud is said before a witness, who is somebody else."""

    code: ClassVar[str] = "consent-witness-missing"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser la id de quien fue testigo, otra persona. Recábelo ante testigo, o"
        " por escrito.",
        "“{field}” must be the id of a witness, who is somebody else. Obtain it before one, or in"
        " writing.",
    )


class GuardianMissing(Invalid):
    """Where a guardian consents, it is said who and by what right."""

    code: ClassVar[str] = "consent-guardian-missing"
    text: ClassVar[Text] = Text(
        "«{field}» debe decir quién representa a la persona y con qué lo acredita.",
        "“{field}” must say who is the person's guardian, and by what.",
    )


class GuardianNotExpected(Invalid):
    """Who consents for themselves has no guardian there."""

    code: ClassVar[str] = "consent-guardian-not-expected"
    text: ClassVar[Text] = Text(
        "«{field}» solo acompaña al consentimiento que da quien representa a la persona. Quítelo, o"
        " corrija el modo.",
        "“{field}” goes with a guardian's consent only. Leave it out, or correct the mode.",
    )


class MajorityNotSaid(Invalid):
    """Guardianship of a minor ends, and with it what the guardian said."""

    code: ClassVar[str] = "majority-not-said"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser el primer día del mes siguiente a aquel en que la persona cumple 18"
        " años; de una persona adulta, nada.",
        "“{field}” must be the first day of the month after the one in which the person turns 18;"
        " of an adult, nothing.",
    )


class PersonIsOfAge(Invalid):
    """From then on the person consents themselves."""

    code: ClassVar[str] = "person-is-of-age"
    text: ClassVar[Text] = Text(
        "«{field}» ya pasó: la persona es mayor de edad. Pregúntele a ella y registre lo que diga.",
        "“{field}” is over: the person is of age. Ask them, and record what they say.",
    )


class BestInterestMissing(Invalid):
    """What is done with a child's data is what is best for the child."""

    code: ClassVar[str] = "best-interest-missing"
    text: ClassVar[Text] = Text(
        "Falta «{field}»: valore el interés superior de la niñez, escuche a la niña, niño o"
        " adolescente y diga el documento.",
        "“{field}” is missing: assess the best interest of the child, hear the child, and say the"
        " document.",
    )


class ChildOpposes(Invalid):
    """Against what a child says, only the child-protection authority may consent."""

    code: ClassVar[str] = "child-opposes"
    text: ClassVar[Text] = Text(
        "«{field}» dice que la niña, niño o adolescente se opone. Solo la procuraduría de"
        " protección puede consentir entonces: pídale que intervenga.",
        "“{field}” says that the child opposes. Only the child-protection authority may consent"
        " then: ask it to step in.",
    )


class NotNarrower(Invalid):
    """What is narrowed stays within what was consented to; anything else is a renewal."""

    code: ClassVar[str] = "consent-not-narrower"
    text: ClassVar[Text] = Text(
        "«{field}» va más allá de lo consentido. Pregunte a la persona y renueve el"
        " consentimiento.",
        "“{field}” goes further than what was consented to. Ask the person and renew the consent.",
    )


class NotInTheConsent(Invalid):
    """Only what was consented to is taken back: nobody is to believe that more was."""

    code: ClassVar[str] = "not-in-the-consent"
    text: ClassVar[Text] = Text(
        "«{field}» nombra lo que este consentimiento no abarca. Vea a quién y a qué se consintió,"
        " o retírelo entero.",
        "“{field}” names what this consent does not extend to. See for whom and for what it is,"
        " or withdraw it as a whole.",
    )


class NotDueYet(Conflicting):
    """A clock ran before its moment."""

    code: ClassVar[str] = "consent-clock-not-due"
    text: ClassVar[Text] = Text(
        "A este consentimiento no le ha llegado ningún plazo. Espere al momento que su hecho dice.",
        "No clock of this consent has run out. Wait for the moment that its fact names.",
    )
