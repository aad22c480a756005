"""Referral put together."""

from services.referral import custody as referral
from services.referral import directory
from services.referral.api import router
from services.referral.consumes import READER
from services.referral.publishes import publish
from shared.service.service import Parts

PARTS = Parts(
    name="referral",
    title=("Canalización y custodia", "Referral and custody"),
    facts={**directory.FACTS, **referral.FACTS},
    publish=publish,
    reader=READER,
    router=router,
)
