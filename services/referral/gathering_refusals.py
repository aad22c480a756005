"""The refusals of what institutions form together: networks, regions and commissions."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class NotFormed(Missing):
    """There is no such network, region or commission."""

    code: ClassVar[str] = "not-formed"
    text: ClassVar[Text] = Text(
        "No hay tal red, región ni comisión. Revise la clave, o fórmela primero.",
        "There is no such network, region or commission. Check the code, or form it first.",
    )


class AlreadyFormed(Conflicting):
    """A code names one network, region or commission."""

    code: ClassVar[str] = "already-formed"
    text: ClassVar[Text] = Text(
        "Esa clave ya lleva otros datos. Use otra clave, o cambie lo que hay.",
        "That code has other values already. Use another code, or change what is there.",
    )


class InstitutionNotActive(Conflicting):
    """Who is suspended or closed joins nothing."""

    status: str
    code: ClassVar[str] = "institution-not-active"
    text: ClassVar[Text] = Text(
        "La institución no participa ahora: {status}. Reactívela primero.",
        "The institution does not take part now: {status}. Reactivate it first.",
    )


class MembershipNotYours(Forbidden):
    """Who is a member is said by a steward, by the institution that leaves, or the secretariat."""

    code: ClassVar[str] = "membership-not-yours"
    text: ClassVar[Text] = Text(
        "Quién la integra lo dice el rol steward, o el rol administrator: en una red, el de la"
        " institución que sale; en una comisión, el de su secretaría técnica.",
        "Who is a member is said by the role of steward, or by that of administrator: in a"
        " network, of the institution that leaves; in a commission, of its secretariat.",
    )


class NotAMember(Conflicting):
    """The institution is not a member, or not on that day."""

    code: ClassVar[str] = "not-a-member"
    text: ClassVar[Text] = Text(
        "La institución no la integra, o no en ese día.",
        "The institution is no member, or not on that day.",
    )


class StillAMemberThen(Invalid):
    """Two memberships of one institution do not overlap."""

    code: ClassVar[str] = "still-a-member-then"
    text: ClassVar[Text] = Text(
        "«{field}»: la institución ya la integraba en ese día. Indique un día después de su"
        " salida.",
        "“{field}”: the institution was a member on that day already. Give a day after it left.",
    )


class LeavesBeforeItJoined(Invalid):
    """The last day of a membership is not before its first one."""

    code: ClassVar[str] = "leaves-before-it-joined"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior al día en que se integró. Indique ese día o uno posterior.",
        "“{field}” is before the day on which it joined. Give that day or a later one.",
    )


class DelegatesOnly(Forbidden):
    """A member's vote is cast by its delegate."""

    code: ClassVar[str] = "delegates-only"
    text: ClassVar[Text] = Text(
        "El voto de una institución lo da quien la representa: el rol delegate.",
        "An institution's vote is cast by who speaks for it: the role of delegate.",
    )


class QuorumNotUsable(Invalid):
    """The rule ``at-least`` takes a number; the others take none."""

    code: ClassVar[str] = "quorum-not-usable"
    text: ClassVar[Text] = Text(
        "«{field}»: la regla at-least lleva un número de 1 en adelante; las demás, ninguno.",
        "“{field}”: the rule at-least takes a number from 1 on; the others take none.",
    )
