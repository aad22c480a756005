"""The refusals of custody and referrals."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class CaseNotTakenUp(Missing):
    """Intake's registration has not arrived here yet, or there is no such case."""

    code: ClassVar[str] = "case-not-taken-up"
    text: ClassVar[Text] = Text(
        "Aquí no se conoce ese caso. Si se acaba de registrar, intente de nuevo.",
        "That case is not known here. If it was registered just now, try again.",
    )


class CaseIsInError(Conflicting):
    """A case that was entered in error has no custodian, so nothing can be done with it."""

    code: ClassVar[str] = "case-is-in-error"
    text: ClassVar[Text] = Text(
        "El caso se registró por error: ya no se canaliza, ni se cierra, ni se reabre.",
        "The case was entered in error: it is not referred, closed or reopened any more.",
    )


class CaseIsClosed(Conflicting):
    """A closed case takes no new referral, and is not closed twice."""

    code: ClassVar[str] = "case-is-closed"
    text: ClassVar[Text] = Text(
        "El caso está cerrado. Reábralo primero.",
        "The case is closed. Reopen it first.",
    )


class CaseIsNotClosed(Conflicting):
    """Only a closed case can be reopened."""

    code: ClassVar[str] = "case-is-not-closed"
    text: ClassVar[Text] = Text("El caso no está cerrado.", "The case is not closed.")


class ReferralUndecided(Conflicting):
    """A case with a referral that waits for its answer is not closed."""

    referral_id: str
    code: ClassVar[str] = "referral-undecided"
    text: ClassVar[Text] = Text(
        "La canalización {referral_id} aún espera respuesta. Retírela o espere.",
        "Referral {referral_id} still waits for its answer. Withdraw it or wait.",
    )


class ReferredToItself(Invalid):
    """A referral goes to another institution."""

    code: ClassVar[str] = "referred-to-itself"
    text: ClassVar[Text] = Text(
        "Una institución no se canaliza casos a sí misma.",
        "An institution does not refer cases to itself.",
    )


class AddresseeNotRegistered(Missing):
    """A referral goes to an institution of the directory."""

    code: ClassVar[str] = "addressee-not-registered"
    text: ClassVar[Text] = Text(
        "La institución destinataria no está en el directorio.",
        "The addressed institution is not in the directory.",
    )


class AddresseeNotActive(Conflicting):
    """Nothing is referred to an institution that is suspended or closed."""

    status: str
    code: ClassVar[str] = "addressee-not-active"
    text: ClassVar[Text] = Text(
        "La institución destinataria no está activa ({status}); elija otra.",
        "The addressed institution is not active ({status}); choose another.",
    )


class AddresseeUnreachable(Conflicting):
    """A referral goes to an institution that has a way to answer."""

    code: ClassVar[str] = "addressee-unreachable"
    text: ClassVar[Text] = Text(
        "La institución destinataria no tiene con qué responder: ninguno de sus tokens está"
        " vigente. Elija otra, o avise a quien opera el sistema.",
        "The addressed institution has no way to answer: none of its tokens is in force. Choose"
        " another, or tell whoever runs the system.",
    )


class ProgrammeNotServed(Conflicting):
    """A referral goes to an institution that takes part in the case's programme."""

    programme: str
    code: ClassVar[str] = "programme-not-served"
    text: ClassVar[Text] = Text(
        "La institución destinataria no participa en el programa {programme}; elija otra.",
        "The addressed institution takes no part in the programme {programme}; choose another.",
    )


class CustodyElsewhere(Conflicting):
    """A case is handed on from the institution that has custody of it."""

    code: ClassVar[str] = "custody-elsewhere"
    text: ClassVar[Text] = Text(
        "Esa institución no responde por el caso.",
        "That institution does not answer for the case.",
    )


class CustodianAnswers(Conflicting):
    """Only what an inactive or unreachable institution holds is handed on for it."""

    code: ClassVar[str] = "custodian-answers"
    text: ClassVar[Text] = Text(
        "La institución que responde por el caso está activa y puede responder: ella lo canaliza.",
        "The institution that answers for the case is active and can answer: it refers the case.",
    )


class NothingNamed(Invalid):
    """A list of what is wanted names at least one thing."""

    code: ClassVar[str] = "nothing-named"
    text: ClassVar[Text] = Text(
        "«{field}» debe nombrar al menos un elemento.",
        "“{field}” must name at least one thing.",
    )


class TransferAlreadyOpen(Conflicting):
    """A case has one open transfer at a time, so that custody can only move to one institution."""

    referral_id: str
    code: ClassVar[str] = "transfer-already-open"
    text: ClassVar[Text] = Text(
        "El caso ya tiene abierta la transferencia {referral_id}. Retírela o espere.",
        "The case has the open transfer {referral_id} already. Withdraw it or wait.",
    )


class TooManyReferrals(Conflicting):
    """A case has a limited number of referrals, whatever became of them."""

    most: int
    code: ClassVar[str] = "too-many-referrals"
    text: ClassVar[Text] = Text(
        "El caso ya tuvo {most} canalizaciones, que es el máximo: no se canaliza más.",
        "The case has had {most} referrals, which is the most: it is referred no more.",
    )


class AlreadyReferredThere(Conflicting):
    """An institution has one open referral of a case at a time."""

    referral_id: str
    code: ClassVar[str] = "already-referred-there"
    text: ClassVar[Text] = Text(
        "Esa institución aún tiene abierta la canalización {referral_id} de este caso.",
        "That institution still has the open referral {referral_id} of this case.",
    )


class NotSuperseded(Invalid):
    """A referral made again names one of the case that was superseded."""

    code: ClassVar[str] = "not-superseded"
    text: ClassVar[Text] = Text(
        "«{field}» no es una canalización de este caso que haya quedado sin efecto.",
        "“{field}” is no superseded referral of this case.",
    )


class ReplacedWasToAnother(Invalid):
    """A referral is made again to the addressee that it had."""

    code: ClassVar[str] = "replaced-was-to-another"
    text: ClassVar[Text] = Text(
        "La canalización que se hace de nuevo era para otra institución.",
        "The referral that is made again was to another institution.",
    )


class AlreadyReplaced(Conflicting):
    """A superseded referral is made again once."""

    referral_id: str
    code: ClassVar[str] = "already-replaced"
    text: ClassVar[Text] = Text(
        "Esa canalización ya se hizo de nuevo: {referral_id}.",
        "That referral was made again already: {referral_id}.",
    )


class TransferNotRevoked(Conflicting):
    """What moved custody is not revoked; only a share is."""

    code: ClassVar[str] = "transfer-not-revoked"
    text: ClassVar[Text] = Text(
        "Una transferencia aceptada no se revoca: la responsabilidad del caso ya pasó con ella.",
        "An accepted transfer is not revoked: custody of the case has moved with it.",
    )


class ReferralNotFound(Missing):
    """The case has no such referral."""

    code: ClassVar[str] = "referral-not-found"
    text: ClassVar[Text] = Text(
        "El caso no tiene esa canalización.",
        "The case has no such referral.",
    )


class NotTheAddressee(Forbidden):
    """Only the addressee acknowledges, asks for information, accepts and declines."""

    code: ClassVar[str] = "not-the-addressee"
    text: ClassVar[Text] = Text(
        "Solo la institución destinataria responde a esta canalización.",
        "Only the addressed institution answers this referral.",
    )


class NobodyDecidesTheirOwn(Forbidden):
    """The sender of a referral does not decide it; it can only withdraw it."""

    code: ClassVar[str] = "nobody-decides-their-own"
    text: ClassVar[Text] = Text(
        "Nadie resuelve la canalización que envió; puede retirarla.",
        "Nobody decides a referral of their own; it can be withdrawn.",
    )


class InformationNotAwaited(Conflicting):
    """Only what was asked can be answered."""

    code: ClassVar[str] = "information-not-awaited"
    text: ClassVar[Text] = Text(
        "Sobre esta canalización no se espera información.",
        "No information is awaited on this referral.",
    )


class TopicNotAwaited(Invalid):
    """An answer keeps to the topics that were asked for and are open: nothing more is shared."""

    topic: str
    code: ClassVar[str] = "topic-not-awaited"
    text: ClassVar[Text] = Text(
        "No se espera información sobre «{topic}»; comparta solo lo que se pidió y falta.",
        "No information about “{topic}” is awaited; share only what was asked for and is open.",
    )


class TopicNotAnswered(Invalid):
    """Only an answer that was given can have been given in error."""

    topic: str
    code: ClassVar[str] = "topic-not-answered"
    text: ClassVar[Text] = Text(
        "Sobre «{topic}» no hay respuesta que anular.",
        "There is no answer about “{topic}” to void.",
    )


class OfferLapsed(Conflicting):
    """A referral whose sender has passed the case on is not decided any more."""

    code: ClassVar[str] = "offer-lapsed"
    text: ClassVar[Text] = Text(
        "Otra institución responde ya por el caso; esta canalización no vuelve a abrirse.",
        "Another institution answers for the case by now; this referral does not open again.",
    )
