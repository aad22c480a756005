"""The services' names are written twice, because shared may not import the composition root."""

from services.installation import ALL
from shared.service.settings import SERVICES


def test_the_settings_name_the_services_that_there_are_in_their_order() -> None:
    assert tuple(parts.name for parts in ALL) == SERVICES
