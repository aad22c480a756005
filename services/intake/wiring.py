"""Intake put together."""

from services.intake.api import router
from services.intake.consumes import READER
from services.intake.publishes import FACTS, publish
from shared.kernel.text import Text
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="intake",
    title=Text("Recepción de casos", "Intake of cases"),
    facts=FACTS,
    publish=publish,
    reader=READER,
    router=router,
)
