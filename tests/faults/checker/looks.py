"""What was read, held against what the reader could be shown by what the service knew just then.

An answer comes from the service's state at some moment between question and answer. What that state
had of the case is bounded from below and above:

- at most what had been committed, wherever it is from, when the answer came;
- at least, of its own facts, those committed ``WITHIN`` seconds before the question; of what it
  hears from others, that which it had acted on, or projected, by then; all, once all is through.

An answer is right if one of the states between them gives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from tests.faults.checker.evidence import PUBLISHERS, READS, Evidence
from tests.faults.checker.rows import Broken, Fact, Look
from tests.faults.checker.sight import (
    ALL,
    SEES_ALL,
    VIEWS,
    Known,
    Shown,
    View,
    names_of,
    of_a_referral,
)

WITHIN = 5.0
"""Seconds in which a committed fact is seen by its own service's readers, whatever is broken."""
_CLOCK = 0.05
_MOST_STATES = 400
NO_SUCH_CASE = 404
_LISTS = frozenset({"cases", "referrals"})
"""The lists."""


def nobody_sees_more_or_less(evidence: Evidence) -> Iterator[Broken]:
    """Whoever reads about a case is shown all that is theirs to see at that moment, and no more."""
    insight = Insight(evidence)
    for look in evidence.ledger.looks:
        if look.question in _LISTS or look.status not in {200, NO_SUCH_CASE}:
            continue
        if insight.waits(look.service, look.case_id):
            continue
        found, right = _found(look), insight.answers(look)
        if right and not any(_fits(look.question, found, each) for each in right):
            yield _wrong(look, found, right)


def lists_show_what_is_theirs(evidence: Evidence) -> Iterator[Broken]:
    """A list has rows of what its reader may see; once all is through, of all of that."""
    insight = Insight(evidence)
    whole: dict[tuple[str, str], list[Look]] = {}
    for look in evidence.ledger.looks:
        if look.question not in _LISTS or look.status != 200:
            continue
        if look.last:
            whole.setdefault((look.reader, look.question), []).append(look)
        for row, said in _rows_of(look):
            if wrong := insight.objection(look, row, said):
                yield _of(look, wrong, row=row)
    for looks in whole.values():
        found = {row for look in looks for row, _ in _rows_of(look)}
        for row in insight.theirs(looks[-1]) - found:
            yield _of(looks[-1], "a list lacks a row of its reader's", row=row)


def everybody_was_read_for(evidence: Evidence) -> Iterator[Broken]:
    """Where somebody looked, some were shown what they asked for, and some were not."""
    looks = evidence.ledger.looks
    if not looks:
        return
    for what, status in (("shown", 200), ("refused", NO_SUCH_CASE)):
        if not any(look.status == status for look in looks):
            yield Broken("", f"nobody was {what} anything", {"looks": len(looks)})


class Insight:
    """What each service knew of each case, and since when."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._of_case: dict[str, dict[str, list[Fact]]] = {}
        for fact in evidence.facts.values():
            cases = self._of_case.setdefault(fact.correlation, {})
            cases.setdefault(fact.service, []).append(fact)
        for by_service in self._of_case.values():
            for facts in by_service.values():
                facts.sort(key=lambda each: each.position)

    @cached_property
    def case_of(self) -> Mapping[str, str]:
        """The case of each referral."""
        return {
            str(fact.payload["referral_id"]): fact.correlation
            for fact in self._evidence.services["referral"].facts
            if fact.name == "referral-requested"
        }

    @cached_property
    def _waiting(self) -> set[tuple[str, str]]:
        return {
            (service.name, row.key)
            for service in self._evidence.services.values()
            for row in service.parked
        }

    @cached_property
    def _projected(self) -> Mapping[tuple[str, int], float]:
        """When reporting had committed each fact's row, in seconds."""
        return {
            (row["source"], row["position"]): row["committed"].timestamp()
            for row in self._evidence.tables["history"]
            if row.get("committed") is not None
        }

    def waits(self, service: str, case_id: str) -> bool:
        """Whether a message of the case was ever set aside there: what it knew is not told then."""
        return (service, case_id) in self._waiting

    def answers(self, look: Look) -> set[Shown]:
        """Every answer that would be right. None at all: there are too many to say."""
        return {
            VIEWS[look.question](View(known, look.reader, _sees_all(look), look.referral_id))
            for known in self._states(look, look.case_id)
        }

    def objection(self, look: Look, row: str, said: frozenset[str]) -> str | None:
        """What is wrong with a list's having a row that says something in these fields."""
        case_id = row if look.question == "cases" else self.case_of.get(row, "")
        if self.waits(look.service, case_id):
            return None
        right = self._rows(look, case_id, row)
        if not right or any(_fits("case-row", said, each) for each in right):
            return None
        if right == {None}:
            return "a list shows a row that its reader may not see"
        return "a list's row says more than its reader may see"

    def theirs(self, look: Look) -> set[str]:
        """The rows that a list must have, once all is through."""
        rows = self._of_case.keys() if look.question == "cases" else self.case_of.keys()
        cases = {row: row if look.question == "cases" else self.case_of[row] for row in rows}
        return {
            row
            for row, case_id in cases.items()
            if not self.waits(look.service, case_id)
            and (right := self._rows(look, case_id, row))
            and None not in right
        }

    def _rows(self, look: Look, case_id: str, row: str) -> set[Shown]:
        """What a row of a list may say; None: that it is not there."""
        return {
            VIEWS[look.question](View(known, look.reader, _sees_all(look), row))
            for known in self._states(look, case_id)
        }

    def _states(self, look: Look, case_id: str) -> Sequence[Known]:
        """Everything that the service may have known of a case when it answered."""
        by_service = self._of_case.get(case_id, {})
        sources = [*READS[look.service]]
        if look.service != "reporting":
            sources.insert(0, look.service)
        ranges: list[list[tuple[str, Sequence[Fact]]]] = []
        count = 1
        for source in sources:
            facts = [f for f in by_service.get(source, ()) if self._is_for(look.service, f)]
            low, high = self._bounds(look, facts)
            ranges.append([(source, facts[:n]) for n in range(low, high + 1)])
            count *= len(ranges[-1])
        if count > _MOST_STATES:
            return ()
        return [{**_NOTHING_KNOWN, **dict(state)} for state in product(*ranges)]

    def _is_for(self, service: str, fact: Fact) -> bool:
        """Whether a service has this fact at all: its own, or one that is published."""
        if service == fact.service:
            return True
        return self._evidence.contracts.publishes(fact.service, fact.name)

    def _bounds(self, look: Look, facts: Sequence[Fact]) -> tuple[int, int]:
        """How many of these the service knew at least, and at most."""
        if look.last:
            return len(facts), len(facts)
        most = sum(_moment(fact) <= look.until + _CLOCK for fact in facts)
        known = (self._known_since(look.service, fact) for fact in facts)
        least = max(
            (n for n, since in enumerate(known, 1) if since < look.since - WITHIN), default=0
        )
        return min(least, most), most

    def _known_since(self, service: str, fact: Fact) -> float:
        """When a service had certainly taken a fact in; never, where that cannot be seen."""
        if fact.service == service:
            return _moment(fact)
        if service == "reporting":
            return self._projected.get((fact.service, fact.position), _NEVER)
        caused = self._evidence.caused.get(fact.id, ())
        return min((_moment(f) for f in caused if f.service == service), default=_NEVER)


_NEVER = float("inf")
_NOTHING_KNOWN: Known = dict.fromkeys(PUBLISHERS, ())


def _moment(fact: Fact) -> float:
    return 0.0 if fact.committed is None else fact.committed.timestamp()


def _rows_of(look: Look) -> Iterator[tuple[str, frozenset[str]]]:
    """The rows of a list, each with the fields in which it says something."""
    for rows in look.body["rows"]:
        yield from ((row, frozenset(rows["fields"])) for row in rows["ids"])


def _sees_all(look: Look) -> bool:
    return bool(SEES_ALL & {*look.roles})


def _found(look: Look) -> Shown:
    """What was shown."""
    body = look.body
    if look.status == NO_SUCH_CASE:
        return None
    match look.question:
        case "history":
            referrals = {of_a_referral(str(one["referral_id"])) for one in body["referrals"]}
            return frozenset(referrals | {str(fact["id"]) for fact in body["facts"]})
        case "custody":
            return frozenset(str(one["referral_id"]) for one in body["referrals"])
        case "case-row":
            return names_of([body])
        case "preview":
            return frozenset(body)
        case _:
            return frozenset()


def _fits(question: str, found: Shown, right: Shown) -> bool:
    """Whether what was shown is what this right answer shows; a row may leave fields empty."""
    if found is None or right is None:
        return found is right
    if right == ALL:
        return True
    return found <= right if question == "case-row" else found == right


def _wrong(look: Look, found: Shown, right: set[Shown]) -> Broken:
    most = frozenset[str]().union(*(each for each in right if each is not None))
    if found is None:
        return _of(look, "somebody was not shown what is theirs to see")
    if right == {None}:
        return _of(look, "somebody was shown a case that is not theirs to see")
    if found - most:
        return _of(look, "somebody was shown more than is theirs to see", more=sorted(found - most))
    return _of(look, "somebody was shown less than is theirs to see", less=sorted(most - found))


def _of(look: Look, sentence: str, **evidence: Any) -> Broken:
    details = {
        "line": look.n,
        "reader": look.reader,
        "service": look.service,
        "question": look.question,
        "since": look.since,
        "last": look.last,
    }
    return Broken(look.case_id, sentence, {**details, **evidence})
