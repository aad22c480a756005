"""Metrics, each with its name, kind and meaning, and logging."""
