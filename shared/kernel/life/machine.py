"""A life as one table: who may do what in which status, what follows, and the status after.

``decide``, ``evolve`` and the diagram follow from the table. A table that contradicts its types or
itself is an error when the program loads.

Promises:
- a command is checked in this order: may the caller give it, is it possible now, its codes, the
  guards in theirs;
- a reaction that comes again adds nothing; one that comes too early is refused;
- ``evolve`` never refuses: a fact that an older table allowed still counts (see ``moves_of``).
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from shared.kernel.decider import Command, Decision, reaction_only
from shared.kernel.fields import canonical_codes, coded_fields, codes_not_known, members
from shared.kernel.life.building import Maker, fact_maker
from shared.kernel.life.checks import (
    check_one_caller,
    check_reached,
    check_refusals,
    check_unambiguous,
    check_written,
    codes_of,
    reachable_from,
)
from shared.kernel.life.diagram import diagram_of
from shared.kernel.life.evolving import moves_of
from shared.kernel.life.refusals import NotNow, not_now, not_yours
from shared.kernel.life.table import (
    STAYS,
    LifeError,
    Relation,
    Row,
    Transition,
    rows_of,
)
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.value import Value

S = TypeVar("S", bound=Value)
Answer = Refusal | tuple[()] | Callable[[Any, Any], Decision]
"""The answer if a command is not possible; a function gives it from ``(command, state)``."""


class Life(Generic[S]):
    """A life, from its table.

    start: the state before the first fact, of a type without a status code. commands, facts,
    statuses: the unions of types that the table must reach; ``statuses`` may include the start's.
    status_list: the code list of the statuses. refusals: the answers instead of ``NotNow``, by
    status or by ``(command, status)``.

    Raises LifeError or FieldError, naming the culprit, if the table contradicts itself or these.
    """

    def __init__(  # noqa: PLR0913 - each is given by name
        self,
        transitions: tuple[Transition, ...],
        *,
        start: S,
        commands: Any,
        facts: Any,
        statuses: Any,
        status_list: str,
        refusals: Mapping[Any, Answer] | None = None,
    ) -> None:
        """Check and compile the table."""
        self.start = start
        self.status_list = status_list
        self.commands, self.facts = members(commands), members(facts)
        self.statuses = tuple(dict.fromkeys((type(start), *members(statuses))))
        self.rows = rows_of(transitions, facts)
        self._refusals = dict(refusals or {})
        self._check()
        self.codes = codes_of(self.statuses, status_list)
        self._plans = {
            command: _plans([row for row in self.rows if row.transition.command is command])
            for command in self.commands
        }
        self._callers = {command: self._may(command) for command in self.commands}
        self._again = {command: self._after(command) for command in self.commands}
        self._turning = frozenset(
            fact for row in self.rows if row.transition.to is not STAYS for fact in row.facts
        )
        self.evolve = self._evolve()

    def decide(self, command: Command, state: S, known: Any) -> Decision:
        """Decide what follows from this command in this state."""
        kind = type(command)
        plan = self._plans[kind].get(type(state))
        refused = self._not_theirs(command, state, known, plan)
        if refused is not None:
            return refused
        if plan is None:
            return self._not_possible(command, state, known)
        if plan.has_codes:
            if refused := codes_not_known(command):
                return refused
            if plan.has_sets:
                command = canonical_codes(command)
        return self._carried_out(command, state, known, plan)

    def turns(self, fact: type[Value]) -> bool:
        """Whether facts of this type lead to a status, so that what comes later answers them."""
        return fact in self._turning

    def possible(self, institution: str, state: S, known: Any) -> tuple[type[Command], ...]:
        """Return the commands that are offered to this institution now, in the table's order."""
        return tuple(
            row.transition.command
            for row in self.rows
            if row.status is type(state)
            and row.transition.offered
            and any(relation.of(state, known) == institution for relation in row.relations)
        )

    def diagram(self, lang: str = "es") -> str:
        """Return the life as a Mermaid state diagram, the same for the same table."""
        return diagram_of(self.rows, self.codes, self.status_list, lang)

    def _check(self) -> None:
        check_written((*self.commands, *self.facts, *self.statuses), self.rows)
        check_one_caller(self.rows)
        check_reached(self.commands, self.facts, self.statuses, self.rows)
        check_unambiguous(self.rows)
        check_refusals(self.commands, self.statuses, self.rows, self._refusals)

    def _evolve(self) -> Callable[[S, Any], S]:
        moves = moves_of(self.rows, self.statuses, self.facts)

        def evolve(state: S, fact: Any) -> S:
            after: S = moves[state.__class__][fact.__class__](state, fact)
            return after

        return evolve

    def _may(self, command: type[Command]) -> tuple[Relation, ...] | None:
        """Return the relations that may give a command in any status, None for a reaction."""
        rows = [row for row in self.rows if row.transition.command is command]
        if rows[0].transition.by == SYSTEM:
            return None
        return tuple({id(each): each for row in rows for each in row.relations}.values())

    def _after(self, command: type[Command]) -> frozenset[type[Value]]:
        """Return the statuses in which a command may have been carried out before."""
        rows = [row for row in self.rows if row.transition.command is command]
        reached = {to for row in rows for to in row.facts.values()}
        return frozenset(kind for to in reached for kind in reachable_from(to, self.rows))

    def _not_theirs(
        self, command: Command, state: S, known: Any, plan: "_Plan | None"
    ) -> Refusal | None:
        anywhere = self._callers[type(command)]
        if anywhere is None:
            return reaction_only(command)
        if plan is None and type(state) is self.statuses[0]:
            return None  # nobody has a relation to what has not begun
        allowed = plan.relations if plan else anywhere
        caller = command.by.institution
        if any(relation.of(state, known) == caller for relation in allowed):
            return None
        own = allowed[0].refusal
        return own(command, state) if own else not_yours(each.code for each in allowed)

    def _not_possible(self, command: Command, state: S, known: Any) -> Decision:
        kind, status = type(command), type(state)
        answer: Answer | None = self._refusals.get((kind, status))
        if answer is None and self._callers[kind] is None and status in self._again[kind]:
            return ()
        if answer is None:
            answer = self._refusals.get(status)
        if answer is None:
            return self._not_now(command, state, known)
        if callable(answer):
            answer = answer(command, state)
        return answer

    def _not_now(self, command: Command, state: S, known: Any) -> NotNow:
        possible = self.possible(command.by.institution, state, known)
        return not_now(self.status_list, self.codes[type(state)], possible)

    def _carried_out(self, command: Command, state: S, known: Any, plan: "_Plan") -> Decision:
        for guard in plan.guards:
            if refused := guard(command, state, known):
                return refused
        if plan.implied is None:
            return plan.facts(command, state, known)
        implied = plan.implied(command, state)
        decision = plan.facts(command, self.evolve(state, implied), known)
        return decision if isinstance(decision, Refusal) else (implied, *decision)


class _Plan:
    """A row, compiled."""

    def __init__(self, row: Row) -> None:
        command, fact = row.transition.command, row.transition.fact
        self.row = row
        self.relations = row.relations
        self.guards = row.transition.guards
        coded = coded_fields(command)
        self.has_codes = bool(coded)
        self.has_sets = any(field.many or field.list_name is None for field in coded)
        self.implied: Maker | None = None
        if row.transition.implied and row.effective_status is not row.status:
            self.implied = fact_maker(row.transition.implied, command, row.status)
        self._maker: Maker | None = None
        if isinstance(fact, type):
            self._maker = fact_maker(fact, command, row.effective_status)

    def facts(self, command: Command, state: Any, known: Any) -> Decision:
        """Return the facts or a refusal. Raises LifeError if a rule gives an undeclared fact."""
        if self._maker:
            return (self._maker(command, state),)
        decision: Decision = self.row.transition.fact(command, state, known)
        if not isinstance(decision, Refusal):
            for fact in decision:
                if type(fact) not in self.row.facts:
                    raise LifeError(f"{self.row.name}: gave {type(fact).__name__}, undeclared")
        return decision


def _plans(rows: list[Row]) -> Mapping[type, _Plan]:
    return {row.status: _Plan(row) for row in rows}
