"""The refusals of agreements."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class AgreementNotDrafted(Missing):
    """There is no agreement with this id."""

    code: ClassVar[str] = "agreement-not-drafted"
    text: ClassVar[Text] = Text(
        "No hay un convenio con ese id. Revíselo, o redáctelo primero.",
        "There is no agreement with that id. Check it, or draft it first.",
    )


class AgreementAlreadyDrafted(Conflicting):
    """An agreement with this id is there, with other terms."""

    code: ClassVar[str] = "agreement-already-drafted"
    text: ClassVar[Text] = Text(
        "Ya hay un convenio con ese id y otros términos. Revise aquel, o use otro id.",
        "There is an agreement with that id and other terms. Revise that one, or use another id.",
    )


class NotTheirAgreement(Forbidden):
    """An agreement is drafted, revised, suspended and terminated by its parties, or a steward."""

    code: ClassVar[str] = "not-their-agreement"
    text: ClassVar[Text] = Text(
        "De un convenio disponen quienes administran una de sus partes (rol administrator) y quien"
        " opera la plataforma (rol steward).",
        "An agreement is kept by its parties' administrators (role administrator) and by stewards"
        " (role steward).",
    )


class NotTheSignatory(Forbidden):
    """A party signs for itself; a steward records signatures on paper."""

    code: ClassVar[str] = "not-the-signatory"
    text: ClassVar[Text] = Text(
        "Cada parte firma por sí misma (rol administrator); quien opera la plataforma (rol steward)"
        " registra lo firmado en papel.",
        "Each party signs for itself (role administrator); a steward records what was signed on"
        " paper.",
    )


class RenewedByTheSteward(Forbidden):
    """A renewal binds all parties, so none of them records it alone."""

    code: ClassVar[str] = "renewed-by-the-steward"
    text: ClassVar[Text] = Text(
        "Una renovación obliga a todas las partes: la registra quien opera la plataforma (rol"
        " steward), con el documento firmado.",
        "A renewal binds all parties: a steward records it, with the signed document.",
    )


class NotAParty(Invalid):
    """Only parties sign an agreement."""

    parties: str
    code: ClassVar[str] = "not-a-party"
    text: ClassVar[Text] = Text(
        "Esa institución no es parte del convenio. Las partes: {parties}.",
        "That institution is no party to the agreement. The parties: {parties}.",
    )


class PartiesTooFew(Invalid):
    """An agreement is between two institutions or more."""

    code: ClassVar[str] = "parties-too-few"
    text: ClassVar[Text] = Text(
        "Un convenio es entre dos instituciones o más; nombre a todas en «{field}».",
        "An agreement is between two institutions or more; name all of them in “{field}”.",
    )


class PartyNotRegistered(Invalid):
    """The parties are institutions of the directory."""

    number: int
    code: ClassVar[str] = "party-not-registered"
    text: ClassVar[Text] = Text(
        "La número {number} de «{field}» no está en el directorio. Revise su clave, o registre la"
        " institución primero.",
        "Number {number} of “{field}” is not in the directory. Check its code, or register the"
        " institution first.",
    )


class TitleNotUsable(Invalid):
    """An agreement has a title of one line that can be seen."""

    code: ClassVar[str] = "title-not-usable"
    text: ClassVar[Text] = Text(
        "El título es una línea visible de 1 a 200 caracteres, sin espacios al principio ni al"
        " final.",
        "The title is one line of 1 to 200 characters that can be seen, without blanks around it.",
    )


class NoDataCategory(Invalid):
    """A data-sharing agreement says which data it is about."""

    code: ClassVar[str] = "no-data-category"
    text: ClassVar[Text] = Text(
        "Un convenio de intercambio de datos dice cuáles: nombre al menos una categoría en"
        " «{field}».",
        "A data-sharing agreement says which data: name at least one category in “{field}”.",
    )


class EndsBeforeItBegins(Invalid):
    """The last day of validity is not before the first."""

    code: ClassVar[str] = "agreement-ends-before-it-begins"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior al primer día de vigencia. Corrija una de las dos fechas.",
        "“{field}” is before the first day of validity. Correct one of the two dates.",
    )


class NotLater(Invalid):
    """A renewal sets a later last day, or none."""

    valid_until: str
    code: ClassVar[str] = "not-later"
    text: ClassVar[Text] = Text(
        "Una renovación prolonga la vigencia, que hoy llega hasta {valid_until}. Dé un día"
        " posterior, o ninguno.",
        "A renewal prolongs the validity, which ends on {valid_until} now. Give a later day, or"
        " none.",
    )


class SignedInTheFuture(Invalid):
    """A signature is of today or of before."""

    code: ClassVar[str] = "signed-in-the-future"
    text: ClassVar[Text] = Text(
        "«{field}» es un día que aún no llega. Registre la firma cuando ocurra.",
        "“{field}” is a day still to come. Record the signature when it has happened.",
    )


class AlreadySigned(Conflicting):
    """An agreement that all parties have signed is not revised."""

    code: ClassVar[str] = "already-signed"
    text: ClassVar[Text] = Text(
        "Todas las partes lo firmaron: ya no se revisa. Renuévelo, o termínelo y redacte otro.",
        "All parties have signed it: it is not revised any more. Renew it, or terminate it and"
        " draft another.",
    )


class NotSignedYet(Conflicting):
    """What is renewed, suspended or resumed has been signed by all parties."""

    unsigned: str
    code: ClassVar[str] = "not-signed-yet"
    text: ClassVar[Text] = Text(
        "Aún no lo firman todas las partes; faltan: {unsigned}.",
        "Not all parties have signed it yet; missing: {unsigned}.",
    )


class AgreementIsOver(Conflicting):
    """A terminated agreement changes no more."""

    since: str
    code: ClassVar[str] = "agreement-is-over"
    text: ClassVar[Text] = Text(
        "El convenio terminó el {since}. Redacte otro.",
        "The agreement was terminated on {since}. Draft another.",
    )


class SuspendedByAnother(Forbidden):
    """Who suspended an agreement resumes it, or a steward."""

    institution: str
    code: ClassVar[str] = "suspended-by-another"
    text: ClassVar[Text] = Text(
        "Lo suspendió {institution}: lo reanuda ella, o quien opera la plataforma (rol steward).",
        "{institution} suspended it: that institution resumes it, or a steward.",
    )


class NotSuspended(Conflicting):
    """Only a suspended agreement is resumed."""

    code: ClassVar[str] = "not-suspended"
    text: ClassVar[Text] = Text(
        "El convenio no está suspendido.", "The agreement is not suspended."
    )
