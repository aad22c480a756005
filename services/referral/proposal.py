"""A member's proposal: made, discussed in documents, and decided by somebody else.

What is proposed and what is said about it stands in documents; here stand who, what about, and how
it went. Its owner is the institution that proposes; a steward or coordinator of another decides.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.referral.undertaking import (
    KEEPERS,
    TEXTS,
    Ended,
    Owner,
    Programme,
    Reason,
    Subdivision,
    cannot_take_part,
    entry_of,
    not_the_owner,
    owner_of,
)
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Conflicting, Forbidden, Missing, Refusal
from shared.kernel.roles import COORDINATOR
from shared.kernel.text import Text
from shared.kernel.times import MAIN, Place
from shared.kernel.value import Value, fields_of, replace


def stream_of(proposal_id: UUID) -> UUID:
    """Return the id of the stream of the proposal with this id."""
    return derived_id("proposal", str(proposal_id))


# --- facts ----------------------------------------------------------------------------------


class AboutProposal(Value):
    """A fact about one proposal."""

    proposal_id: UUID


class ProposalMade(AboutProposal):
    """A member proposed something. owner_version: of its entry in the directory then.

    decide_by: the day by which it should be decided. texts: the document with its words.
    """

    owner: str
    owner_version: int
    programme: str
    topic: str
    subdivision: str | None
    decide_by: date | None
    texts: DocumentRef | None


class ProposalDiscussed(AboutProposal):
    """An institution said what it thinks of it. texts: the document with its words."""

    institution: str
    stance: str
    texts: DocumentRef | None


class ProposalDecided(AboutProposal):
    """It was adopted, rejected or postponed. institution: who says so. texts: why, in words."""

    institution: str
    decision: str
    texts: DocumentRef | None


class ProposalWithdrawn(AboutProposal):
    """Its owner does not propose it any more."""

    reason: str


ProposalFact = ProposalMade | ProposalDiscussed | ProposalDecided | ProposalWithdrawn

FACTS = stored_names(ProposalFact)

# --- states ---------------------------------------------------------------------------------


class NotProposed(Value):
    """There is no such proposal."""


class Proposed(Value):
    """A proposal, and how often it was discussed. status: a code of ``proposal_statuses``."""

    proposal_id: UUID
    owner: str
    programme: str
    topic: str
    subdivision: str | None
    decide_by: date | None
    texts: DocumentRef | None
    status: str = "open"
    discussed: int = 0

    @property
    def undecided(self) -> bool:
        """Whether it may still be discussed, decided and withdrawn."""
        return self.status in {"open", "postponed"}


Proposal = NotProposed | Proposed

# --- commands -------------------------------------------------------------------------------


class MakeProposal(Command, kw_only=True):
    """Propose something to those who take part in a programme."""

    title: ClassVar[Text] = Text("Proponer", "Propose")
    description: ClassVar[Text] = Text(
        "Registra lo que propone una institución que participa: quien la administra, o cualquiera"
        " con el rol steward. Las palabras van en un documento.",
        "Record what an institution that takes part proposes: its administrator, or any with the"
        " role of steward. The words are in a document.",
    )

    proposal_id: UUID
    owner: Owner = None
    programme: Programme
    topic: Annotated[str, Coded("proposal_topics"), Described(Text("Sobre qué.", "What about."))]
    subdivision: Subdivision = None
    decide_by: Annotated[
        date | None,
        Described(Text("Para cuándo debe decidirse.", "By when it should be decided.")),
    ] = None
    texts: Annotated[DocumentRef | None, TEXTS] = None


class DiscussProposal(Command, kw_only=True):
    """Say what one's institution thinks of it."""

    title: ClassVar[Text] = Text("Discutir", "Discuss")
    description: ClassVar[Text] = Text(
        "Dice qué piensa la propia institución de una propuesta que no se ha decidido.",
        "Say what one's own institution thinks of a proposal that is not decided.",
    )

    stance: Annotated[str, Coded("proposal_stances"), Described(Text("Qué dice.", "What it says."))]
    texts: Annotated[DocumentRef | None, TEXTS] = None


class DecideProposal(Command, kw_only=True):
    """Adopt, reject or postpone it."""

    title: ClassVar[Text] = Text("Decidir", "Decide")
    description: ClassVar[Text] = Text(
        "Dice cómo se decidió una propuesta. Requiere el rol coordinator o steward, de otra"
        " institución que la que propone.",
        "Say how a proposal was decided. Takes the role of coordinator or steward, of another"
        " institution than the one that proposes.",
    )

    decision: Annotated[
        str, Coded("proposal_decisions"), Described(Text("Cómo se decidió.", "How it was."))
    ]
    texts: Annotated[DocumentRef | None, TEXTS] = None


class WithdrawProposal(Command, kw_only=True):
    """Not propose it any more."""

    title: ClassVar[Text] = Text("Retirar la propuesta", "Withdraw the proposal")
    description: ClassVar[Text] = Text(
        "Dice que ya no se propone, y por qué: la institución que la hizo.",
        "Say that it is not proposed any more, and why: the institution that made it.",
    )

    reason: Reason


ProposalCommand = MakeProposal | DiscussProposal | DecideProposal | WithdrawProposal

# --- refusals -------------------------------------------------------------------------------


class NoSuchProposal(Missing):
    """Nothing was recorded under this id."""

    code: ClassVar[str] = "no-such-proposal"
    text: ClassVar[Text] = Text("No hay tal propuesta.", "There is no such proposal.")


class ProposalAlreadyMade(Conflicting):
    """An id names one proposal."""

    code: ClassVar[str] = "proposal-already-made"
    text: ClassVar[Text] = Text(
        "Esa propuesta ya se registró, con otros datos.",
        "That proposal was recorded already, with other values.",
    )


class OwnProposal(Forbidden):
    """Nobody decides what its own institution proposes."""

    code: ClassVar[str] = "own-proposal"
    text: ClassVar[Text] = Text(
        "La propuso su institución: la decide quien coordina u opera desde otra.",
        "Your institution proposed it: a coordinator or steward of another decides.",
    )


class NotADecider(Forbidden):
    """A coordinator or a steward says how a proposal was decided."""

    code: ClassVar[str] = "not-a-decider"
    text: ClassVar[Text] = Text(
        "Solo quien coordina (coordinator) o quien opera la plataforma (steward) lo decide.",
        "Only a coordinator or a steward decides it.",
    )


# --- decide ---------------------------------------------------------------------------------

OWNER = "owner"
"""The name under which the rules get the owner's entry in the directory."""


def leans_on(command: ProposalCommand, _: Proposal) -> Leans:
    """Return the owner's entry, if a proposal is made."""
    if not isinstance(command, MakeProposal):
        return {}
    return {OWNER: entry_of(owner_of(command.by, command.owner))}


def decide(command: ProposalCommand, state: Proposal, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, MakeProposal):
        return _made(command, state, known)
    if isinstance(state, NotProposed):
        return NoSuchProposal()
    refusal = _not_theirs(command, state) or codes_not_known(command)
    if refusal is None and not state.undecided:
        refusal = Ended(state.status)
    return refusal or _next(command, state)


def _made(command: MakeProposal, state: Proposal, known: Mapping[str, Known]) -> Decision:
    owner = owner_of(command.by, command.owner)
    entry = known[OWNER]
    wanted = ProposalMade(
        command.proposal_id,
        owner,
        entry.version,
        command.programme,
        command.topic,
        command.subdivision,
        command.decide_by,
        command.texts,
    )
    if not isinstance(state, NotProposed):
        return () if _described(wanted).items() <= fields_of(state).items() else _TAKEN
    return (
        not_the_owner(command.by, owner)
        or cannot_take_part({OWNER: entry})
        or codes_not_known(command)
        or (wanted,)
    )


_TAKEN = ProposalAlreadyMade()


def _described(fact: ProposalMade) -> dict[str, Any]:
    described = fields_of(fact)
    del described["owner_version"]
    return described


def _not_theirs(
    command: DiscussProposal | DecideProposal | WithdrawProposal, state: Proposed
) -> Refusal | None:
    match command:
        case WithdrawProposal():
            return not_the_owner(command.by, state.owner)
        case DecideProposal():
            if command.by.role not in {COORDINATOR, *KEEPERS}:
                return NotADecider()
            return OwnProposal() if command.by.institution == state.owner else None
        case _:
            return not_the_owner(command.by, command.by.institution)


def _next(
    command: DiscussProposal | DecideProposal | WithdrawProposal, state: Proposed
) -> Decision:
    by, which = command.by.institution, state.proposal_id
    match command:
        case WithdrawProposal(reason=reason):
            return (ProposalWithdrawn(which, reason),)
        case DecideProposal(decision=decision, texts=texts):
            same = decision == state.status
            return () if same else (ProposalDecided(which, by, decision, texts),)
        case _:
            return (ProposalDiscussed(which, by, command.stance, command.texts),)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Proposal, fact: ProposalFact) -> Proposal:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ProposalMade):
        return Proposed(**_described(fact))
    if isinstance(state, NotProposed):
        return state
    match fact:
        case ProposalDiscussed():
            return replace(state, discussed=state.discussed + 1)
        case ProposalDecided(decision=decision):
            return replace(state, status=decision)
        case _:
            return replace(state, status="withdrawn")


_REMARK = Place(turns=False, adds=True)


def place(fact: ProposalFact) -> Place:
    """Return a fact's place: what is said about it comes in any order between two decisions."""
    return _REMARK if isinstance(fact, ProposalDiscussed) else MAIN


DECIDER: Decider[Proposal] = Decider(
    nothing=NotProposed(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)
