"""Facts on append-only logs, in PostgreSQL or in memory.

The only package that imports ``eventsourcing``.
"""
