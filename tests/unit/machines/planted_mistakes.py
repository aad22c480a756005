"""Ways in which rules, memory, storage and words can go wrong, to be planted in a machine."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from typing_extensions import override

from services.followup import followup, life
from services.intake import case, custody_heard, parties
from services.referral import custody, custody_evolving, custody_states, decisions, directory
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Command, Decider, Known
from shared.kernel.life import Life
from shared.kernel.record import Meta
from shared.kernel.refusals import CodeNotKnown, Invalid, Refusal
from shared.kernel.text import Text
from shared.kernel.value import replace

# --- ways to go wrong -----------------------------------------------------------------------


def with_mistake(
    decider: Decider[Any], mistake: Callable[[Any, Any], tuple[Any, Any]]
) -> dict[str, Any]:
    """Let the rules hear another command, or see another state, than there is."""
    return {"decider": replace(decider, decide=lambda c, s, *k: decider.decide(*mistake(c, s), *k))}


def answered(decider: Decider[Any], mistake: Callable[[Any], Any]) -> dict[str, Any]:
    """Let another fact, or refusal, follow than the rules decided."""

    def decide(command: Any, state: Any, *known: Any) -> Any:
        decision = decider.decide(command, state, *known)
        if isinstance(decision, Refusal):
            return mistake(decision)
        return tuple(mistake(fact) for fact in decision)

    return {"decider": replace(decider, decide=decide)}


def knowing(decider: Decider[Any], **states: Any) -> dict[str, Any]:
    """Let the rules believe that other streams stand so, whatever does."""

    def decide(command: Any, state: Any, known: Mapping[str, Known]) -> Any:
        seen = {n: replace(k, state=states.get(n, k.state)) for n, k in known.items()}
        return decider.decide(command, state, seen)

    return {"decider": replace(decider, decide=decide)}


def forgets(decider: Decider[Any], *facts: type) -> dict[str, Any]:
    """Let these facts leave no trace in memory."""

    def evolve(state: Any, fact: Any) -> Any:
        return state if isinstance(fact, facts) else decider.evolve(state, fact)

    return {"decider": replace(decider, evolve=evolve)}


def without(decider: Decider[Any], kind: type) -> dict[str, Any]:
    """Let this fact not follow where the rules decided that it does."""

    def decide(command: Any, state: Any, *known: Any) -> Any:
        decision = decider.decide(command, state, *known)
        if isinstance(decision, Refusal):
            return decision
        return tuple(fact for fact in decision if not isinstance(fact, kind))

    return {"decider": replace(decider, decide=decide)}


def only(kind: type, mistake: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let only this kind go wrong."""
    return lambda one: mistake(one) if isinstance(one, kind) else one


def other_life(other: Life[Any]) -> dict[str, Any]:
    """Let a follow-up be decided and remembered by another table."""
    decider = replace(
        life.DECIDER,
        decide=other.decide,
        evolve=lambda s, f: life.next_version(s, other.evolve(s, f)),
    )
    return {"decider": decider}


# --- the mistakes ---------------------------------------------------------------------------


def by_whom(actor: Any, kind: Any = Command) -> Callable[[Any, Any], tuple[Any, Any]]:
    return lambda c, s: (replace(c, by=actor(c, s)) if isinstance(c, kind) else c, s)


def party(name: str) -> Callable[[Any, Any], Any]:
    """Whoever gives the command passes for the sender or the addressee of the referral."""

    def pretended(command: Any, state: Any) -> Any:
        referrals = getattr(state, "referrals", {})
        if command.referral_id not in referrals:
            return command.by
        return replace(
            command.by, institution=getattr(referrals[command.referral_id].request, name)
        )

    return pretended


def custodian(command: Any, state: Any) -> Any:
    """Whoever gives the command passes for the custodian."""
    held = getattr(state, "held", None)
    return replace(command.by, institution=held.custodian) if held else command.by


def registrant(command: Any, state: Any) -> Any:
    registered = isinstance(state, case.Registered)
    return replace(command.by, institution=state.institution) if registered else command.by


def no_referrals(command: Any, state: Any) -> tuple[Any, Any]:
    lone = isinstance(command, decisions.ReferCase) and isinstance(state, custody_states.InCustody)
    return command, replace(state, referrals={}) if lone else state


def not_in_error(command: Any, state: Any) -> tuple[Any, Any]:
    return command, state.last if isinstance(state, custody_states.CaseInError) else state


def never_closed(command: Any, state: Any) -> tuple[Any, Any]:
    return command, state.work if isinstance(state, followup.Closed) else state


def never_revoked(command: Any, state: Any) -> tuple[Any, Any]:
    return command, state.work if isinstance(state, followup.Revoked) else state


def judges(state: Any, fact: Any) -> Any:
    if getattr(fact, "priority", "") == "urgent":
        raise ValueError("urgent is no priority any more")
    return custody_evolving.evolve(state, fact)


def never_received(command: Any, state: Any) -> tuple[Any, Any]:
    """Nobody knows when a reaction's message was received where it was decided."""
    hears = isinstance(command, custody_heard.HearOfCustody | custody.EnterCaseInError)
    return (replace(command, received_at=None) if hears else command), state


def without_its_case(command: Any, state: Any) -> tuple[Any, Any]:
    """A referral that fell with its case passes for one that came to nothing."""
    falls = isinstance(command, parties.DismissParty)
    return (replace(command, with_case=False) if falls else command), state


def begins_again(state: Any, fact: Any) -> Any:
    after = life.evolve(state, fact)
    if isinstance(fact, followup.FollowUpReopened) and isinstance(after, followup.Open):
        return replace(after, items={})
    return after


def counts_twice(state: Any, fact: Any) -> Any:
    """What a correction replaces goes on counting."""
    after = life.evolve(state, fact)
    if isinstance(fact, followup.OutcomeCorrected) and isinstance(after, followup.Open):
        return replace(after, items={**state.items, **after.items})
    return after


class InWholeSeconds(Vocabulary):
    @override
    def encode(self, meta: Meta, fact: object) -> bytes:
        return super().encode(
            replace(meta, recorded_at=meta.recorded_at.replace(microsecond=0)), fact
        )


class InAnotherState(Vocabulary):
    @override
    def encode(self, meta: Meta, fact: object) -> bytes:
        return super().encode(meta, fact).replace(b"MX-CHH", b"MX-JAL")


class Blunt(Invalid):
    code: ClassVar[str] = "blunt"
    text: ClassVar[Text] = Text(
        "No.",
        "No.",
    )


class Blind(Invalid):
    code: ClassVar[str] = "blind"
    text: ClassVar[Text] = Text(
        "Corrija «{field}».",
        "Mend “{field}”.",
    )


class Talkative(Invalid):
    value: str
    code: ClassVar[str] = "talkative"
    text: ClassVar[Text] = Text(
        "«{value}» no es un código.",
        "“{value}” is no code.",
    )


def repeats_the_kind(command: Any, state: Any, known: Any) -> Any:
    decision = directory.decide(command, state, known)
    if isinstance(decision, CodeNotKnown) and decision.field == "kind":
        return Talkative(field="kind", value=command.kind)
    return decision
