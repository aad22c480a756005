"""How long a session lasts, and how many there are."""

from datetime import timedelta

from services.console.sessions import (
    IDLE,
    LONGEST,
    MOST,
    MOST_OF_A_PERSON,
    MOST_OF_AN_INSTITUTION,
    Sessions,
)
from shared.identity.caller import Caller
from shared.kernel.roles import CASEWORKER
from tests.unit.console.sample_history import OFFICE, SHELTER, START


def person(subject: str, institution: str = OFFICE) -> Caller:
    return Caller(subject, institution, (CASEWORKER,))


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_day_s_work() -> None:
    at = [START]
    sessions = Sessions(lambda: at[0])
    used, unused = (sessions.begin(one, person(one)) for one in ("used", "unused"))
    while at[0] - START <= LONGEST - IDLE:
        at[0] += IDLE
        assert sessions.secret(used) == "used"
    assert sessions.secret(unused) is None
    at[0] = START + LONGEST + timedelta(seconds=1)
    assert sessions.secret(used) is None


def test_an_institution_that_gives_itself_tokens_without_end_ends_its_own_sessions_only() -> None:
    sessions = Sessions()
    elsewhere = sessions.begin("elsewhere", person("elsewhere", SHELTER))
    used, unused = (sessions.begin(one, person(one)) for one in ("used", "unused"))
    assert sessions.secret(used) == "used"
    begun = [sessions.begin(f"{n}", person(f"{n}")) for n in range(MOST_OF_AN_INSTITUTION - 1)]
    assert sessions.secret(elsewhere) == "elsewhere"
    assert sessions.secret(unused) is None
    assert all(sessions.secret(one) is not None for one in (used, *begun))
    for number in range(2 * MOST):
        sessions.begin(f"more-{number}", person(f"more-{number}"))
    assert sessions.secret(elsewhere) == "elsewhere"


def test_where_there_are_as_many_as_may_be_one_ends_of_whoever_has_the_most() -> None:
    sessions = Sessions()
    few = [sessions.begin(one, person(one, SHELTER)) for one in ("first", "second")]
    institutions = [f"busy-{number}" for number in range(MOST // MOST_OF_AN_INSTITUTION)]
    begun = [
        sessions.begin(f"{code}-{number}", person(f"{number}", code))
        for code in institutions
        for number in range(MOST_OF_AN_INSTITUTION)
    ]
    few.append(sessions.begin("third", person("third", SHELTER)))
    assert [sessions.secret(one) for one in few] == ["first", "second", "third"]
    assert sum(sessions.secret(one) is not None for one in begun) == MOST - len(few)


def test_who_signs_in_a_thousand_times_ends_their_own_sessions_only() -> None:
    sessions = Sessions()
    colleague = sessions.begin("colleague", person("colleague"))
    begun = [sessions.begin(f"token-{n % 2}", person("busy")) for n in range(1_000)]
    assert sessions.secret(colleague) == "colleague"
    lasting = [one for one in begun if sessions.secret(one) is not None]
    assert lasting == begun[-MOST_OF_A_PERSON:]
