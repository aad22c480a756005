"""Reporting put together."""

from services.reporting.api import router
from services.reporting.consumes import READER
from services.reporting.publishes import FACTS, publish
from shared.kernel.text import Text
from shared.postgres.migrations import migrations_of
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="reporting",
    title=Text("Informes, indicadores e historias", "Reports, indicators and histories"),
    facts=FACTS,
    publish=publish,
    reader=READER,
    router=router,
    migrations=migrations_of("services.reporting"),
)
