"""Intake put together."""

from services.intake import case, parties
from services.intake.api import router
from services.intake.consumes import READER
from services.intake.publishes import publish
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="intake",
    title=("Recepción de casos", "Intake of cases"),
    facts={**case.FACTS, **parties.FACTS},
    publish=publish,
    reader=READER,
    router=router,
)
