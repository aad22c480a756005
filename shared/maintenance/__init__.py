"""Maintenance: shadow tables for rebuilds, and inspection from outside."""
