"""What the two sides of a referral say of each other once it has ended, from referral's raw facts.

And who says that the person does not want it any more.
"""

from collections.abc import Iterator

from tests.faults.checker.custody import SYSTEM, at_fact, by_case, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import GOES_ON, OPEN, REFERRAL, Stations, requests_in


def sides_rate_each_other_once(evidence: Evidence) -> Iterator[Broken]:
    """Each side rates the other once, after the acceptance or the end; the sender closes the loop.

    Before an acceptance either side says that the person cancelled; after it, the follow-up does.
    """
    for facts in by_case(evidence).values():
        requests, stations = requests_in(facts), Stations()
        rated: set[tuple[str, str]] = set()
        for fact in (each for each in facts if each.name in REFERRAL):
            referral = str(fact.payload["referral_id"])
            request, status = requests.get(referral), stations.of(referral)
            if request is not None:
                sides = str(request.payload["sender"]), str(request.payload["addressee"])
                again = (referral, _who(fact)) in rated
                for sentence in _objections(fact, sides, status, again=again):
                    yield at_fact(fact, sentence)
            if fact.name in {"counterpart-rated", "loop-closed"}:
                rated.add((referral, _who(fact)))
            if stations.take(fact) in GOES_ON:
                rated.discard((referral, _LOOP))


_LOOP = "loop"


def _who(fact: Fact) -> str:
    """Who says it, of what is said once by each; a loop may be closed again if it goes on."""
    return _LOOP if fact.name == "loop-closed" else fact.institution


def _objections(fact: Fact, sides: tuple[str, str], status: str, *, again: bool) -> Iterator[str]:
    by, waits = fact.institution, status in OPEN
    match fact.name:
        case "counterpart-rated":
            other = {*sides} - {by}
            yield from those(
                ("a side rated the other twice", again),
                ("somebody rated who is no other side", by not in sides),
                ("a side rated another than the other", {fact.payload["counterpart"]} != other),
                ("a side rated the other before it answered", waits),
            )
        case "loop-closed":
            yield from those(
                ("a loop was closed by who did not send the referral", by != sides[0]),
                ("a loop was closed twice", again),
                ("a loop was closed that is not over", waits or status in GOES_ON),
            )
        case "referral-cancelled-by-person":
            theirs = fact.role == SYSTEM if status in GOES_ON else by in sides
            yield from those(("a referral was cancelled by who may not", not theirs))
        case _:
            pass
