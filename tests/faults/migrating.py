"""A migration that dies in the middle: ``python -m tests.faults.migrating``, conninfo on stdin.

One step more than the program's own, in each service's schema; the process kills itself once the
second has been carried out and nothing is committed.
"""

import os
import signal
import sys
from dataclasses import replace

from psycopg.conninfo import conninfo_to_dict

from services.installation import schemas
from shared.postgres import migrations
from tests.faults.failpoints import SeamMoved
from tests.faults.installation import PASSWORDS

_MORE = migrations.Migration("9999-never.sql", "CREATE TABLE {schema}.never (one int)")
_SECOND = 2


def main() -> None:
    admin = sys.stdin.read()
    database = str(conninfo_to_dict(admin)["dbname"])
    original = getattr(migrations, "_migrate_one", None)
    if original is None:
        raise SeamMoved("shared.postgres.migrations._migrate_one")
    done = 0

    def migrate_one(conn: object, schema: migrations.Schema) -> list[str]:
        nonlocal done
        applied: list[str] = original(conn, schema)
        done += len(applied)
        if done >= _SECOND:
            os.kill(os.getpid(), signal.SIGKILL)
        return applied

    migrations._migrate_one = migrate_one
    more = [replace(s, migrations=[*s.migrations, _MORE]) for s in schemas(PASSWORDS, database)]
    migrations.migrate(admin, more)


if __name__ == "__main__":
    main()
