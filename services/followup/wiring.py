"""Followup put together."""

from services.followup.api import router
from services.followup.consumes import READER
from services.followup.publishes import FACTS, publish
from services.followup.timers import TIMERS
from shared.kernel.text import Text
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="followup",
    title=Text("Seguimiento y resultados", "Follow-up and outcomes"),
    facts=FACTS,
    publish=publish,
    reader=READER,
    router=router,
    timers=TIMERS,
)
