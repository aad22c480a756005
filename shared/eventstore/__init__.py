"""Facts on append-only logs, in PostgreSQL or in memory.

The one home of ``eventsourcing`` and ``psycopg``.
"""
