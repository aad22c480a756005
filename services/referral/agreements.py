"""Agreements: who drafts, signs, renews, suspends and terminates them.

A steward, or the administrator of a party. The days of a validity are counted on the country's
calendar (``shared.kernel.freshness``).
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from services.referral import agreement_index, directory
from services.referral.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementExpiryAnnounced,
    AgreementRenewed,
    AgreementResumed,
    AgreementRevised,
    AgreementSigned,
    AgreementState,
    AgreementSuspended,
    AgreementTerminated,
    NotDrafted,
    beside,
    evolve,
    place,
)
from services.referral.agreement_refusals import (
    AgreementAlreadyDrafted,
    AgreementIsOver,
    AgreementNotDrafted,
    AlreadySigned,
    NotAParty,
    NotLater,
    NotSignedYet,
    NotSuspended,
    NotTheirAgreement,
    NotTheSignatory,
    RenewedByTheSteward,
    SignedInTheFuture,
    SuspendedByAnother,
)
from services.referral.agreement_terms import (
    DraftAgreement,
    ReviseAgreement,
    entry_name,
    invalid_terms,
    terms_of,
)
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.freshness import day_in
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import fields_of

STEPS = (60, 30, 7)
"""How many days before its last one an agreement's end is announced."""
_STEWARDS = frozenset({STEWARD, OPERATOR})


@lru_cache(maxsize=1024)
def stream_of(agreement_id: UUID) -> UUID:
    """Return the id of the stream of the agreement with this id."""
    return derived_id("agreement", str(agreement_id))


# --- commands -------------------------------------------------------------------------------

_DOCUMENT = Described(
    Text(
        "El documento firmado, por id y huella; null: ninguno.",
        "The signed document, by id and digest; null: none.",
    )
)
_WHY = Annotated[
    str,
    Coded("agreement_ending_reasons"),
    Described(Text("El motivo, como código.", "Why, as a code.")),
]


class SignAgreement(Command, kw_only=True):
    """A party signs what stands."""

    title: ClassVar[Text] = Text("Firmar un convenio", "Sign an agreement")
    description: ClassVar[Text] = Text(
        "Dice que una parte firmó el convenio como está. Cada parte por sí misma, con el rol"
        " administrator; el rol steward registra lo firmado en papel.",
        "Say that a party signed the agreement as it stands. Each party for itself, with the role"
        " of administrator; the role of steward records what was signed on paper.",
    )

    institution: Annotated[
        str,
        Described(
            Text("La clave de la parte que firma.", "The code of the party that signs."),
            pattern=INSTITUTION_CODE,
        ),
    ]
    signed_on: Annotated[
        date, Described(Text("El día en que se firmó.", "The day on which it was signed."))
    ]
    signatory_role: Annotated[
        str,
        Coded("signatory_roles"),
        Described(
            Text(
                "El cargo de quien firma; nunca su nombre.",
                "The role of whoever signs; never a name.",
            )
        ),
    ]
    document: Annotated[DocumentRef | None, _DOCUMENT] = None


class RenewAgreement(Command, kw_only=True):
    """Its validity goes on to a later day, or without end."""

    title: ClassVar[Text] = Text("Renovar un convenio", "Renew an agreement")
    description: ClassVar[Text] = Text(
        "Prolonga la vigencia de un convenio que firmaron todas las partes. Requiere el rol"
        " steward, porque obliga a todas.",
        "Prolong the validity of an agreement that all parties have signed. Takes the role of"
        " steward, because it binds all of them.",
    )

    valid_until: Annotated[
        date | None,
        Described(
            Text(
                "Su nuevo último día; null: hasta que se termine.",
                "Its new last day; null: until it is terminated.",
            )
        ),
    ]
    document: Annotated[DocumentRef | None, _DOCUMENT] = None


class SuspendAgreement(Command, kw_only=True):
    """It is not in force for the time being."""

    title: ClassVar[Text] = Text("Suspender un convenio", "Suspend an agreement")
    description: ClassVar[Text] = Text(
        "Desde ese día el convenio no rige, hasta que se reanude. Una parte, con el rol"
        " administrator, o el rol steward.",
        "From that day on the agreement is not in force, until it is resumed. A party, with the"
        " role of administrator, or the role of steward.",
    )

    reason: _WHY


class ResumeAgreement(Command, kw_only=True):
    """It is in force again."""

    title: ClassVar[Text] = Text("Reanudar un convenio", "Resume an agreement")
    description: ClassVar[Text] = Text(
        "El convenio suspendido vuelve a regir. La parte que lo suspendió, con el rol"
        " administrator, o el rol steward.",
        "The suspended agreement is in force again. The party that suspended it, with the role of"
        " administrator, or the role of steward.",
    )


class TerminateAgreement(Command, kw_only=True):
    """It is over, for good."""

    title: ClassVar[Text] = Text("Terminar un convenio", "Terminate an agreement")
    description: ClassVar[Text] = Text(
        "Desde ese día el convenio ya no rige, para siempre. Una parte, con el rol administrator, o"
        " el rol steward.",
        "From that day on the agreement is over, for good. A party, with the role of administrator,"
        " or the role of steward.",
    )

    reason: _WHY


class AnnounceExpiry(Command, kw_only=True):
    """The parties are told that it ends soon (when a clock strikes)."""

    title: ClassVar[Text] = Text("Avisar que un convenio vence", "Announce that one expires")


Ending = SuspendAgreement | ResumeAgreement | TerminateAgreement
AgreementCommand = (
    DraftAgreement | ReviseAgreement | SignAgreement | RenewAgreement | Ending | AnnounceExpiry
)

# --- decide ---------------------------------------------------------------------------------


def index_name(party: str) -> str:
    """Return the name under which the rules know a party's index, in which they note facts."""
    return f"index {party}"


def leans_on(command: AgreementCommand, state: AgreementState) -> Leans:
    """Return the streams of the parties: their entries, as far as they are named, and indexes."""
    named = command.parties if isinstance(command, DraftAgreement | ReviseAgreement) else ()
    parties = state.parties if isinstance(state, Agreement) else ()
    index, entry = agreement_index, directory
    return {
        **{entry_name(each): (entry.DECIDER, entry.stream_of(each)) for each in named},
        **{index_name(each): (index.INDEX, index.stream_of(each)) for each in (*parties, *named)},
    }


def decide(
    command: AgreementCommand, state: AgreementState, known: Mapping[str, Known]
) -> Decision:
    """Decide a command about one agreement. What stands so already is no fact."""
    if isinstance(command, DraftAgreement):
        return _drafted(command, state, known)
    if isinstance(state, NotDrafted):
        return AgreementNotDrafted()
    if isinstance(command, AnnounceExpiry):
        return reaction_only(command) or _announced(command, state)
    return _not_theirs(command, state) or _over(state) or _decided(command, state, known)


def _decided(
    command: ReviseAgreement | SignAgreement | RenewAgreement | Ending,
    state: Agreement,
    known: Mapping[str, Known],
) -> Decision:
    match command:
        case ReviseAgreement():
            return _revised(command, state, known)
        case SignAgreement():
            return codes_not_known(command) or _signed(command, state)
        case _ if not state.is_signed and not isinstance(command, TerminateAgreement):
            return NotSignedYet(", ".join(state.unsigned))
        case RenewAgreement():
            return _renewed(command, state)
        case SuspendAgreement() | ResumeAgreement() | TerminateAgreement():
            return codes_not_known(command) or _ENDINGS[type(command)](command, state)
        case _:
            assert_never(command)


def _drafted(
    command: DraftAgreement, state: AgreementState, known: Mapping[str, Known]
) -> Decision:
    if not _keeps(command, command.parties):
        return NotTheirAgreement()
    if refused := invalid_terms(command, known):
        return refused
    wanted = terms_of(command, command.agreement_id)
    if isinstance(state, Agreement):
        same = wanted.items() <= fields_of(state).items()
        return () if same else AgreementAlreadyDrafted()
    return (AgreementDrafted(**wanted),)


def _revised(command: ReviseAgreement, state: Agreement, known: Mapping[str, Known]) -> Decision:
    if state.is_signed:
        return AlreadySigned()
    if refused := invalid_terms(command, known):
        return refused
    after, before = terms_of(command, state.agreement_id), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    if not changed:
        return ()
    return (AgreementRevised(**after, terms=state.terms + 1, changed=changed),)


def _signed(command: SignAgreement, state: Agreement) -> Decision:
    """Return one fact, with the first day of validity if it is the last signature."""
    if command.institution not in state.parties:
        return NotAParty(field="institution", parties=", ".join(state.parties))
    if command.institution not in state.unsigned:
        return ()
    if command.signed_on > day_in(None, command.at):
        return SignedInTheFuture(field="signed_on")
    days = (state.valid_from, command.signed_on, *(each.signed_on for each in state.signatures))
    return (
        AgreementSigned(
            agreement_id=state.agreement_id,
            institution=command.institution,
            signed_on=command.signed_on,
            signatory_role=command.signatory_role,
            terms=state.terms,
            begins=max(days) if len(state.unsigned) == 1 else None,
            document=command.document,
        ),
    )


def _renewed(command: RenewAgreement, state: Agreement) -> Decision:
    until = command.valid_until
    if until == state.valid_until:
        return ()
    if state.valid_until is None or (until is not None and until < state.valid_until):
        ends = "—" if state.valid_until is None else state.valid_until.isoformat()
        return NotLater(field="valid_until", valid_until=ends)
    on = day_in(None, command.at)
    return (AgreementRenewed(state.agreement_id, until, on, command.document),)


def _suspended(command: SuspendAgreement, state: Agreement) -> Decision:
    if state.validity.is_paused:
        return ()
    by, on = command.by.institution, day_in(None, command.at)
    return (AgreementSuspended(state.agreement_id, by, command.reason, on),)


def _resumed(command: ResumeAgreement, state: Agreement) -> Decision:
    if state.suspended_by is None:
        return NotSuspended()
    if command.by.role not in _STEWARDS and command.by.institution != state.suspended_by:
        return SuspendedByAnother(state.suspended_by)
    return (AgreementResumed(state.agreement_id, day_in(None, command.at)),)


def _terminated(command: TerminateAgreement, state: Agreement) -> Decision:
    by, on = command.by.institution, day_in(None, command.at)
    return (AgreementTerminated(state.agreement_id, by, command.reason, on),)


_ENDINGS: Mapping[type, Callable[[Any, Agreement], Decision]] = {
    SuspendAgreement: _suspended,
    ResumeAgreement: _resumed,
    TerminateAgreement: _terminated,
}


def _announced(command: AnnounceExpiry, state: Agreement) -> Decision:
    """Return one fact if a step was reached of which nobody has been told; else none."""
    step = step_due(state, day_in(None, command.at))
    if step is None or state.valid_until is None:
        return ()
    return (AgreementExpiryAnnounced(state.agreement_id, step, state.valid_until),)


# --- rules ----------------------------------------------------------------------------------


def step_due(agreement: Agreement, today: date) -> int | None:
    """Return the step of ``STEPS`` that is to be announced today; None: none is.

    One that was missed is left out once the next was reached: the parties are told what is true.
    """
    until = agreement.valid_until
    if until is None or not agreement.is_signed or agreement.is_over or today > until:
        return None
    left = (until - today).days
    step = min((each for each in STEPS if each >= left), default=None)
    return None if step is None or step in agreement.announced else step


def _keeps(command: Command, parties: tuple[str, ...]) -> bool:
    """Whether whoever gives a command keeps agreements of these parties."""
    by = command.by
    return by.role in _STEWARDS or (by.role == ADMINISTRATOR and by.institution in parties)


def _not_theirs(command: Command, state: Agreement) -> Refusal | None:
    """Refuse who does not keep it: to strangers, who are shown none, as if there were none."""
    if not _keeps(command, state.parties):
        theirs = command.by.institution in state.parties
        return NotTheirAgreement() if theirs else AgreementNotDrafted()
    if command.by.role in _STEWARDS:
        return None
    if isinstance(command, RenewAgreement):
        return RenewedByTheSteward()
    signs_for_another = (
        isinstance(command, SignAgreement) and command.institution != command.by.institution
    )
    return NotTheSignatory() if signs_for_another else None


def _over(state: Agreement) -> Refusal | None:
    over = state.validity.terminated
    return None if over is None else AgreementIsOver(over.isoformat())


DECIDER: Decider[AgreementState] = Decider(
    nothing=NotDrafted(),
    decide=decide,
    evolve=evolve,
    leans_on=leans_on,
    place=place,
    beside=beside,
)
