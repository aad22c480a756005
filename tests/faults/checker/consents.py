"""Consents and their overrides, folded from intake's raw facts alone.

What is consented to only shrinks between two renewals; what was taken back stays so; and what is
disclosed without consent is answered for by two persons of one institution, and told.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

_VERSIONS = ("consent-narrowed", "consent-renewed")
_LISTS = ("recipients", "kinds", "categories")
_CLOCKS = ("consent-expired", "person-to-be-asked-again")
_VOID, _WITHDRAWN = "consent-entered-in-error", "consent-withdrawn"
_CONSENTS = frozenset(
    {"consent-recorded", *_VERSIONS, *_CLOCKS, _VOID, _WITHDRAWN, "consent-partly-withdrawn"}
)
_CONFIRM_WITHIN, _LASTS = timedelta(hours=24), timedelta(hours=72)
_ASKED = ("institution", "disclosure", "ground", "basis", "notify")


def consents_stay_within_what_was_said(evidence: Evidence) -> Iterator[Broken]:
    """A version follows the one before; narrowed is within it; what is over stays over."""
    for facts in _by_stream(evidence, _CONSENTS):
        first, *later = facts
        if first.name != "consent-recorded" or first.payload["version"] != 1:
            yield _at(first, "a consent was changed before it was recorded")
            continue
        before, ended = first, ""
        for fact in later:
            if ended and not (ended == _WITHDRAWN and fact.name == _VOID):
                yield _at(fact, "a consent was changed after its end", ended=ended)
            yield from _against(before, fact)
            before = fact if fact.name in _VERSIONS else before
            ended = fact.name if fact.name in {_VOID, _WITHDRAWN} else ended


def _against(before: Fact, fact: Fact) -> Iterator[Broken]:
    """Hold a fact against the version before it."""
    step = 1 if fact.name in _VERSIONS else 0
    if fact.payload.get("version") != before.payload["version"] + step:
        yield _at(fact, "a fact is of another version of its consent")
    if fact.name == "consent-narrowed":
        yield from _narrower(before.payload["terms"], fact)
    if fact.name == "consent-partly-withdrawn":
        held = set(before.payload["terms"]["categories"])
        if not set(fact.payload["part"]["categories"]) <= held:
            yield _at(fact, "data were taken back that nobody had consented to")
    if fact.name in _CLOCKS:
        due = "expires_at" if fact.name == "consent-expired" else "ask_again_at"
        named = before.payload[due]
        if fact.role != "system" or named is None or _when(named) > _when(fact.happened_at):
            yield _at(fact, "a clock ran that was not due")


def _narrower(old: Mapping[str, Any], fact: Fact) -> Iterator[Broken]:
    new = fact.payload["terms"]
    wider = [name for name in _LISTS if not {*new[name]} <= {*old[name]}]
    if wider or new["valid_until"] > old["valid_until"]:
        yield _at(fact, "a narrowed consent goes further than the one before", wider=wider)


def overrides_of_consent_are_two_persons(evidence: Evidence) -> Iterator[Broken]:
    """One person asks, another in another role answers, once and in time; then some are told."""
    for facts in _by_stream(evidence, ("consent-override-",)):
        first, *later = facts
        if first.name != "consent-override-requested":
            yield _at(first, "an override was answered before it was asked for")
            continue
        answer, told = "", set[str]()
        for fact in later:
            if fact.name == "consent-override-notified":
                whom = str(fact.payload["notified"])
                if answer != "consent-override-confirmed" or whom in told:
                    yield _at(fact, "somebody was told of an override that is none, or twice")
                if whom not in first.payload["notify"]:
                    yield _at(fact, "somebody was told whom the override does not name")
                told.add(whom)
                continue
            if answer:
                yield _at(fact, "an override was answered twice")
            yield from _answered(first, fact)
            answer = fact.name


def _answered(first: Fact, fact: Fact) -> Iterator[Broken]:
    if fact.institution != first.payload["institution"]:
        yield _at(fact, "an override was answered by another institution")
    if fact.subject == first.subject or fact.role == first.role:
        yield _at(fact, "an override was asked for and answered by one person, or one role")
    if fact.name != "consent-override-confirmed":
        return
    at = _when(fact.happened_at)
    if at > _when(first.happened_at) + _CONFIRM_WITHIN:
        yield _at(fact, "an override was confirmed too late")
    if _when(fact.payload["until"]) != at + _LASTS:
        yield _at(fact, "an override lasts for another time than it may")
    if any(fact.payload[name] != first.payload[name] for name in _ASKED):
        yield _at(fact, "an override allows something else than was asked for")


def _by_stream(evidence: Evidence, names: Any) -> Iterator[list[Fact]]:
    """Yield the facts of each stream that has such facts, in their order."""
    streams: dict[str, list[Fact]] = {}
    for fact in sorted(evidence.services["intake"].facts, key=lambda each: each.version):
        if fact.name in names or fact.name.startswith(tuple(names)):
            streams.setdefault(fact.stream, []).append(fact)
    yield from streams.values()


def _when(written: object) -> datetime:
    return datetime.fromisoformat(str(written))


def _at(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    return Broken(fact.correlation, sentence, {"fact": fact.id, "name": fact.name, **evidence})
