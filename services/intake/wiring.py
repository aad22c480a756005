"""Intake put together."""

from services.intake.api import router
from services.intake.consumes import READER
from services.intake.publishes import FACTS, publish
from services.intake.timers import TIMERS
from services.intake.vault.vault import MIGRATIONS as VAULT_MIGRATIONS
from services.intake.vault.vault import is_sealed
from shared.kernel.text import Text
from shared.service.service import ServiceDefinition

__all__ = ["SERVICE", "VAULT_MIGRATIONS", "is_sealed"]

SERVICE = ServiceDefinition(
    name="intake",
    title=Text("Recepción de casos", "Intake of cases"),
    facts=FACTS,
    publish=publish,
    reader=READER,
    router=router,
    timers=TIMERS,
)
