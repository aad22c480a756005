"""The refusals of links."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Invalid
from shared.kernel.text import Text


class AddresseeHasAccount(Conflicting):
    """Whoever has a token answers with it: a link is for those that have none."""

    code: ClassVar[str] = "addressee-has-account"
    text: ClassVar[Text] = Text(
        "La institución destinataria tiene con qué responder: no necesita enlace. Canalice sin él.",
        "The addressed institution has a way to answer: it needs no link. Refer without one.",
    )


class TransferNeedsAccount(Conflicting):
    """Custody moves to institutions that can act on the case."""

    code: ClassVar[str] = "transfer-needs-account"
    text: ClassVar[Text] = Text(
        "Una transferencia no se responde por enlace: quien recibe el caso necesita una cuenta."
        " Compártalo, o pida a quien opera el sistema una cuenta para esa institución.",
        "A transfer is not answered by a link: whoever takes the case on needs an account. Share"
        " it, or ask whoever runs the system for an account for that institution.",
    )


class ReferralNotWaiting(Conflicting):
    """A link is for a referral that still waits for its answer."""

    status: str
    code: ClassVar[str] = "referral-not-waiting"
    text: ClassVar[Text] = Text(
        "La canalización ya no espera respuesta ({status}): no hay enlace que dar ni que retirar.",
        "The referral waits for no answer any more ({status}): there is no link to give or to"
        " withdraw.",
    )


class NoLinkIssued(Conflicting):
    """Only a link that was issued, and not withdrawn since, is withdrawn."""

    code: ClassVar[str] = "no-link-issued"
    text: ClassVar[Text] = Text(
        "Esta canalización no tiene enlace que retirar.",
        "This referral has no link to withdraw.",
    )


class LinkReplaced(Conflicting):
    """The link was issued, and by the time of the answer another was asked for, or it was taken.

    Its secret would open nothing, so it is not shown.
    """

    code: ClassVar[str] = "link-replaced"
    text: ClassVar[Text] = Text(
        "El enlace que dio esa Idempotency-Key ya no sirve: se pidió otro después, o se retiró."
        " Entregue el otro; si nadie lo tiene, pida uno con una clave nueva.",
        "The link that this Idempotency-Key issued works no longer: another was asked for after it,"
        " or it was withdrawn. Hand over the other; if nobody has it, ask for one with a new key.",
    )


class LinkTooLong(Invalid):
    """A link expires soon."""

    days: int
    code: ClassVar[str] = "link-too-long"
    text: ClassVar[Text] = Text(
        "«{field}» debe ser un momento por venir, a más tardar dentro de {days} días.",
        "“{field}” must be a moment to come, {days} days from now at the latest.",
    )
