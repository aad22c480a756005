"""An access log for tests without a database: it keeps its port's promises in a list."""

from shared.identity.access_log import Access, AccessLogAway


class WrittenAccesses:
    """What was written. away: while true nothing can be."""

    def __init__(self) -> None:
        self.lines: list[Access] = []
        self.away = False

    async def write(self, access: Access) -> None:
        if self.away:
            raise AccessLogAway
        self.lines.append(access)

    async def refused(self, access: Access) -> None:
        if not self.away:
            self.lines.append(access)
