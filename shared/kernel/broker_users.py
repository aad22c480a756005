"""The users of a Kafka cluster: one for each service, and the administrator."""

from typing import Final

SERVICES: Final = ("intake", "referral", "followup", "reporting")
"""The four services, in the order in which a case meets them."""
ADMINISTRATOR: Final = "administrator"
"""Who makes topics and rights, beside the services."""
SCRAM: Final = "SCRAM-SHA-512"
"""How they log in, unless the settings say otherwise."""


def user_of(who: str) -> str:
    """Return how a service, or the administrator, is called by a cluster unless it is told so."""
    return f"canaliza-{who}"
