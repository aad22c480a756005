"""What counts of a follow-up's work has a number each."""

from services.followup import followup
from services.followup.life import DECIDER
from tests.spec import rules
from tests.unit.followup.test_followup import CONTACT, OPENED

given = rules(DECIDER)


def test_what_counts_of_a_kind_is_listed_by_its_number() -> None:
    state = given(OPENED, CONTACT).state
    assert state.counted(followup.ContactRecorded) == {2: CONTACT}
    assert state.counted(followup.ServiceDelivered) == {}
