"""Rules as sentences: ``given(facts).when(command).then(facts)`` or ``.refused(Refusal)``.

Each module of rules makes its own word once, ``given = rules(DECIDER)``, and then just reads. What
rules that lean on other streams know of them is given there too, or for one sentence by
``given(facts).knowing(name=Known(...))``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.kernel.decider import Command, Decider, Decision, Known
from shared.kernel.refusals import Refusal


@dataclass(frozen=True)
class Answered:
    """What the rules decided on a command."""

    decision: Decision

    def then(self, *facts: object) -> None:
        """These facts follow, in this order, and no others."""
        assert self.decision == facts

    def then_nothing_new(self) -> None:
        """The command changes nothing: no facts, and no refusal either."""
        assert self.decision == ()

    def refused(self, refusal: type[Refusal], **details: object) -> None:
        """This refusal follows, with these values, and has a sentence in both languages."""
        assert type(self.decision) is refusal, self.decision
        assert isinstance(self.decision, Refusal)
        actual = self.decision.details()
        assert {name: actual[name] for name in details} == details
        for lang in ("es", "en"):
            sentence = self.decision.sentence(lang)
            assert sentence.endswith(".")
            assert "{" not in sentence
        assert self.decision.sentence("es") != self.decision.sentence("en")


@dataclass(frozen=True)
class Given:
    """A history, folded, and what is known of other streams."""

    decider: Decider[Any]
    state: Any
    known: Mapping[str, Known]

    def knowing(self, **known: Known) -> "Given":
        """This is known of other streams instead."""
        return replace(self, known={**self.known, **known})

    def when(self, command: Command) -> Answered:
        """This command is decided on top of that history."""
        return Answered(self.decider.decide_with(command, self.state, self.known))

    def remembers(self, state: object) -> None:
        """This is what the history comes to."""
        assert self.state == state


def rules(decider: Decider[Any], **known: Known) -> Callable[..., Given]:
    """Make the word ``given`` for these rules. known: of other streams, in every sentence."""

    def given(*facts: object) -> Given:
        return Given(decider, decider.fold(facts), known)

    return given
