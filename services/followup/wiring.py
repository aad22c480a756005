"""Followup put together."""

from services.followup import followup
from services.followup.api import router
from services.followup.consumes import READER
from services.followup.publishes import publish
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="followup",
    title=("Seguimiento y resultados", "Follow-up and outcomes"),
    facts=followup.FACTS,
    publish=publish,
    reader=READER,
    router=router,
)
