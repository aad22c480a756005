"""The terms of an agreement, as its parties write them down, and what makes them usable."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.referral.agreement_refusals import (
    EndsBeforeItBegins,
    NoDataCategory,
    PartiesTooFew,
    PartyNotRegistered,
    TitleNotUsable,
)
from services.referral.institution import Listed
from services.referral.naming import name_not_usable
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Known
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.free_text import normal
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text

MOST_PARTIES = 20
_TITLE_LENGTH = 200
_DATA_SHARING = "data-sharing-agreement"
AgreementId = Annotated[UUID, Described(Text("El convenio.", "The agreement."))]


class AgreementTerms(Command, kw_only=True):
    """What an agreement says, in full."""

    kind: Annotated[
        str,
        Coded("agreement_kinds"),
        Described(Text("Qué clase de convenio es.", "What kind of agreement it is.")),
    ]
    title: Annotated[
        str,
        Described(
            Text(
                "Su título, sin datos de ninguna persona.",
                "Its title, without anything of a person.",
            ),
            least=1,
            most=_TITLE_LENGTH,
        ),
    ]
    parties: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "Las claves de las instituciones que lo firman, dos o más.",
                "The codes of the institutions that sign it, two or more.",
            ),
            least=2,
            most=MOST_PARTIES,
        ),
    ]
    programme: Annotated[
        str,
        Coded("programmes"),
        Described(Text("En qué programa rige.", "In which programme it is in force.")),
    ]
    services: Annotated[
        tuple[str, ...],
        Coded("service_kinds"),
        Described(
            Text(
                "De qué clases de servicios trata; lista vacía: de todas.",
                "Which kinds of services it is about; an empty list: all.",
            ),
            most=40,
        ),
    ] = ()
    data_categories: Annotated[
        tuple[str, ...],
        Coded("data_categories"),
        Described(
            Text(
                "Qué categorías de datos permite compartir.",
                "Which categories of data it lets its parties share.",
            ),
            most=20,
        ),
    ] = ()
    valid_from: Annotated[
        date,
        Described(Text("Su primer día de vigencia.", "Its first day of validity.")),
    ]
    valid_until: Annotated[
        date | None,
        Described(
            Text(
                "Su último día; null: hasta que se termine.",
                "Its last day; null: until it is terminated.",
            )
        ),
    ] = None
    texts: Annotated[
        DocumentRef | None,
        Described(
            Text(
                "El documento con su texto, por id y huella; null: ninguno.",
                "The document with its words, by id and digest; null: none.",
            )
        ),
    ] = None


class DraftAgreement(AgreementTerms, kw_only=True):
    """Write an agreement down, for its parties to sign."""

    heading: ClassVar[Text] = Text("Redactar un convenio", "Draft an agreement")
    description: ClassVar[Text] = Text(
        "Registra los términos de un convenio, para que sus partes lo firmen. Requiere el rol"
        " administrator de una de las partes, o steward. El id viene en Location.",
        "Write down the terms of an agreement, for its parties to sign. Takes the role of"
        " administrator of one of the parties, or of steward. The new id is in Location.",
    )

    agreement_id: AgreementId


class ReviseAgreement(AgreementTerms, kw_only=True):
    """Write its terms down again, in full; signatures of the former ones count no more."""

    heading: ClassVar[Text] = Text("Revisar un convenio", "Revise an agreement")
    description: ClassVar[Text] = Text(
        "Registra de nuevo los términos de un convenio que no firman aún todas las partes,"
        " completos; las firmas de antes ya no cuentan.",
        "Write down again, in full, the terms of an agreement that not all parties have signed;"
        " earlier signatures count no more.",
    )


def entry_name(party: str) -> str:
    """Return the name under which the rules get a party's entry in the directory."""
    return f"entry {party}"


def terms_of(command: AgreementTerms, agreement_id: UUID) -> dict[str, Any]:
    """Return what a command says of an agreement, as it is recorded."""
    return {
        "agreement_id": agreement_id,
        "kind": command.kind,
        "title": normal(command.title),
        "parties": canonical(command.parties),
        "programme": command.programme,
        "services": canonical(command.services),
        "data_categories": canonical(command.data_categories),
        "valid_from": command.valid_from,
        "valid_until": command.valid_until,
        "texts": command.texts,
    }


def invalid_terms(command: AgreementTerms, known: Mapping[str, Known]) -> Refusal | None:
    """Refuse terms that nobody can sign."""
    return (
        codes_not_known(command)
        or name_not_usable("title", command.title, _TITLE_LENGTH, TitleNotUsable)
        or _parties_not_usable(command, known)
        or _says_too_little(command)
    )


def _parties_not_usable(command: AgreementTerms, known: Mapping[str, Known]) -> Refusal | None:
    if len({*command.parties}) < 2:  # noqa: PLR2004 - whoever agrees with itself agrees with nobody
        return PartiesTooFew(field="parties")
    for number, party in enumerate(command.parties, 1):
        if not isinstance(known[entry_name(party)].state, Listed):
            return PartyNotRegistered(field="parties", number=number)
    return None


def _says_too_little(command: AgreementTerms) -> Refusal | None:
    if command.kind == _DATA_SHARING and not command.data_categories:
        return NoDataCategory(field="data_categories")
    until = command.valid_until
    if until is not None and until < command.valid_from:
        return EndsBeforeItBegins(field="valid_until")
    return None
