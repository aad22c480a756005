"""What the system answered its callers, held against what it recorded."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from tests.faults.checker.contracts import key_of
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact, Submission, Try


def nothing_acknowledged_is_missing(evidence: Evidence) -> Iterator[Broken]:
    """Whatever was acknowledged is on the log as the receipt says, and the receipt is kept."""
    for submission in evidence.ledger.submissions:
        receipt = submission.receipt
        if receipt is None:
            continue
        kept = evidence.services[submission.service].commands.get(submission.command_id)
        if kept is None:
            yield _of(submission, "an acknowledged command is not kept")
        elif kept != receipt:
            yield _of(
                submission, "the receipt that is kept is another", kept=kept, received=receipt
            )
        for identity, name in zip(receipt["facts"], receipt["names"], strict=True):
            wrong = _missing(evidence.facts.get(identity), name, submission)
            if wrong:
                yield _of(submission, wrong, fact=identity, name=name)
        last = evidence.facts.get(receipt["facts"][-1]) if receipt["facts"] else None
        if last and (last.stream, last.version) != (receipt["stream"], receipt["version"]):
            yield _of(submission, "the receipt names another version of the stream", fact=last.id)


def what_was_recorded_is_what_was_asked(evidence: Evidence) -> Iterator[Broken]:
    """The facts of an acknowledged command have the command's values, and who gave it."""
    for submission in evidence.ledger.submissions:
        receipt = submission.receipt
        known = (evidence.facts.get(each) for each in (receipt["facts"] if receipt else ()))
        for fact in (each for each in known if each is not None):
            if fact.institution != submission.institution:
                yield _of(submission, "the fact names another institution", fact=fact.id)
            differing = [
                name
                for name in submission.body or ()
                if not _recorded(name, submission.body[name], fact)
            ]
            if differing:
                details = {"fact": fact.id, "fields": differing}
                yield _of(submission, "the fact says something else", **details)


def nothing_is_done_twice(evidence: Evidence) -> Iterator[Broken]:
    """A command has one set of facts, side by side on the log, and no fact has two commands."""
    for service in evidence.services.values():
        claimed: dict[str, str] = {}
        for command, receipt in service.commands.items():
            facts = _caused_by(evidence, service.name, command)
            case = facts[0].correlation if facts else str(receipt["stream"])
            if [fact.id for fact in facts] != receipt["facts"]:
                details = {"command": command, "receipt": receipt["facts"]}
                found = [fact.id for fact in facts]
                yield Broken(
                    case,
                    "a command left other facts than its receipt says",
                    {**details, "facts": found},
                )
            if any(b.position != a.position + 1 for a, b in pairwise(facts)):
                yield Broken(case, "a command was carried out in two goes", {"command": command})
            for fact in receipt["facts"]:
                if claimed.setdefault(fact, command) != command:
                    yield Broken(case, "two commands claim one fact", {"fact": fact})


def equal_tries_get_equal_answers(evidence: Evidence) -> Iterator[Broken]:
    """Once a key was answered with a receipt, it is answered with that receipt for ever.

    Byte for byte, headers too: at once, after the stream has moved on, after a restart.
    """
    for submissions in _by_command(evidence).values():
        for submission in submissions:
            accepted = [each for each in submission.tries if each.accepted]
            if len({_answer(each) for each in accepted}) > 1:
                late = sorted({t.late for t in accepted if _answer(t) != _answer(accepted[0])})
                details = {"tries": len(accepted), "late": late}
                yield _of(submission, "the same command got two receipts", **details)
            for each in submission.tries:
                if each.refused and any(_before(earlier, each) for earlier in accepted):
                    yield _of(
                        submission, "a command was refused after its receipt", status=each.status
                    )
        if (
            sum(submission.receipt is not None for submission in submissions) > 1
            and len(_wordings(submissions)) > 1
        ):
            yield _of(submissions[0], "one key was accepted for two different commands")


def _answer(one: Try) -> tuple[Any, ...]:
    """All that an answer says."""
    return one.status, one.digest, json.dumps(one.body, sort_keys=True), one.headers


def a_refusal_leaves_no_fact(evidence: Evidence) -> Iterator[Broken]:
    """A no means: not carried out before that answer. Later the same key may be decided anew.

    Refusals are not kept. So where every answer was no there is no fact; and where a fact is, no
    attempt was refused that was sent after the fact was committed, which is certain when a fact of
    a higher position had been acknowledged by then.
    """
    highest = _acknowledged_by_line(evidence)
    for submissions in _by_command(evidence).values():
        submission = submissions[0]
        facts = _caused_by(evidence, submission.service, submission.command_id)
        kept = submission.command_id in evidence.services[submission.service].commands
        tries = [each for submission in submissions for each in submission.tries]
        refused = [each for each in tries if each.refused]
        if refused and (facts or kept) and not any(t.accepted or t.doubtful for t in tries):
            found = [fact.id for fact in facts]
            yield _of(
                submission, "a command that was only ever refused left its facts", facts=found
            )
        elif facts and len(_wordings(submissions)) == 1:
            for each in refused:
                if facts[0].position <= _at_line(
                    highest.get(submission.service, ()), each.sent_at_line
                ):
                    yield _of(
                        submission,
                        "a command was refused that had been carried out",
                        facts=facts[0].id,
                    )


def nothing_is_done_unasked(evidence: Evidence) -> Iterator[Broken]:
    """Every kept command about a case was submitted, and given up or answered in the ledger.

    That a link was opened is kept under a key of the service's own.
    """
    submitted = {submission.command_id for submission in evidence.ledger.submissions}
    opened = {f.causation for f in evidence.services["referral"].facts if _was_opened(f, evidence)}
    for service in evidence.services.values():
        for command, receipt in service.commands.items():
            directory = all(map(_of_the_directory, receipt["names"]))
            asked = command in submitted or f"command:{command}" in opened
            if not asked and not directory:
                details = {"service": service.name, "command": command}
                yield Broken(str(receipt["stream"]), "a command was kept that nobody gave", details)


def _was_opened(fact: Fact, evidence: Evidence) -> bool:
    """Whether a link was opened of which somebody had shown the secret."""
    shown = {each.link for each in evidence.ledger.openings}
    return fact.name == "link-opened" and fact.payload["link_id"] in shown


def _of_the_directory(name: str) -> bool:
    """Whether such a fact is one that an operator records with its own commands."""
    return name == "custody-assigned" or key_of(name) != "case"


_BESIDE = ("message-", "folio-", "institution-name-", "agreement-noted", "link-filed")
"""How the facts begin that are recorded beside those of a command."""


def _of(submission: Submission, sentence: str, **evidence: Any) -> Broken:
    details = {
        "ask": submission.id,
        "service": submission.service,
        "command": submission.command,
        **evidence,
    }
    return Broken(submission.case_id, sentence, details)


def _missing(fact: Fact | None, name: str, submission: Submission) -> str | None:
    if fact is None or fact.name != name:
        return "an acknowledged fact is not on the log"
    theirs = fact.causation == f"command:{submission.command_id}"
    return None if theirs else "an acknowledged fact follows from another command"


def _caused_by(evidence: Evidence, service: str, command: str) -> list[Fact]:
    """The facts that a command led to in its own stream: those that its receipt names.

    What an operator resolved is no command of the door.
    """
    facts = evidence.caused.get(f"command:{command}", ())
    return [f for f in facts if f.service == service and not f.name.startswith(_BESIDE)]


def _by_command(evidence: Evidence) -> Mapping[str, Sequence[Submission]]:
    found: dict[str, list[Submission]] = {}
    for submission in evidence.ledger.submissions:
        found.setdefault(submission.command_id, []).append(submission)
    return found


def _wordings(submissions: Sequence[Submission]) -> set[tuple[str, str]]:
    return {
        (submission.path, json.dumps(submission.body, sort_keys=True)) for submission in submissions
    }


def _before(one: Try, other: Try) -> bool:
    """Whether the one had been answered when the other was sent."""
    return one.answered is not None and one.answered < other.sent_at_line


def _acknowledged_by_line(evidence: Evidence) -> Mapping[str, Sequence[tuple[int, int]]]:
    """By service: at which line of the ledger which highest position had been acknowledged."""
    acknowledged = [
        (submission.service, each.answered, fact.position)
        for submission in evidence.ledger.submissions
        for each in submission.tries
        if each.accepted and each.answered and each.body["facts"]
        if (fact := evidence.facts.get(each.body["facts"][-1])) is not None
    ]
    highest: dict[str, list[tuple[int, int]]] = {}
    for service, lines in groupby(sorted(acknowledged), key=lambda line: line[0]):
        most = 0
        for _, line, position in lines:
            most = max(most, position)
            highest.setdefault(service, []).append((line, most))
    return highest


def _at_line(highest: Sequence[tuple[int, int]], line: int) -> int:
    n = bisect_left(highest, (line, 0))
    return highest[n - 1][1] if n else 0


def _recorded(name: str, sent: Any, fact: Fact) -> bool:
    """Whether a member of the request's body stands in the fact, where the fact has it at all."""
    if name == "happened_at":
        return sent is None or _same(_moment(sent), _moment(fact.happened_at))
    kept = fact.payload.get("addressee" if name == "to" else name, sent)
    if sent is None or kept is None:
        return sent is kept
    if isinstance(sent, dict):
        return all(_same(value, kept[key]) for key, value in sent.items())
    if name == "amount":
        sent, kept = Decimal(sent), Decimal(kept)
    elif name in {"opened_at", "scheduled_for"}:
        sent, kept = _moment(sent), _moment(kept)
    return _same(sent, kept)


def _same(sent: Any, kept: Any) -> bool:
    """Lists say the same in any order."""
    if isinstance(sent, list) and isinstance(kept, list):
        return set(sent) == set(kept)
    return bool(sent == kept)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
