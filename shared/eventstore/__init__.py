"""Facts on append-only logs in PostgreSQL: the one home of ``eventsourcing`` and ``psycopg``."""
