"""How long a session lasts, and how many there are."""

from datetime import timedelta

from services.console.sessions import IDLE, LONGEST, MOST, MOST_OF_A_TOKEN, Sessions
from tests.unit.console.sample_history import START


def test_a_session_ends_when_nobody_uses_it_and_in_any_case_after_a_day_s_work() -> None:
    at = [START]
    sessions = Sessions(lambda: at[0])
    used, unused = sessions.begin("used"), sessions.begin("unused")
    while at[0] - START <= LONGEST - IDLE:
        at[0] += IDLE
        assert sessions.secret(used) == "used"
    assert sessions.secret(unused) is None
    at[0] = START + LONGEST + timedelta(seconds=1)
    assert sessions.secret(used) is None


def test_there_are_never_more_than_so_many_sessions() -> None:
    sessions = Sessions()
    first, second = sessions.begin("first"), sessions.begin("second")
    assert sessions.secret(first) == "first"
    for number in range(MOST - 1):
        sessions.begin(f"another-{number}")
    assert sessions.secret(second) is None
    assert sessions.secret(first) == "first"


def test_who_signs_in_a_thousand_times_with_one_token_ends_its_own_sessions_only() -> None:
    sessions = Sessions()
    somebody = sessions.begin("somebody")
    begun = [sessions.begin("busy") for _ in range(MOST)]
    assert sessions.secret(somebody) == "somebody"
    lasting = [one for one in begun if sessions.secret(one) is not None]
    assert lasting == begun[-MOST_OF_A_TOKEN:]
