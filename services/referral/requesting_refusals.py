"""The refusals of requesting: consent, drafts, offers made again, transfers that others ask for."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class OutsideTheConsent(Forbidden):
    """A case goes only where the person consented to, and for what."""

    code: ClassVar[str] = "outside-the-consent"
    text: ClassVar[Text] = Text(
        "El consentimiento de la persona no se extiende a esa institución para esos servicios."
        " Recábelo y canalice el caso de nuevo.",
        "The person's consent does not extend to that institution for those services. Obtain it and"
        " refer the case anew.",
    )


class ConsentOver(Conflicting):
    """A consent holds until its last day."""

    until: str
    code: ClassVar[str] = "consent-over"
    text: ClassVar[Text] = Text(
        "El consentimiento de la persona valía hasta el {until}. Recábelo y canalice el caso de"
        " nuevo.",
        "The person's consent held until {until}. Obtain it and refer the case anew.",
    )


class AlternativeNotPossible(Invalid):
    """An alternative is another institution of the directory."""

    code: ClassVar[str] = "alternative-not-possible"
    text: ClassVar[Text] = Text(
        "«{field}» nombra instituciones del directorio, distintas de quien canaliza.",
        "“{field}” names institutions of the directory, other than the one that refers.",
    )


class OriginNotSaid(Invalid):
    """That a transfer was asked for is known from its request; nobody says it of another."""

    code: ClassVar[str] = "origin-not-said"
    text: ClassVar[Text] = Text(
        "«{field}» no se dice así: una transferencia que se pidió se concede con su solicitud.",
        "“{field}” is not said so: a transfer that was asked for is granted with its request.",
    )


class DraftNotAsWorded(Conflicting):
    """A draft is sent as it was worded, or not at all. reason: the refusal of what it says."""

    reason: str
    code: ClassVar[str] = "draft-not-as-worded"
    text: ClassVar[Text] = Text(
        "El borrador ya no se puede enviar como se redactó ({reason}). Descártelo y redacte otro.",
        "The draft cannot be sent as it was worded any more ({reason}). Discard it and word"
        " another.",
    )


class NotToBeReoffered(Invalid):
    """What is offered again was not taken on, and is over."""

    code: ClassVar[str] = "not-to-be-reoffered"
    text: ClassVar[Text] = Text(
        "«{field}» no es una canalización de este caso que haya terminado sin ser aceptada.",
        "“{field}” is no referral of this case that ended without being accepted.",
    )


class NobodyLeftToAsk(Conflicting):
    """Every institution to which the consent extends was asked, or cannot take the case."""

    code: ClassVar[str] = "nobody-left-to-ask"
    text: ClassVar[Text] = Text(
        "A las demás instituciones del consentimiento ya se les ofreció el caso, o no pueden"
        " tomarlo. Nombre una, o recabe un consentimiento más amplio.",
        "The other institutions of the consent were offered the case already, or cannot take it."
        " Name one, or obtain a wider consent.",
    )


class CaseNotSeen(Forbidden):
    """Only an institution that takes part in the case asks for custody of it."""

    code: ClassVar[str] = "case-not-seen"
    text: ClassVar[Text] = Text(
        "Solo una institución que ve el caso pide hacerse responsable de él.",
        "Only an institution that sees the case asks for custody of it.",
    )


class HasCustody(Conflicting):
    """Whoever answers for the case does not ask for it."""

    code: ClassVar[str] = "has-custody"
    text: ClassVar[Text] = Text(
        "Esa institución ya responde por el caso.",
        "That institution answers for the case already.",
    )


class TransferAlreadyRequested(Conflicting):
    """An institution has one open request for a transfer of a case at a time."""

    request_id: str
    code: ClassVar[str] = "transfer-already-requested"
    text: ClassVar[Text] = Text(
        "Esa institución ya pidió la transferencia ({request_id}); espere la respuesta.",
        "That institution has asked for the transfer already ({request_id}); await the answer.",
    )


class TransferNotRequested(Missing):
    """The case has no such open request."""

    code: ClassVar[str] = "transfer-not-requested"
    text: ClassVar[Text] = Text(
        "El caso no tiene abierta esa solicitud de transferencia.",
        "The case has no such open request for a transfer.",
    )
