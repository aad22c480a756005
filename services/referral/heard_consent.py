"""What referral has heard of a consent: its terms, what was taken back, and how it stands.

Fed by what intake publishes (``consumes``). Rules judge by it at their position, and each command
that asks for something, or takes a case on, leans on its stream.
"""

from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from shared.kernel.consenting.standing import IN_FORCE, STATUSES, Standing
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import Coded, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Missing
from shared.kernel.text import Text
from shared.kernel.value import Value, replace


@lru_cache(maxsize=1024)
def stream_of(consent_id: UUID) -> UUID:
    """Return the id of the stream of what was heard of a consent."""
    return derived_id("heard-consent", str(consent_id))


# --- commands -------------------------------------------------------------------------------


class HearConsent(Command, kw_only=True):
    """A person consented (a reaction). Fields: as in the fact."""

    title: ClassVar[Text] = Text("Saber de un consentimiento", "Hear of a consent")

    consent_id: UUID
    case_id: UUID
    institution: str
    version: int
    said: int
    purpose: Annotated[str, Coded("consent_purposes")]
    terms: ConsentTerms
    of_age_from: date | None = None


class HearNewTerms(Command, kw_only=True):
    """The person consents otherwise (a reaction). narrowed: to less; else they were asked anew."""

    title: ClassVar[Text] = Text("Saber de otros términos", "Hear of new terms")

    version: int
    said: int
    terms: ConsentTerms
    of_age_from: date | None = None
    narrowed: bool = False


class HearCut(Command, kw_only=True):
    """The person took back a part (a reaction)."""

    title: ClassVar[Text] = Text("Saber de un retiro parcial", "Hear of a part taken back")

    said: int
    part: Cut


class HearConsentOver(Command, kw_only=True):
    """Nothing new leans on it from here on (a reaction). status: how it stands now."""

    title: ClassVar[Text] = Text("Saber que ya no vale", "Hear that it is over")

    said: int
    status: Annotated[str, Coded(STATUSES)]


Hearing = HearConsent | HearNewTerms | HearCut | HearConsentOver

# --- facts ----------------------------------------------------------------------------------


class ConsentHeard(Value):
    """A person consented, as intake says.

    institution: who obtained it. version: the consent's own; said: that of its stream at intake.
    of_age_from: from when a guardian's word serves no longer; None: it does, or none is needed.
    """

    consent_id: UUID
    case_id: UUID
    institution: str
    version: int
    said: int
    purpose: str
    terms: ConsentTerms
    of_age_from: date | None


class NarrowingHeard(Value):
    """The person consents to less; what was taken back stays so."""

    version: int
    said: int
    terms: ConsentTerms
    of_age_from: date | None


class RenewalHeard(Value):
    """The person was asked anew: this replaces all before it, and what was taken back."""

    version: int
    said: int
    terms: ConsentTerms
    of_age_from: date | None


class CutHeard(Value):
    """The person took back a part."""

    said: int
    part: Cut


class ConsentOverHeard(Value):
    """Nothing new leans on it. status: of ``consent_statuses``."""

    said: int
    status: str


HeardFact = ConsentHeard | NarrowingHeard | RenewalHeard | CutHeard | ConsentOverHeard

FACTS = stored_names(HeardFact)

# --- states ---------------------------------------------------------------------------------


class NotHeard(Value):
    """Nothing was heard of such a consent."""


class Heard(Value):
    """A consent as far as referral knows. before: how it stood before what was heard last."""

    consent_id: UUID
    case_id: UUID
    institution: str
    version: int
    said: int
    standing: Standing
    before: Standing | None = None


HeardConsent = NotHeard | Heard

# --- decide ---------------------------------------------------------------------------------


class ConsentNotHeard(Missing):
    """What follows a consent comes after it."""

    code: ClassVar[str] = "consent-not-heard"
    text: ClassVar[Text] = Text(
        "Aquí no se sabe todavía de ese consentimiento. Espere a que llegue.",
        "Nothing is known here of that consent yet. Wait until it comes.",
    )


def decide(command: Hearing, state: HeardConsent) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    match state:
        case NotHeard():
            return _first(command)
        case Heard(said=said):
            return () if command.said <= said else _next(command)
        case _:
            assert_never(state)


def _first(command: Hearing) -> Decision:
    if not isinstance(command, HearConsent):
        return ConsentNotHeard()
    return (
        ConsentHeard(
            consent_id=command.consent_id,
            case_id=command.case_id,
            institution=command.institution,
            version=command.version,
            said=command.said,
            purpose=command.purpose,
            terms=command.terms,
            of_age_from=command.of_age_from,
        ),
    )


def _next(command: Hearing) -> Decision:
    match command:
        case HearNewTerms():
            kind = NarrowingHeard if command.narrowed else RenewalHeard
            return (kind(command.version, command.said, command.terms, command.of_age_from),)
        case HearCut():
            return (CutHeard(command.said, command.part),)
        case HearConsentOver():
            return (ConsentOverHeard(command.said, command.status),)
        case HearConsent():
            return ()
        case _:
            assert_never(command)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: HeardConsent, fact: HeardFact) -> HeardConsent:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ConsentHeard):
        return Heard(
            consent_id=fact.consent_id,
            case_id=fact.case_id,
            institution=fact.institution,
            version=fact.version,
            said=fact.said,
            standing=Standing(IN_FORCE, fact.purpose, fact.terms, fact.of_age_from),
        )
    return state if isinstance(state, NotHeard) else _after(state, fact)


def _after(
    state: Heard, fact: NarrowingHeard | RenewalHeard | CutHeard | ConsentOverHeard
) -> Heard:
    was = state.standing
    match fact:
        case NarrowingHeard() | RenewalHeard():
            cuts = was.cuts if isinstance(fact, NarrowingHeard) else ()
            now = Standing(IN_FORCE, was.purpose, fact.terms, fact.of_age_from, cuts)
            return replace(state, version=fact.version, said=fact.said, standing=now, before=was)
        case CutHeard():
            now = replace(was, cuts=(*was.cuts, fact.part))
        case ConsentOverHeard():
            now = replace(was, status=fact.status)
        case _:
            assert_never(fact)
    return replace(state, said=fact.said, standing=now, before=was)


DECIDER: Decider[HeardConsent] = Decider(nothing=NotHeard(), decide=decide, evolve=evolve)
