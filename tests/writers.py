"""What runs in a process of its own where a test needs several."""

from shared.eventstore.log import Log
from shared.eventstore.writer import Receipt
from shared.kernel.ids import derived_id
from shared.postgres.database import DatabaseAddress
from shared.postgres.migrations import Schema, migrate
from tests.toy_service import TELLER, VOCABULARY, append, asking


def write_many(address: DatabaseAddress, name: str, count: int, streams: int) -> None:
    """Append ``count`` numbers, over ``streams`` streams that every process writes to."""
    log = Log(TELLER, address, VOCABULARY)
    asked = [
        log.ask(asking(derived_id("shared", str(i % streams)), append(), key=f"{name}-{i}"))
        for i in range(count)
    ]
    assert all(isinstance(future.result(30), Receipt) for future in asked)
    log.close()


def migrate_once(admin: str, schemas: list[Schema], applied: str) -> None:
    """Migrate, and leave in the file ``applied`` what was applied."""
    done = migrate(admin, schemas)
    with open(applied, "a", encoding="utf-8") as file:  # noqa: PTH123 - one short append
        file.writelines(f"{step}\n" for step in done)
