"""What intake does by itself: a consent runs out, and whoever came of age is to be asked."""

from datetime import UTC, timedelta
from typing import Any

from services.intake.consent.commands import RunConsentClock
from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentNarrowed,
    ConsentWithdrawn,
    PersonToBeAskedAgain,
    stream_of,
)
from services.intake.timers import ASKING_AGAIN, EXPIRING, TIMERS
from shared.kernel.fields import kebab
from shared.kernel.record import Meta, Recorded
from shared.kernel.roles import SYSTEM
from shared.timers.timer import CancelTimer, Change, SetTimer, Timer
from tests.case_facts import ENTRY
from tests.consent_facts import (
    CONSENT,
    CONSENTS,
    MANNER,
    OF_A_MINOR,
    OF_AGE,
    OVER,
    RECORDED,
    TERMS,
)
from tests.personas import AT, CASE, OFFICE

OURS = OFFICE.institution
META = Meta(OURS, "caseworker", "token-1", AT, AT.astimezone(UTC), str(CASE), "command:1")
FIRST, SECOND = f"{CASE}/{CONSENT}/1", f"{CASE}/{CONSENT}/2"


def changes(fact: Any) -> list[Change]:
    name = kebab(type(fact).__name__)
    assert name in TIMERS.facts
    return [*TIMERS.changes(Recorded("intake", 1, stream_of(CONSENT), 1, name, META, fact))]


def test_a_version_sets_the_moments_that_it_names() -> None:
    assert changes(RECORDED) == [SetTimer(EXPIRING, FIRST, OVER)]
    assert changes(OF_A_MINOR) == [
        SetTimer(EXPIRING, FIRST, OVER),
        SetTimer(ASKING_AGAIN, FIRST, OF_AGE),
    ]


def test_the_next_version_has_moments_of_its_own() -> None:
    less = ConsentNarrowed(CONSENT, 2, OURS, TERMS, MANNER, OVER, None, 1, 2)
    assert changes(less) == [
        CancelTimer(EXPIRING, FIRST),
        CancelTimer(ASKING_AGAIN, FIRST),
        SetTimer(EXPIRING, SECOND, OVER),
    ]


def test_what_is_over_has_no_clock() -> None:
    for ended in (
        ConsentWithdrawn(CONSENT, 1, OURS, "not-stated", 1, 2),
        ConsentEnteredInError(CONSENT, 1, ENTRY, "duplicate", 1),
        ConsentExpired(CONSENT, 1),
    ):
        assert changes(ended) == [CancelTimer(EXPIRING, FIRST), CancelTimer(ASKING_AGAIN, FIRST)]


def test_a_timer_that_is_due_has_the_rules_say_what_follows() -> None:
    for kind, given, at, fact in (
        (EXPIRING, RECORDED, OVER, ConsentExpired(CONSENT, 1)),
        (ASKING_AGAIN, OF_A_MINOR, OF_AGE, PersonToBeAskedAgain(CONSENT, 1)),
    ):
        timer = Timer(kind, FIRST, at, "intake:1:1", OURS)
        timed = TIMERS.fire(timer, at + timedelta(seconds=1))
        assert (timed.stream, timed.correlation) == (stream_of(CONSENT), str(CASE))
        assert isinstance(timed.command, RunConsentClock)
        assert timed.command.by.role == SYSTEM
        state = CONSENTS.fold([given])
        assert timed.decider.decide_with(timed.command, state, {}) == (fact,)
