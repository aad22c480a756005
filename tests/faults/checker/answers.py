"""What the system told its callers, held against what it recorded."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Ask, Broken, Fact, Try


def nothing_acknowledged_is_missing(evidence: Evidence) -> Iterator[Broken]:
    """Whatever was acknowledged is on the log as the receipt says, and the receipt is kept."""
    for ask in evidence.ledger.asks:
        receipt = ask.receipt
        if receipt is None:
            continue
        kept = evidence.services[ask.service].commands.get(ask.command_id)
        if kept is None:
            yield _of(ask, "an acknowledged command is not kept")
        elif kept != receipt:
            yield _of(ask, "the receipt that is kept is another", kept=kept, told=receipt)
        for identity, name in zip(receipt["facts"], receipt["names"], strict=True):
            wrong = _missing(evidence.facts.get(identity), name, ask)
            if wrong:
                yield _of(ask, wrong, fact=identity, name=name)
        last = evidence.facts.get(receipt["facts"][-1]) if receipt["facts"] else None
        if last and (last.stream, last.version) != (receipt["stream"], receipt["version"]):
            yield _of(ask, "the receipt names another version of the stream", fact=last.id)


def what_was_recorded_is_what_was_asked(evidence: Evidence) -> Iterator[Broken]:
    """The fact of an acknowledged command says what the command said, and who gave it."""
    for ask in evidence.ledger.asks:
        facts = ask.receipt["facts"] if ask.receipt else ()
        fact = evidence.facts.get(facts[-1]) if facts else None
        if fact is None:
            continue
        if fact.institution != ask.institution:
            yield _of(ask, "the fact names another institution", fact=fact.id)
        differing = [name for name in ask.body or () if not _recorded(name, ask.body[name], fact)]
        if differing:
            yield _of(ask, "the fact says something else", fact=fact.id, fields=differing)


def nothing_is_done_twice(evidence: Evidence) -> Iterator[Broken]:
    """A command has one set of facts, side by side on the log, and no fact has two commands."""
    for service in evidence.services.values():
        claimed: dict[str, str] = {}
        for command, receipt in service.commands.items():
            facts = _caused_by(evidence, service.name, command)
            case = facts[0].correlation if facts else str(receipt["stream"])
            if [fact.id for fact in facts] != receipt["facts"]:
                said = {"command": command, "receipt": receipt["facts"]}
                found = [fact.id for fact in facts]
                yield Broken(
                    case,
                    "a command left other facts than its receipt says",
                    {**said, "facts": found},
                )
            if any(b.position != a.position + 1 for a, b in pairwise(facts)):
                yield Broken(case, "a command was carried out in two goes", {"command": command})
            for fact in receipt["facts"]:
                if claimed.setdefault(fact, command) != command:
                    yield Broken(case, "two commands claim one fact", {"fact": fact})


def equal_tries_get_equal_answers(evidence: Evidence) -> Iterator[Broken]:
    """Once a key was answered with a receipt, it is answered with that receipt for ever."""
    for asks in _by_command(evidence).values():
        for ask in asks:
            accepted = [each for each in ask.tries if each.accepted]
            answers = {(t.status, t.digest, json.dumps(t.body, sort_keys=True)) for t in accepted}
            if len(answers) > 1:
                yield _of(ask, "the same command got two receipts", tries=len(accepted))
            for each in ask.tries:
                if each.refused and any(_before(earlier, each) for earlier in accepted):
                    yield _of(ask, "a command was refused after its receipt", status=each.status)
        if sum(ask.receipt is not None for ask in asks) > 1 and len(_wordings(asks)) > 1:
            yield _of(asks[0], "one key was accepted for two different commands")


def a_refusal_leaves_no_fact(evidence: Evidence) -> Iterator[Broken]:
    """A no means: not carried out before it was said. Later the same key may be decided anew.

    Refusals are not kept. So where every answer was no there is no fact; and where a fact is, no
    attempt was refused that was sent after the fact was committed, which is certain when a fact of
    a higher position had been acknowledged by then.
    """
    highest = _acknowledged_by_line(evidence)
    for asks in _by_command(evidence).values():
        ask = asks[0]
        facts = _caused_by(evidence, ask.service, ask.command_id)
        kept = ask.command_id in evidence.services[ask.service].commands
        tries = [each for ask in asks for each in ask.tries]
        refused = [each for each in tries if each.refused]
        if refused and (facts or kept) and not any(t.accepted or t.doubtful for t in tries):
            found = [fact.id for fact in facts]
            yield _of(ask, "a command that was only ever refused left its facts", facts=found)
        elif facts and len(_wordings(asks)) == 1:
            for each in refused:
                if facts[0].position <= _at_line(highest.get(ask.service, ()), each.asked):
                    yield _of(
                        ask, "a command was refused that had been carried out", facts=facts[0].id
                    )


def nothing_is_done_unasked(evidence: Evidence) -> Iterator[Broken]:
    """Every kept command about a case was asked for, and given up or answered in the ledger."""
    asked = {ask.command_id for ask in evidence.ledger.asks}
    for service in evidence.services.values():
        for command, receipt in service.commands.items():
            directory = all(name.startswith("institution-") for name in receipt["names"])
            if command not in asked and not directory:
                said = {"service": service.name, "command": command}
                yield Broken(str(receipt["stream"]), "a command was kept that nobody gave", said)


def _of(ask: Ask, sentence: str, **evidence: Any) -> Broken:
    said = {"ask": ask.id, "service": ask.service, "command": ask.command, **evidence}
    return Broken(ask.case_id, sentence, said)


def _missing(fact: Fact | None, name: str, ask: Ask) -> str | None:
    if fact is None or fact.name != name:
        return "an acknowledged fact is not on the log"
    theirs = fact.causation == f"command:{ask.command_id}"
    return None if theirs else "an acknowledged fact follows from another command"


def _caused_by(evidence: Evidence, service: str, command: str) -> list[Fact]:
    """The facts that a command led to; what an operator resolved is no command of the door."""
    facts = evidence.caused.get(f"command:{command}", ())
    return [f for f in facts if f.service == service and not f.name.startswith("message-")]


def _by_command(evidence: Evidence) -> Mapping[str, Sequence[Ask]]:
    found: dict[str, list[Ask]] = {}
    for ask in evidence.ledger.asks:
        found.setdefault(ask.command_id, []).append(ask)
    return found


def _wordings(asks: Sequence[Ask]) -> set[tuple[str, str]]:
    return {(ask.path, json.dumps(ask.body, sort_keys=True)) for ask in asks}


def _before(one: Try, other: Try) -> bool:
    """Whether the one had been answered when the other was sent."""
    return one.answered is not None and one.answered < other.asked


def _acknowledged_by_line(evidence: Evidence) -> Mapping[str, Sequence[tuple[int, int]]]:
    """By service: at which line of the ledger which highest position had been acknowledged."""
    told = [
        (ask.service, each.answered, fact.position)
        for ask in evidence.ledger.asks
        for each in ask.tries
        if each.accepted and each.answered and each.body["facts"]
        if (fact := evidence.facts.get(each.body["facts"][-1])) is not None
    ]
    highest: dict[str, list[tuple[int, int]]] = {}
    for service, lines in groupby(sorted(told), key=lambda line: line[0]):
        most = 0
        for _, line, position in lines:
            most = max(most, position)
            highest.setdefault(service, []).append((line, most))
    return highest


def _at_line(highest: Sequence[tuple[int, int]], line: int) -> int:
    n = bisect_left(highest, (line, 0))
    return highest[n - 1][1] if n else 0


def _recorded(name: str, said: Any, fact: Fact) -> bool:
    """Whether a member of the request's body stands in the fact, where the fact has it at all."""
    if name == "happened_at":
        return said is None or _same(_moment(said), _moment(fact.happened_at))
    kept = fact.said.get("addressee" if name == "to" else name, said)
    if said is None or kept is None:
        return said is kept
    if isinstance(said, dict):
        return all(_same(value, kept[key]) for key, value in said.items())
    if name == "amount":
        said, kept = Decimal(said), Decimal(kept)
    elif name == "opened_at":
        said, kept = _moment(said), _moment(kept)
    return _same(said, kept)


def _same(said: Any, kept: Any) -> bool:
    """Lists say the same in any order."""
    if isinstance(said, list) and isinstance(kept, list):
        return set(said) == set(kept)
    return bool(said == kept)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
