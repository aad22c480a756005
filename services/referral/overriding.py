"""Overriding an agreement: a supervisor of the custodian, for one case, one addressee, once."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.decisions import CUSTODIAN, CaseContext
from services.referral.institution import Listed
from services.referral.leaning_refusals import AlreadyOverridden, NotASupervisor
from services.referral.override import LASTS, AgreementOverridden
from services.referral.referral_facts import ReferralRequested
from services.referral.refusals import AddresseeNotRegistered, CaseIsClosed, ReferredToItself
from shared.kernel.decider import Command, Decision
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.life.refusals import not_yours
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SUPERVISOR
from shared.kernel.text import Text


class OverrideAgreement(Command, kw_only=True):
    """Let the case be referred once to an institution with which no agreement is in force."""

    title: ClassVar[Text] = Text("Dispensar el convenio", "Override the agreement")
    description: ClassVar[Text] = Text(
        "Permite canalizar el caso a esa institución una vez, en 72 horas, sin convenio vigente;"
        " canaliza otra persona. Requiere el rol supervisor de quien responde por el caso.",
        "Let the case be referred to that institution once, within 72 hours, without an agreement"
        " in force; another person refers it. Takes the role of supervisor of the custodian.",
    )

    override_id: Annotated[UUID, Described(Text("La dispensa.", "The override."))]
    addressee: Annotated[
        str,
        Described(
            Text("La clave de la destinataria.", "The addressee's code."), pattern=INSTITUTION_CODE
        ),
    ]
    reason: Annotated[
        str,
        Coded("agreement_override_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


def overridden(command: OverrideAgreement, known: CaseContext) -> Decision:
    """Override the agreement, if that is the custodian's to say, and there is such an addressee."""
    by = command.by
    if by.institution != known.custodianship.custodian:
        return not_yours((CUSTODIAN.code,))
    if by.role != SUPERVISOR:
        return NotASupervisor()
    return (
        _not_to_be_referred(command, known)
        or codes_not_known(command)
        or _already(command, known.overrides)
        or (
            AgreementOverridden(
                override_id=command.override_id,
                institution=by.institution,
                addressee=command.addressee,
                reason=command.reason,
                until=command.at + LASTS,
                subject=by.subject,
            ),
        )
    )


def left(
    overrides: Mapping[UUID, AgreementOverridden], fact: object
) -> Mapping[UUID, AgreementOverridden]:
    """Return the overrides that are left after a fact: each serves one referral."""
    match fact:
        case AgreementOverridden(override_id=override_id):
            return {**overrides, override_id: fact}
        case ReferralRequested(override_id=UUID() as used):
            return {each: override for each, override in overrides.items() if each != used}
        case _:
            return overrides


def _not_to_be_referred(command: OverrideAgreement, known: CaseContext) -> Refusal | None:
    """Refuse what no referral comes of: the case is closed, or the addressee is none."""
    if known.closed:
        return CaseIsClosed()
    if command.addressee == command.by.institution:
        return ReferredToItself("addressee")
    listed = known.addressee is not None and isinstance(known.addressee.state, Listed)
    return None if listed else AddresseeNotRegistered()


def _already(
    command: OverrideAgreement, overrides: Mapping[UUID, AgreementOverridden]
) -> AlreadyOverridden | None:
    for each in overrides.values():
        if each.serves(command.by.institution, command.addressee, command.at):
            return AlreadyOverridden(str(each.override_id), each.until.isoformat())
    return None
