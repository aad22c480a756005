"""Reporting: what the published facts add up to. It owns no case."""
