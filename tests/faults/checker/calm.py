"""How the run ended: all through in time, all readers and relays at the end, something to see."""

from collections.abc import Iterator, Mapping

from tests.faults.checker.evidence import PUBLISHERS, READS, Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.travel import partition_of

WITHIN_SECONDS = 30.0


def all_is_through_in_time(evidence: Evidence) -> Iterator[Broken]:
    """After the last fault everything is through within thirty seconds, as the driver saw it."""
    ledger = evidence.ledger
    if not ledger.quiet:
        yield Broken("", "the run never became quiet", {"lines": ledger.lines})
    elif ledger.through is None:
        yield Broken("", "not everything came through", {})
    elif ledger.through > WITHIN_SECONDS:
        yield Broken("", "it took longer to come through", {"seconds": ledger.through})


def readers_are_at_the_end(evidence: Evidence) -> Iterator[Broken]:
    """Each reader's position is behind the last message of each partition that it follows."""
    last: dict[tuple[str, int], int] = {}
    for source, events in evidence.reading.events.items():
        last |= {(source, event.message.partition): event.position for event in events}
    for service, sources in READS.items():
        positions = evidence.services[service].positions
        for (source, partition), end in evidence.ends.items():
            if source not in sources or not end:
                continue
            found = positions.get(f"{source}/{partition}", (0, 0))
            if found != (last.get((source, partition), 0), end):
                expected = [last.get((source, partition), 0), end]
                details = {"service": service, "row": f"{source}/{partition}"}
                sentence = "a reader is not at the end"
                yield Broken("", sentence, {**details, "expected": expected, "found": list(found)})


def relays_are_at_the_end(evidence: Evidence) -> Iterator[Broken]:
    """Each relay's position is at its log's last position, and at each partition's last message."""
    for source in PUBLISHERS:
        service = evidence.services[source]
        expected = {"relay/-1": service.head, **_last(evidence.published(source), evidence)}
        for name, position in expected.items():
            found = service.positions.get(name, (0, 0))[0]
            if found != position:
                details = {"service": source, "row": name, "expected": position, "found": found}
                yield Broken("", "a relay is not at the end", details)


def there_was_something_to_see(evidence: Evidence) -> Iterator[Broken]:
    """A run that shows nothing proves nothing: every kind of evidence is there."""
    for what, count in counts(evidence).items():
        if not count and what in NEEDED:
            yield Broken("", f"there was nothing to look at: {what}", {})
    if not evidence.ledger.ended:
        yield Broken("", "the ledger has no end", {"lines": evidence.ledger.lines})


NEEDED = (
    *("asks", "acknowledged", "commands kept", "messages", "cases", "referrals", "acceptances"),
    *("follow-ups", "intake facts", "referral facts", "followup facts"),
    *("history rows", "tallies"),
)
"""Of what there must be at least one."""


def counts(evidence: Evidence) -> Mapping[str, int]:
    """How much of everything was looked at."""
    ledger, services = evidence.ledger, evidence.services
    tries = [each for submission in ledger.submissions for each in submission.tries]
    named = [fact.name for fact in evidence.facts.values()]
    return {
        "asks": len(ledger.submissions),
        "tries": len(tries),
        "acknowledged": sum(submission.receipt is not None for submission in ledger.submissions),
        "refused": sum(each.refused for each in tries),
        "doubtful": sum(each.doubtful for each in tries),
        "late repeats": sum(bool(each.late) for each in tries),
        "looks": len(ledger.looks),
        "faults": len(ledger.faults),
        "poisoned": len(ledger.poisons),
        "commands kept": sum(len(each.commands) for each in services.values()),
        **{f"{each.name} facts": len(each.facts) for each in services.values()},
        "facts with a moment of commit": sum(
            f.committed is not None for f in evidence.facts.values()
        ),
        "cases": named.count("custody-taken"),
        "referrals": named.count("referral-requested"),
        "acceptances": named.count("referral-accepted"),
        "follow-ups": named.count("follow-up-opened"),
        "messages": len(evidence.messages),
        "repeats": len(evidence.reading.repeats),
        "set aside": sum(len(each.parked) for each in services.values()),
        "history rows": len(evidence.tables["history"]),
        "tallies": len(evidence.tables["tallies"]),
    }


def _last(published: list[Fact], evidence: Evidence) -> dict[str, int]:
    partitions = evidence.ledger.partitions
    return {f"relay/{partition_of(f.correlation, partitions)}": f.position for f in published}
