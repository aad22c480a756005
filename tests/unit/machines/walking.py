"""A walk over an aggregate: command after command, and what must hold after each of them.

Every command that the aggregate decides is submitted: by a move of the machine, or by one made
from the command's type. Each machine adds an auditor of its own, who reads commands and facts and
shares no code with the rules.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from time import monotonic
from types import ModuleType
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from jsonschema import Draft202012Validator, FormatChecker
from typing_extensions import override

from shared.contracts.contract import type_name
from shared.contracts.envelope import decode, encode
from shared.contracts.schema_files import committed, file_name
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Command, Decider, Known
from shared.kernel.limits import beyond
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.value import fields_of
from tests.examples import PUBLISHES, recorded
from tests.unit.machines.commands import PERSON
from tests.unit.machines.drawn_commands import Draws, commands_of, drawn
from tests.walks import SOAKING, STEPS, VERIFIED

_EVERY_SECONDS = 5.0
F = TypeVar("F", bound=Callable[..., None])


def move(
    command: type[Command] | None = None, /, often: int = 1, **drawn: st.SearchStrategy[Any]
) -> Callable[[F], F]:
    """Say of a machine's method what it draws, and how often it is drawn itself.

    command: the one that it submits, so that no other move is made for it. Not Hypothesis'
    ``rule``: that leaves about half of all rules out of each walk, and a walk in which nobody
    refers has nothing to accept, decline or withdraw.
    """

    def decorate(method: F) -> F:
        method.drawn, method.often, method.command = (  # type: ignore[attr-defined]
            st.fixed_dictionaries(drawn),
            often,
            command,
        )
        return method

    return decorate


class Walk(RuleBasedStateMachine):
    """What every walk has.

    decider, vocabulary, publish, private: what is walked over; a test may plant a bug in each.
    known: what the rules know of other streams, if they lean on any.
    commands: those that the aggregate decides. draws: what their fields hold, where the type does
    not say it. often: how often a command without a move of its own is drawn, 1 if not said.
    without: the classes whose moves are left out, where a few commands alone are walked over.
    speaks: the modules whose refusals a walk may meet, but for those that are met ``elsewhere``.
    times: how many times as long as the others it walks, if it has so much more to come to.
    met: how often each command, fact and refusal was met, over all walks of a machine.
    """

    service: ClassVar[str]
    decider: ClassVar[Decider[Any]]
    vocabulary: ClassVar[Vocabulary]
    commands: ClassVar[tuple[type[Command], ...]] = ()
    without: ClassVar[tuple[type, ...]] = ()
    draws: ClassVar[Draws] = {}
    often: ClassVar[Mapping[type[Command], int]] = {}
    speaks: ClassVar[tuple[ModuleType, ...]] = ()
    times: ClassVar[int] = 1
    elsewhere: ClassVar[frozenset[str]] = frozenset()
    met: ClassVar[Counter[str]]
    steps: ClassVar[int]
    reported_at: ClassVar[float]
    moves: ClassVar[list[Any]]

    @override
    def __init_subclass__(cls) -> None:
        """Let each machine count for itself, and know its moves."""
        cls.met, cls.steps, cls.reported_at = Counter(), 0, monotonic()
        if not cls.commands:  # a machine with a planted mistake walks as the one without it
            cls.commands = commands_of(cls.decider)
        left_out = [one for each in cls.without for one in vars(each).values()]
        named = [getattr(cls, name) for name in sorted(dir(cls))]
        written = [one for one in named if hasattr(one, "drawn") and one not in left_out]
        covered = {one.command for one in written}
        made = [_made(cls, command) for command in cls.commands if command not in covered]
        cls.moves = [one for one in (*written, *made) for _ in range(one.often)]

    def __init__(self) -> None:
        super().__init__()
        self.state: Any = self.decider.nothing
        self.known: Mapping[str, Known] = {}
        self.log: list[tuple[str, bytes]] = []

    # What a machine says of its own aggregate ---------------------------------------------------

    def knows(self) -> Mapping[str, Known]:
        """Return what the rules know of other streams."""
        return self.known

    def submit_drawn(self, command: type[Command], **values: Any) -> None:
        """Submit a command with what was drawn for its fields."""
        self.submit(command(**values))

    def audit(self, command: Any, fact: Any) -> None:
        """Object where this fact must not follow from this command, as things stand."""
        raise NotImplementedError

    def agrees(self) -> None:
        """Object where the state is not what the auditor saw happen."""
        raise NotImplementedError

    def publish(self, fact: Any) -> Any:
        """Translate a fact as its service does."""
        return PUBLISHES[self.service].publish(fact)

    def private(self) -> frozenset[type]:
        """The facts that the service keeps to itself on purpose."""
        kept: frozenset[type] = PUBLISHES[self.service].PRIVATE
        return kept

    @classmethod
    def never_met(cls, *, whole: bool = STEPS >= VERIFIED) -> set[str]:
        """The commands of the aggregate that no walk has come to; whole: facts and refusals too.

        Short walks need not come to each of those: some take two rare commands in turn.
        """
        named = {command.__name__ for command in cls.commands}
        if whole:
            named |= {*cls.vocabulary.names, *(kind.__name__ for kind in cls.refusals())}
        return named - cls.elsewhere - cls.met.keys()

    @classmethod
    def refusals(cls) -> set[type[Refusal]]:
        """Those of the modules that it ``speaks``."""
        return {
            word
            for module in cls.speaks
            for word in vars(module).values()
            if isinstance(word, type) and issubclass(word, Refusal) and hasattr(word, "code")
        }

    # What is the same for all -------------------------------------------------------------------

    @rule(data=st.data())
    def somebody_submits(self, data: st.DataObject) -> None:
        """Take one of the machine's moves."""
        chosen = data.draw(st.sampled_from(self.moves))
        chosen(self, **data.draw(chosen.drawn))

    def submit(self, command: Command) -> None:
        """Have it decided; whatever comes of it is examined."""
        self._count()
        self.met[type(command).__name__] += 1
        if (found := beyond(command)) is not None:  # as the log does, before any rule
            self._examine_refusal(command, found.refusal)
            return
        known = self.knows()
        decision = self.decider.decide_with(command, self.state, known)
        again = self.decider.decide_with(command, self.state, known)
        assert again == decision, "decided twice, in two ways"
        if isinstance(decision, Refusal):
            self.met[type(decision).__name__] += 1
            self._examine_refusal(command, decision)
            return
        for fact in decision:
            self.audit(command, fact)
            self._kept_beside(fact)
            self.state = self.decider.evolve(self.state, fact)
            self._kept(fact)
            self._published(fact)

    @invariant()
    def the_log_tells_the_state_again(self) -> None:
        """Fold what is on the log, from nothing."""
        facts = [self.vocabulary.decode(name, raw)[1] for name, raw in self.log]
        assert self.decider.fold(facts) == self.state, "replayed to another state"
        self.agrees()

    def _examine_refusal(self, command: Command, refusal: Refusal) -> None:
        es, en = refusal.sentence("es"), refusal.sentence("en")
        assert es != en, "a sentence in one language only"
        for sentence in (es, en):
            assert sentence.endswith("."), "not a whole sentence"
            assert PERSON not in sentence, "repeats what somebody typed"
        if isinstance(refusal, Invalid):
            names = fields_of(command)
            assert refusal.field.partition(".")[0] in names, "names no field of the command"

    def _kept_beside(self, fact: Any) -> None:
        """What is recorded in other streams together with it can be kept too, and is private."""
        for other in self.decider.beside(self.state, fact) if self.decider.beside else ():
            self._stored(other.fact)
            self._published(other.fact)

    def _kept(self, fact: Any) -> None:
        self.log.append(self._stored(fact))

    def _stored(self, fact: Any) -> tuple[str, bytes]:
        name = self.vocabulary.name_of(fact)
        self.met[name] += 1
        meta = recorded(self.service, name, fact).meta
        raw = self.vocabulary.encode(meta, fact)
        kept_meta, kept = self.vocabulary.decode(name, raw)
        assert (kept_meta, kept) == (meta, fact), "stored as something else"
        assert self.vocabulary.encode(kept_meta, kept) == raw, "stored in two ways"
        return name, raw

    def _published(self, fact: Any) -> None:
        name, contract = self.vocabulary.name_of(fact), self.publish(fact)
        if contract is None:
            assert type(fact) in self.private(), "neither published nor private"
            return
        raw = encode(contract, recorded(self.service, name, fact))
        assert decode(raw).data == contract, "published as something else"
        schema_of(self.service, name).validate(json.loads(raw)["data"])

    @classmethod
    def _count(cls) -> None:
        cls.steps += 1
        if SOAKING and monotonic() - cls.reported_at > _EVERY_SECONDS:
            cls.reported_at = monotonic()
            sys.stderr.write(f"\r{cls.__name__} {cls.steps:,} / {STEPS:,} ")


def _made(machine: type[Walk], command: type[Command]) -> Any:
    """A move that submits a command with whatever its fields may hold."""

    @move(command, often=machine.often.get(command, 1))
    def submit_drawn(walk: Walk, **values: Any) -> None:
        walk.submit_drawn(command, **values)

    submit_drawn.drawn = drawn(command, machine.draws)  # type: ignore[attr-defined]
    return submit_drawn


@cache
def schema_of(service: str, name: str) -> Draft202012Validator:
    """Read the committed schema of what is published of a stored fact."""
    schema = committed()[file_name(type_name(service, name, 1))]
    return Draft202012Validator(schema, format_checker=FormatChecker())
