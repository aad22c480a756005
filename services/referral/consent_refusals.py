"""The refusals of a referral that leans on no consent that is on record, or on one that is over."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid
from shared.kernel.text import Text


class OnlyWithRecordedConsent(Forbidden):
    """On the sender's word nothing but the coded case is disclosed."""

    field: str
    code: ClassVar[str] = "only-with-recorded-consent"
    text: ClassVar[Text] = Text(
        "«{field}»: sin un consentimiento registrado se entregan solo los datos codificados del"
        " caso. Registre el consentimiento y diga cuál es en «consent_id», o quite esos datos.",
        "“{field}”: without a recorded consent only the coded data of the case are disclosed."
        " Record the consent and name it in “consent_id”, or leave those data out.",
    )


class RecordedConsentNeeded(Forbidden):
    """The programme has said that the sender's word is not enough."""

    field: str
    code: ClassVar[str] = "recorded-consent-needed"
    text: ClassVar[Text] = Text(
        "«{field}»: el programa exige que el consentimiento conste. Regístrelo y diga cuál es, o"
        " pida una dispensa.",
        "“{field}”: the programme requires that consent be on record. Record it and name it, or ask"
        " for an override.",
    )


class OneOrTheOther(Invalid):
    """A referral leans on a consent or on an override of one."""

    code: ClassVar[str] = "consent-or-override"
    text: ClassVar[Text] = Text(
        "«{field}»: una canalización descansa en un consentimiento o en una dispensa, no en los"
        " dos. Quite uno.",
        "“{field}”: a referral leans on a consent or on an override, not on both. Leave one out.",
    )


class ConsentCoversNoLonger(Conflicting):
    """What a referral leans on is judged by again when it is accepted. reason: what it lacks."""

    reason: str
    code: ClassVar[str] = "consent-covers-no-longer"
    text: ClassVar[Text] = Text(
        "Aquello en lo que descansa la canalización ya no la cubre ({reason}). No la acepte:"
        " rechácela, o pida a la remitente que pregunte a la persona y canalice de nuevo.",
        "What the referral leans on covers it no longer ({reason}). Do not accept it: decline it,"
        " or ask the sender to ask the person and to refer the case anew.",
    )
