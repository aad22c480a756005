"""Who appears in the examples: made-up institutions, a case, a referral, a day."""

from datetime import datetime, timedelta, timezone
from uuid import UUID

from services.referral.institution import Reachable
from shared.kernel.decider import Actor

CHIHUAHUA_TIME = timezone(timedelta(hours=-6))
AT = datetime(2026, 5, 4, 21, 30, tzinfo=CHIHUAHUA_TIME)
"""Half past nine at night in Chihuahua: in UTC that is the next day already."""

OFFICE = Actor("oficina-laboral-chih", "caseworker", "token-1")
COMMISSION = Actor("comision-ddhh-chih", "caseworker", "token-2")
SHELTER = Actor("albergue-juarez", "caseworker", "token-3")
ADMINISTRATOR = Actor("canaliza", "administrator", "token-4")
STEWARD = Actor("canaliza", "steward", "token-6")
OPERATOR = Actor("operator", "operator", "cli")
ALWAYS = datetime(2200, 1, 1, tzinfo=CHIHUAHUA_TIME)
"""Until when those that can be reached in the examples can."""
REACHABLE = Reachable(ALWAYS)
SYSTEM = Actor("canaliza", "system", "reaction")

CASE = UUID("00000000-0000-4000-8000-00000000000c")
REFERRAL = UUID("00000000-0000-4000-8000-00000000000a")
OTHER_REFERRAL = UUID("00000000-0000-4000-8000-00000000000b")
THIRD_REFERRAL = UUID("00000000-0000-4000-8000-00000000000d")
