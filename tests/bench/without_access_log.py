"""Referral as it would be without an access log, to measure what that costs. Nothing else runs it.

There is no setting for this: an installation always has its access log.
"""

from services.referral.wiring import SERVICE
from shared.identity.access_log import Access, AccessLog
from shared.service.run import main


async def _write_nothing(self: AccessLog, access: Access) -> None:
    del self, access


if __name__ == "__main__":
    AccessLog.write = _write_nothing  # type: ignore[method-assign]
    main(SERVICE)
