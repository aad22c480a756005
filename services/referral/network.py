"""Networks: institutions that refer to each other in a programme, and by which agreement.

A network is an entity with members of its own; stewards form it and say who joins.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.referral import agreement, agreements, directory, membership
from services.referral.agreement_refusals import AgreementNotDrafted, NotAParty, NotSignedYet
from services.referral.directory_refusals import StewardsOnly
from services.referral.gathering_refusals import (
    AlreadyFormed,
    MembershipNotYours,
    NotAMember,
    NotFormed,
)
from services.referral.membership import MEMBER, MemberCode, Members, Membership, Since, Until
from services.referral.naming import NAME_LENGTH, code_not_usable, name_not_usable
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.free_text import normal
from shared.kernel.freshness import day_in
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace


@lru_cache(maxsize=1024)
def stream_of(network: str) -> UUID:
    """Return the id of the stream of the network with this code."""
    return derived_id("network", network)


# --- facts ----------------------------------------------------------------------------------


class NetworkFormed(Value):
    """There is a network of institutions in a programme."""

    network: str
    name: str
    programme: Annotated[str, Coded("programmes")]


class NetworkJoined(Value):
    """An institution is a member from a day on.

    agreement_id: the agreement by which it joined, and agreement_version its version at that time;
    None: not stated. institution_version: of its entry in the directory at that time.
    """

    network: str
    institution: str
    since: date
    agreement_id: UUID | None
    institution_version: int
    agreement_version: int | None = None


class NetworkLeft(Value):
    """An institution that joined on the day ``since`` is no member after a day."""

    network: str
    institution: str
    since: date
    until: date


NetworkFact = NetworkFormed | NetworkJoined | NetworkLeft

FACTS = stored_names(NetworkFact)

# --- states ---------------------------------------------------------------------------------


class NoNetwork(Value):
    """There is no network under this code."""


class Network(Value):
    """A network and all who are or were in it."""

    network: str
    name: str
    programme: str
    members: Members = ()


def evolve(state: NoNetwork | Network, fact: NetworkFact) -> NoNetwork | Network:
    """Return the state after a fact."""
    if isinstance(fact, NetworkFormed):
        return Network(**fields_of(fact))
    if isinstance(state, NoNetwork):
        return state
    match fact:
        case NetworkJoined(institution=institution, since=since, agreement_id=agreement):
            one = Membership(institution, since, agreement_id=agreement)
            return replace(state, members=(*state.members, one))
        case NetworkLeft(institution=institution, until=until):
            return replace(state, members=membership.left(state.members, institution, until))
        case _:
            assert_never(fact)


# --- commands -------------------------------------------------------------------------------


class FormNetwork(Command, kw_only=True):
    """Form a network under a code of its own, which never changes."""

    title: ClassVar[Text] = Text("Formar una red", "Form a network")
    description: ClassVar[Text] = Text(
        "Forma una red de instituciones en un programa. Requiere el rol steward.",
        "Form a network of institutions in a programme. Takes the role of steward.",
    )

    network: Annotated[
        str,
        Described(Text("Su clave, para siempre.", "Its code, for ever."), pattern=INSTITUTION_CODE),
    ]
    name: Annotated[
        str,
        Described(
            Text("El de la red, nunca el de una persona.", "The network's, never a person's."),
            least=1,
            most=NAME_LENGTH,
        ),
    ]
    programme: Annotated[
        str, Coded("programmes"), Described(Text("En qué programa.", "In which programme."))
    ]


class JoinNetwork(Command, kw_only=True):
    """An institution becomes a member."""

    title: ClassVar[Text] = Text("Unir una institución a una red", "Join an institution")
    description: ClassVar[Text] = Text(
        "Une una institución a la red, desde un día y por un convenio. Requiere el rol steward.",
        "Join an institution to the network, from a day on and by an agreement. Takes the role of"
        " steward.",
    )

    institution: MemberCode
    since: Since
    agreement_id: Annotated[
        UUID | None,
        Described(
            Text(
                "El convenio firmado por el que se une; null: no se dice.",
                "The signed agreement by which it joins; null: not stated.",
            )
        ),
    ] = None


class LeaveNetwork(Command, kw_only=True):
    """An institution ceases to be a member."""

    title: ClassVar[Text] = Text("Salir de una red", "Leave a network")
    description: ClassVar[Text] = Text(
        "Dice hasta qué día integró la red una institución: la propia con el rol administrator,"
        " cualquiera con el rol steward.",
        "Say until which day an institution was in the network: one's own with the role of"
        " administrator, any with the role of steward.",
    )

    institution: MemberCode
    until: Until


AGREEMENT = "agreement"
"""The name under which the rules get the agreement by which somebody joins."""
NetworkCommand = FormNetwork | JoinNetwork | LeaveNetwork

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: NetworkCommand, state: NoNetwork | Network) -> Leans:
    """Return the entry of an institution that joins, and the agreement by which it does."""
    del state
    if not isinstance(command, JoinNetwork):
        return {}
    entry: Leans = {MEMBER: (directory.DECIDER, directory.stream_of(command.institution))}
    if command.agreement_id is None:
        return entry
    return {**entry, AGREEMENT: (agreements.DECIDER, agreements.stream_of(command.agreement_id))}


def decide(
    command: NetworkCommand, state: NoNetwork | Network, known: Mapping[str, Known]
) -> Decision:
    if refusal := _not_theirs(command):
        return refusal
    if isinstance(command, FormNetwork):
        return _not_usable(command) or _formed(command, state)
    if isinstance(state, NoNetwork):
        return NotFormed()
    if isinstance(command, JoinNetwork):
        return _joined(command, state, known)
    return _left(command, state)


def _formed(command: FormNetwork, state: NoNetwork | Network) -> Decision:
    """Return one fact; none if it stands so already."""
    fact = NetworkFormed(command.network, normal(command.name), command.programme)
    if isinstance(state, NoNetwork):
        return (fact,)
    same = fields_of(fact).items() <= fields_of(state).items()
    return () if same else AlreadyFormed()


def _joined(command: JoinNetwork, state: Network, known: Mapping[str, Known]) -> Decision:
    """Return one fact; none if it is a member since that day already, by that agreement."""
    there = membership.open_membership(state.members, command.institution)
    wanted = Membership(command.institution, command.since, agreement_id=command.agreement_id)
    if there == wanted:
        return ()
    code, entry, agreed = command.institution, known[MEMBER], known.get(AGREEMENT)
    today = day_in(None, command.at)
    return (
        membership.cannot_join(state.members, code, command.since, today, entry)
        or _not_agreed(code, agreed)
        or (
            NetworkJoined(
                state.network,
                code,
                command.since,
                command.agreement_id,
                entry.version,
                agreed.version if agreed else None,
            ),
        )
    )


def _not_agreed(institution: str, agreed: Known | None) -> Refusal | None:
    """Refuse an agreement that is not signed by all, or to which the institution is no party."""
    if agreed is None:
        return None
    state: agreement.AgreementState = agreed.state
    if isinstance(state, agreement.NotDrafted):
        return AgreementNotDrafted()
    if institution not in state.parties:
        return NotAParty(field="institution", parties=", ".join(state.parties))
    return None if state.is_signed else NotSignedYet(unsigned=", ".join(state.unsigned))


def _left(command: LeaveNetwork, state: Network) -> Decision:
    there = membership.open_membership(state.members, command.institution)
    if there is None:
        return NotAMember()
    return membership.cannot_leave(there, command.until, day_in(None, command.at)) or (
        NetworkLeft(state.network, command.institution, there.since, command.until),
    )


def _not_theirs(command: NetworkCommand) -> Refusal | None:
    by = command.by
    if by.role in {STEWARD, OPERATOR}:
        return None
    if not isinstance(command, LeaveNetwork):
        return StewardsOnly()
    own = by.role == ADMINISTRATOR and by.institution == command.institution
    return None if own else MembershipNotYours()


def _not_usable(command: FormNetwork) -> Refusal | None:
    return (
        code_not_usable("network", command.network)
        or name_not_usable("name", command.name)
        or codes_not_known(command)
    )


DECIDER: Decider[NoNetwork | Network] = Decider(
    nothing=NoNetwork(), decide=decide, evolve=evolve, leans_on=leans_on
)
