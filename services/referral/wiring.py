"""Referral put together."""

from services.referral.api import router
from services.referral.consumes import READER
from services.referral.document_keeping import DOCUMENTS
from services.referral.publishes import FACTS, publish
from services.referral.timers import TIMERS
from shared.kernel.text import Text
from shared.postgres.migrations import migrations_of
from shared.service.service import ServiceDefinition

SERVICE = ServiceDefinition(
    name="referral",
    title=Text("Canalización y custodia", "Referral and custody"),
    facts=FACTS,
    publish=publish,
    reader=READER,
    router=router,
    documents=DOCUMENTS,
    timers=TIMERS,
    migrations=migrations_of("services.referral"),
)
