"""The refusals of a disclosure that no consent covers."""

from collections.abc import Mapping
from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Missing
from shared.kernel.text import Text


class NoConsent(Missing):
    """The person was not asked, as far as anybody recorded."""

    field: str
    code: ClassVar[str] = "no-consent"
    text: ClassVar[Text] = Text(
        "«{field}»: no consta que la persona haya consentido. Recabe su consentimiento y"
        " regístrelo.",
        "“{field}”: nothing says that the person consented. Obtain consent and record it.",
    )


class ConsentNotInForce(Conflicting):
    """Nothing leans on a consent that is over, or waits for the person."""

    field: str
    status: str
    code: ClassVar[str] = "consent-not-in-force"
    in_words: ClassVar[Mapping[str, str]] = {"status": "consent_statuses"}
    text: ClassVar[Text] = Text(
        "«{field}»: el consentimiento no está en vigor ({status}). Pregunte a la persona y registre"
        " lo que diga.",
        "“{field}”: the consent is not in force ({status}). Ask the person and record what they"
        " say.",
    )


class ConsentBeginsLater(Conflicting):
    """A consent holds from its first day."""

    field: str
    valid_from: str
    code: ClassVar[str] = "consent-begins-later"
    text: ClassVar[Text] = Text(
        "«{field}»: el consentimiento vale desde el {valid_from}. Espere a ese día, o pregunte de"
        " nuevo a la persona.",
        "“{field}”: the consent holds from {valid_from} on. Wait for that day, or ask the person"
        " again.",
    )


class ConsentEnded(Conflicting):
    """A consent holds until its last day, whether a clock has said so yet or not."""

    field: str
    valid_until: str
    code: ClassVar[str] = "consent-ended"
    text: ClassVar[Text] = Text(
        "«{field}»: el consentimiento valía hasta el {valid_until}. Pregunte de nuevo a la persona"
        " y renuévelo.",
        "“{field}”: the consent held until {valid_until}. Ask the person again and renew it.",
    )


class PersonCameOfAge(Conflicting):
    """A guardian's word serves until the person is of age, whether a clock has said so or not."""

    field: str
    code: ClassVar[str] = "person-came-of-age"
    text: ClassVar[Text] = Text(
        "«{field}»: consintió quien representaba a la persona, que ya es mayor de edad. Pregúntele"
        " a ella y renueve el consentimiento.",
        "“{field}”: a guardian consented, and the person is of age by now. Ask them and renew the"
        " consent.",
    )


class OtherPurpose(Forbidden):
    """Each purpose has a consent of its own."""

    field: str
    code: ClassVar[str] = "consent-for-another-purpose"
    text: ClassVar[Text] = Text(
        "«{field}»: la persona consintió para otra finalidad. Pregúntele por esta y regístrelo.",
        "“{field}”: the person consented for another purpose. Ask about this one and record it.",
    )


class RecipientOutsideTheConsent(Forbidden):
    """The data go to whom the person named, or to institutions of a kind that they named."""

    field: str
    code: ClassVar[str] = "recipient-outside-the-consent"
    text: ClassVar[Text] = Text(
        "«{field}»: la persona no consintió que sus datos vayan a esa institución. Pregúntele y"
        " renueve el consentimiento, o elija otra.",
        "“{field}”: the person did not consent that the data go to that institution. Ask them and"
        " renew the consent, or choose another.",
    )


class ServicesOutsideTheConsent(Forbidden):
    """The data serve what the person asked for."""

    field: str
    outside: str
    code: ClassVar[str] = "services-outside-the-consent"
    text: ClassVar[Text] = Text(
        "«{field}»: la persona no consintió para estos servicios: {outside}. Quítelos, o pregúntele"
        " y renueve el consentimiento.",
        "“{field}”: the person did not consent for these services: {outside}. Leave them out, or"
        " ask the person and renew the consent.",
    )
    text_without: ClassVar[tuple[str, Text] | None] = (
        "outside",
        Text(
            "«{field}»: la persona consintió solo para ciertos servicios. Diga para cuáles se"
            " entregan los datos.",
            "“{field}”: the person consented for certain services only. Say for which ones the"
            " data are disclosed.",
        ),
    )


class CategoriesOutsideTheConsent(Forbidden):
    """No more data than the person agreed to."""

    field: str
    outside: str
    code: ClassVar[str] = "categories-outside-the-consent"
    text: ClassVar[Text] = Text(
        "«{field}»: la persona no consintió que se entreguen estos datos: {outside}. Quítelos, o"
        " pregúntele y renueve el consentimiento.",
        "“{field}”: the person did not consent to these data: {outside}. Leave them out, or ask the"
        " person and renew the consent.",
    )
    text_without: ClassVar[tuple[str, Text] | None] = (
        "outside",
        Text(
            "«{field}»: diga qué categorías de datos se entregan.",
            "“{field}”: say which categories of data are disclosed.",
        ),
    )


class TakenBackFromRecipient(Forbidden):
    """The person took it back, from this institution or for these data."""

    field: str
    outside: str
    code: ClassVar[str] = "taken-back-from-recipient"
    text: ClassVar[Text] = Text(
        "«{field}»: la persona retiró su consentimiento para estos datos: {outside}. No los"
        " entregue; si cambia de opinión, renueve el consentimiento.",
        "“{field}”: the person took consent back for these data: {outside}. Do not disclose them;"
        " if they change their mind, renew the consent.",
    )
