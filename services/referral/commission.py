"""Inter-institutional commissions (CIE): who is in one, who may vote, and when it can decide.

Each member institution has one vote, which its delegate casts. A commission has a technical
secretariat, whose administrator keeps the list of members, as stewards do.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from services.referral import directory, membership
from services.referral.directory_refusals import InstitutionNotRegistered, StewardsOnly
from services.referral.gathering_refusals import (
    AlreadyFormed,
    DelegatesOnly,
    MembershipNotYours,
    NotAMember,
    NotFormed,
    QuorumNotUsable,
)
from services.referral.institution import Listed
from services.referral.membership import (
    MEMBER,
    MemberCode,
    Members,
    Membership,
    Since,
    Until,
    members_on,
)
from services.referral.naming import NAME_LENGTH, code_not_usable, name_not_usable
from services.referral.quorum import AT_LEAST, Quorum
from shared.kernel.decider import Actor, Command, Decider, Decision, Known, Leans
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.free_text import normal
from shared.kernel.freshness import day_in
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, DELEGATE, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace


@lru_cache(maxsize=1024)
def stream_of(commission: str) -> UUID:
    """Return the id of the stream of the commission with this code."""
    return derived_id("commission", commission)


# --- facts ----------------------------------------------------------------------------------


class CommissionFormed(Value):
    """There is a commission. secretariat: the institution that keeps it."""

    commission: str
    name: str
    subdivision: Annotated[str, Coded("subdivisions")]
    programme: Annotated[str, Coded("programmes")]
    secretariat: str
    secretariat_version: int
    quorum: Quorum


class CommissionReformed(Value):
    """The commission was described again: its values now, and the names of those that changed."""

    commission: str
    name: str
    subdivision: Annotated[str, Coded("subdivisions")]
    programme: Annotated[str, Coded("programmes")]
    secretariat: str
    secretariat_version: int
    quorum: Quorum
    changed: tuple[str, ...]


class MemberSeated(Value):
    """An institution is a member from a day on, with one vote.

    institution_version: of its entry in the directory at that time.
    """

    commission: str
    institution: str
    since: date
    institution_version: int


class MemberUnseated(Value):
    """An institution that was seated on the day ``since`` is no member after a day."""

    commission: str
    institution: str
    since: date
    until: date


CommissionFact = CommissionFormed | CommissionReformed | MemberSeated | MemberUnseated

FACTS = stored_names(CommissionFact)

# --- states ---------------------------------------------------------------------------------


class NoCommission(Value):
    """There is no commission under this code."""


class Commission(Value):
    """A commission as it was last described, and all who are or were in it."""

    commission: str
    name: str
    subdivision: str
    programme: str
    secretariat: str
    quorum: Quorum
    members: Members = ()


def evolve(state: NoCommission | Commission, fact: CommissionFact) -> NoCommission | Commission:
    """Return the state after a fact."""
    if isinstance(fact, CommissionFormed):
        return Commission(**_remembered(fact))
    if isinstance(state, NoCommission):
        return state
    match fact:
        case CommissionReformed():
            return replace(state, **_remembered(fact))
        case MemberSeated(institution=institution, since=since):
            return replace(state, members=(*state.members, Membership(institution, since)))
        case MemberUnseated(institution=institution, until=until):
            return replace(state, members=membership.left(state.members, institution, until))
        case _:
            assert_never(fact)


def _remembered(fact: CommissionFormed | CommissionReformed) -> dict[str, Any]:
    return {name: value for name, value in fields_of(fact).items() if name not in _NOT_REMEMBERED}


_NOT_REMEMBERED = frozenset({"secretariat_version", "changed"})

# --- commands -------------------------------------------------------------------------------


class CommissionDescription(Command, kw_only=True):
    """What a commission is."""

    name: Annotated[
        str,
        Described(
            Text(
                "El de la comisión, nunca el de una persona.",
                "The commission's, never a person's.",
            ),
            least=1,
            most=NAME_LENGTH,
        ),
    ]
    subdivision: Annotated[
        str, Coded("subdivisions"), Described(Text("ISO 3166-2.", "ISO 3166-2."))
    ]
    programme: Annotated[
        str, Coded("programmes"), Described(Text("En qué programa.", "In which programme."))
    ]
    secretariat: Annotated[
        str,
        Described(
            Text(
                "La clave de la institución que es su secretaría técnica.",
                "The code of the institution that is its technical secretariat.",
            ),
            pattern=INSTITUTION_CODE,
        ),
    ]
    quorum: Annotated[
        Quorum,
        Described(Text("Cuántas han de votar.", "How many have to vote.")),
    ]


class FormCommission(CommissionDescription, kw_only=True):
    """Form a commission under a code of its own, which never changes."""

    title: ClassVar[Text] = Text("Formar una comisión", "Form a commission")
    description: ClassVar[Text] = Text(
        "Forma una comisión interinstitucional. Requiere el rol steward.",
        "Form an inter-institutional commission. Takes the role of steward.",
    )

    commission: Annotated[
        str,
        Described(Text("Su clave, para siempre.", "Its code, for ever."), pattern=INSTITUTION_CODE),
    ]


class ReformCommission(CommissionDescription, kw_only=True):
    """Describe a commission again, in full; its members stay."""

    title: ClassVar[Text] = Text("Reformar una comisión", "Reform a commission")
    description: ClassVar[Text] = Text(
        "Describe de nuevo una comisión, completa; quienes la integran siguen. Requiere el rol"
        " steward.",
        "Describe a commission again, whole; its members stay. Takes the role of steward.",
    )


class SeatMember(Command, kw_only=True):
    """An institution becomes a member, with one vote."""

    title: ClassVar[Text] = Text("Integrar una institución", "Seat a member")
    description: ClassVar[Text] = Text(
        "Integra una institución a la comisión, con un voto, desde un día. Con el rol steward, o"
        " con el rol administrator de la secretaría técnica.",
        "Seat an institution in the commission, with one vote, from a day on. With the role of"
        " steward, or with that of administrator of the technical secretariat.",
    )

    institution: MemberCode
    since: Since


class UnseatMember(Command, kw_only=True):
    """An institution ceases to be a member."""

    title: ClassVar[Text] = Text("Retirar una institución", "Unseat a member")
    description: ClassVar[Text] = Text(
        "Dice hasta qué día integró la comisión una institución. Con el rol steward, o con el rol"
        " administrator de la secretaría técnica.",
        "Say until which day an institution was in the commission. With the role of steward, or"
        " with that of administrator of the technical secretariat.",
    )

    institution: MemberCode
    until: Until


CommissionCommand = FormCommission | ReformCommission | SeatMember | UnseatMember

SECRETARIAT = "secretariat"
"""The name under which the rules get the secretariat's entry."""

# --- who decides, and when -------------------------------------------------------------------


def may_vote(state: NoCommission | Commission, actor: Actor, on: date) -> Refusal | None:
    """Refuse a vote to whoever does not speak for a member on that day; None: it counts."""
    if isinstance(state, NoCommission):
        return NotFormed()
    if actor.role != DELEGATE:
        return DelegatesOnly()
    return None if actor.institution in members_on(state.members, on) else NotAMember()


def has_quorum(state: NoCommission | Commission, votes: Collection[str], on: date) -> bool:
    """Whether enough members have voted to decide on that day.

    votes: the institutions that voted; of each one counts, and none of who is no member that day.
    """
    if isinstance(state, NoCommission):
        return False
    members = members_on(state.members, on)
    return len(members.intersection(votes)) >= state.quorum.needed(len(members))


# --- decide ---------------------------------------------------------------------------------


def leans_on(command: CommissionCommand, state: NoCommission | Commission) -> Leans:
    """Return the entry of the secretariat, or of who becomes a member."""
    del state
    match command:
        case FormCommission(secretariat=code) | ReformCommission(secretariat=code):
            return {SECRETARIAT: (directory.DECIDER, directory.stream_of(code))}
        case SeatMember(institution=code):
            return {MEMBER: (directory.DECIDER, directory.stream_of(code))}
        case UnseatMember():
            return {}
        case _:
            assert_never(command)


def decide(
    command: CommissionCommand, state: NoCommission | Commission, known: Mapping[str, Known]
) -> Decision:
    if refusal := _not_theirs(command, state):
        return refusal
    if isinstance(command, FormCommission):
        return code_not_usable("commission", command.commission) or _formed(
            command, state, known[SECRETARIAT]
        )
    if isinstance(state, NoCommission):
        return NotFormed()
    match command:
        case ReformCommission():
            return _reformed(command, state, known[SECRETARIAT])
        case SeatMember():
            return _seated(command, state, known[MEMBER])
        case UnseatMember():
            return _unseated(command, state)
        case _:
            assert_never(command)


def _formed(
    command: FormCommission, state: NoCommission | Commission, secretariat: Known
) -> Decision:
    """Return one fact; none if it stands so already."""
    wanted = _described(command, command.commission)
    if isinstance(state, Commission):
        return () if wanted.items() <= fields_of(state).items() else AlreadyFormed()
    return _not_usable(command, secretariat) or (
        CommissionFormed(**wanted, secretariat_version=secretariat.version),
    )


def _reformed(command: ReformCommission, state: Commission, secretariat: Known) -> Decision:
    """Return one fact; none if nothing changes."""
    after, before = _described(command, state.commission), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    if not changed:
        return ()
    return _not_usable(command, secretariat) or (
        CommissionReformed(**after, secretariat_version=secretariat.version, changed=changed),
    )


def _seated(command: SeatMember, state: Commission, entry: Known) -> Decision:
    """Return one fact; none if it is a member since that day already."""
    there = membership.open_membership(state.members, command.institution)
    if there is not None and there.since == command.since:
        return ()
    code, since = command.institution, command.since
    today = day_in(state.subdivision, command.at)
    return membership.cannot_join(state.members, code, since, today, entry) or (
        MemberSeated(state.commission, code, since, entry.version),
    )


def _unseated(command: UnseatMember, state: Commission) -> Decision:
    there = membership.open_membership(state.members, command.institution)
    if there is None:
        return NotAMember()
    today = day_in(state.subdivision, command.at)
    return membership.cannot_leave(there, command.until, today) or (
        MemberUnseated(state.commission, command.institution, there.since, command.until),
    )


def _described(command: CommissionDescription, commission: str) -> dict[str, Any]:
    return {
        "commission": commission,
        "name": normal(command.name),
        "subdivision": command.subdivision,
        "programme": command.programme,
        "secretariat": command.secretariat,
        "quorum": command.quorum,
    }


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: CommissionCommand, state: NoCommission | Commission) -> Refusal | None:
    by = command.by
    if by.role in {STEWARD, OPERATOR}:
        return None
    if isinstance(command, CommissionDescription):
        return StewardsOnly()
    keeps = isinstance(state, Commission) and state.secretariat == by.institution
    return None if keeps and by.role == ADMINISTRATOR else MembershipNotYours()


def _not_usable(command: CommissionDescription, secretariat: Known) -> Refusal | None:
    return (
        name_not_usable("name", command.name)
        or codes_not_known(command)
        or _no_quorum(command.quorum)
        or (None if isinstance(secretariat.state, Listed) else InstitutionNotRegistered())
    )


def _no_quorum(quorum: Quorum) -> Refusal | None:
    """Refuse a number without the rule that takes one, and that rule without a number."""
    usable = (
        quorum.number is not None and quorum.number > 0
        if quorum.rule == AT_LEAST
        else quorum.number is None
    )
    return None if usable else QuorumNotUsable(field="quorum")


DECIDER: Decider[NoCommission | Commission] = Decider(
    nothing=NoCommission(), decide=decide, evolve=evolve, leans_on=leans_on
)
