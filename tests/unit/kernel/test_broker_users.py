"""How services are called by a Kafka cluster."""

from shared.kernel.broker_users import ADMINISTRATOR, SERVICES, user_of


def test_each_service_and_the_administrator_has_a_user_of_its_own() -> None:
    users = {user_of(who) for who in (*SERVICES, ADMINISTRATOR)}
    assert len(users) == 5
    assert all(user.startswith("canaliza-") for user in users)
