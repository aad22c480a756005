"""Definitions as data: YAML with a schema, and errors that name line and key."""
