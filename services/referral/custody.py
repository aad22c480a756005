"""Who answers for a case, and to whom it was referred: one stream per case holds both.

So "exactly one institution has custody" is a matter of one fold: custody moves in the very fact
with which a transfer is accepted, and nowhere else.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.referral import decisions, directory, referral
from services.referral.decisions import Answer, Custodianship
from services.referral.referral import (
    TRANSFER,
    Accepted,
    Acknowledged,
    HandoverFact,
    InformationAnswered,
    InformationAwaited,
    InformationRequested,
    Referral,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralRequested,
    ReferralWithdrawn,
    Requested,
)
from services.referral.refusals import (
    AddresseeNotRegistered,
    AlreadyReferredThere,
    CaseIsInError,
    CaseNotTakenUp,
    NothingNamed,
    NotTheCustodian,
    ReferralAlreadyRequested,
    ReferralNotFound,
    ReferredToItself,
    TransferAlreadyOpen,
)
from shared.kernel.coded_fields import any_not_known, canonical, not_known
from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import Coded, Described
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value

# --- commands -------------------------------------------------------------------------------


class TakeUpCase(Command, kw_only=True):
    """Intake registered a case: the registering ``institution`` gets custody (a reaction)."""

    case_id: UUID
    institution: str
    programme: str
    subdivision: str


class ReferCase(Command, kw_only=True):
    """Ask institution ``to`` to take the case on (``transfer``) or to share it (``share``).

    addressee_known: whether the directory has ``to``, looked up before the rules are asked.
    """

    title: ClassVar[Text] = Text("Canalizar un caso", "Refer a case")
    description: ClassVar[Text] = Text(
        "Canaliza el caso a otra institución. El id de la canalización viene en Location.",
        "Refer the case to another institution. The new referral's id is in Location.",
    )

    referral_id: decisions.ReferralId
    to: Annotated[
        str,
        Described(
            Text("La clave de la destinataria.", "The addressee's code."), pattern=directory.CODE
        ),
    ]
    addressee_known: bool
    kind: Annotated[
        str,
        Coded("referral_kinds"),
        Described(Text("share o transfer.", "share or transfer.")),
    ]
    services: Annotated[
        tuple[str, ...],
        Coded("service_kinds"),
        Described(
            Text("Para qué: qué servicios se piden.", "What for: which services are asked for."),
            least=1,
            most=20,
        ),
    ]
    priority: Annotated[
        str,
        Coded("priorities"),
        Described(Text("Con qué urgencia.", "How soon.")),
    ] = "normal"


class EnterCaseInError(Command, kw_only=True):
    """Intake marked the case as entered in error: custody and referrals end (a reaction)."""


ReferralCommand = TakeUpCase | ReferCase | EnterCaseInError | Answer

# --- facts ----------------------------------------------------------------------------------


class CustodyTaken(Value):
    """The case was taken up; ``custodian`` answers for it from its registration on."""

    case_id: UUID
    custodian: str
    programme: str
    subdivision: str


class CustodyEnded(Value):
    """Nobody answers for the case any longer; ``custodian`` was the last."""

    custodian: str


ReferralFact = CustodyTaken | CustodyEnded | ReferralRequested | HandoverFact

FACTS: dict[str, type] = {
    "custody-taken": CustodyTaken,
    "custody-ended": CustodyEnded,
    "referral-requested": ReferralRequested,
    "referral-acknowledged": ReferralAcknowledged,
    "information-requested": InformationRequested,
    "information-answered": InformationAnswered,
    "referral-accepted": ReferralAccepted,
    "referral-declined": ReferralDeclined,
    "referral-withdrawn": ReferralWithdrawn,
    "referral-entered-in-error": ReferralEnteredInError,
}

# --- states ---------------------------------------------------------------------------------


class NotTakenUp(Value):
    """The case is not known here."""


class InCustody(Value):
    """One institution answers for the case; ``referrals`` are all there ever were, by id."""

    case_id: UUID
    held: Custodianship
    referrals: Mapping[UUID, Referral]


class CaseInError(Value):
    """The case should never have been registered; ``last`` is how it stood."""

    last: InCustody


Custody = NotTakenUp | InCustody | CaseInError

# --- decide ---------------------------------------------------------------------------------


def decide(command: ReferralCommand, state: Custody) -> Decision:
    """Decide what follows from this wish. A reaction that comes again adds nothing."""
    match command:
        case TakeUpCase():
            return reaction_only(command) or _take_up(command, state)
        case EnterCaseInError():
            return reaction_only(command) or _enter_in_error(state)
        case _:
            return _pass_on(command, state)


def _take_up(command: TakeUpCase, state: Custody) -> Decision:
    match state:
        case NotTakenUp():
            return (
                CustodyTaken(
                    case_id=command.case_id,
                    custodian=command.institution,
                    programme=command.programme,
                    subdivision=command.subdivision,
                ),
            )
        case InCustody() | CaseInError():
            return ()
        case _:
            assert_never(state)


def _enter_in_error(state: Custody) -> Decision:
    """End custody and every referral that lives: the open ones and those being followed up."""
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            living = (identity for identity, referral in referrals.items() if _lives(referral))
            return (*map(ReferralEnteredInError, living), CustodyEnded(held.custodian))
        case CaseInError():
            return ()
        case _:
            assert_never(state)


def _pass_on(command: ReferCase | Answer, state: Custody) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            if isinstance(command, ReferCase):
                return _cannot_refer(command, state) or (_request(command),)
            referral = referrals.get(command.referral_id)
            return decisions.decide(command, referral, held) if referral else ReferralNotFound()
        case CaseInError():
            return CaseIsInError()
        case _:
            assert_never(state)


def _request(command: ReferCase) -> ReferralRequested:
    return ReferralRequested(
        referral_id=command.referral_id,
        sender=command.by.institution,
        addressee=command.to,
        kind=command.kind,
        services=canonical(command.services),
        priority=command.priority,
    )


# --- rules ----------------------------------------------------------------------------------


def _cannot_refer(command: ReferCase, state: InCustody) -> Refusal | None:
    return (
        _not_the_custodian(command, state.held)
        or _not_well_put(command)
        or _addressee_not_possible(command)
        or _already_requested(command, state)
        or _already_open(command, state)
    )


def _not_the_custodian(command: ReferCase, held: Custodianship) -> Refusal | None:
    return None if command.by.institution == held.custodian else NotTheCustodian()


def _not_well_put(command: ReferCase) -> Refusal | None:
    return (
        not_known("kind", "referral_kinds", command.kind)
        or not_known("priority", "priorities", command.priority)
        or (None if command.services else NothingNamed(field="services"))
        or any_not_known("services", "service_kinds", command.services)
    )


def _addressee_not_possible(command: ReferCase) -> Refusal | None:
    if command.to == command.by.institution:
        return ReferredToItself(field="to")
    return None if command.addressee_known else AddresseeNotRegistered()


def _already_requested(command: ReferCase, state: InCustody) -> Refusal | None:
    if command.referral_id in state.referrals:
        return ReferralAlreadyRequested(referral_id=str(command.referral_id))
    return None


def _already_open(command: ReferCase, state: InCustody) -> Refusal | None:
    """One open transfer of a case at a time, and one open referral of it to the same addressee."""
    for identity, other in state.referrals.items():
        if not _is_open(other):
            continue
        if other.request.addressee == command.to:
            return AlreadyReferredThere(referral_id=str(identity))
        if TRANSFER == command.kind == other.request.kind:
            return TransferAlreadyOpen(referral_id=str(identity))
    return None


def _is_open(one: Referral) -> bool:
    return isinstance(one, Requested | Acknowledged | InformationAwaited)


def _lives(one: Referral) -> bool:
    return _is_open(one) or isinstance(one, Accepted)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Custody, fact: ReferralFact) -> Custody:
    """Remember that this has happened. Nothing is judged: what happened, happened."""
    match fact:
        case CustodyTaken():
            held = Custodianship(
                custodian=fact.custodian, programme=fact.programme, subdivision=fact.subdivision
            )
            return InCustody(case_id=fact.case_id, held=held, referrals={})
        case _:
            return _go_on(state, fact) if isinstance(state, InCustody) else state


def _go_on(state: InCustody, fact: CustodyEnded | ReferralRequested | HandoverFact) -> Custody:
    match fact:
        case CustodyEnded():
            return CaseInError(last=state)
        case ReferralRequested():
            referrals = {**state.referrals, fact.referral_id: Requested(fact)}
            return InCustody(state.case_id, state.held, referrals)
        case ReferralAccepted():
            held = Custodianship(fact.custodian, state.held.programme, state.held.subdivision)
            return _answered(state, fact, held)
        case _:
            return _answered(state, fact, state.held)


def _answered(state: InCustody, fact: HandoverFact, held: Custodianship) -> InCustody:
    before = state.referrals[fact.referral_id]
    identity = before.request.referral_id  # the very key, which need not be compared digit by digit
    return InCustody(
        state.case_id, held, {**state.referrals, identity: referral.evolve(before, fact)}
    )


DECIDER: Decider[Custody] = Decider(nothing=NotTakenUp(), decide=decide, evolve=evolve)
